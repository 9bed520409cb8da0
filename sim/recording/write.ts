/** A recording as text: YAML that a person can read, sealed with a digest. */
import { parse, stringify } from 'yaml';
import { sealed } from './digest.ts';
import { type Moment, RECORDING_FORMAT, type Recording } from './recording.ts';

const HEAD = `\
# A recording of Peerscope. npm run sim -- replay shows it; docs/recordings.md explains it. The last line is a digest of all
# others: after a change by hand, npm run sim -- replay --rewrite plays it and seals it anew.
`;

/** Checks in a line. */
const CHECKS_A_LINE = 30;

export function recordingText(recording: Recording): string {
  const { engine, scenario, seed, overrides, ended, moments, trail } = recording;
  const parts = [
    { engine, file: scenario.file, seed, overrides: [...overrides] },
    { ended: { event: ended.event, us: ended.us, how: ended.how, fingerprint: ended.fingerprint } },
    { moments: moments.map(momentEntry) },
    { trail: { every: trail.every, checks: checkLines(trail.checks) } },
    { scenario: scenario.text },
  ];
  return sealed(`${headerLine()}${HEAD}${parts.map(yamlOf).join('')}`);
}

/** Texts as blocks that people can read, where they come back from that as they were; else in quotes. */
function yamlOf(part: unknown): string {
  const readable = stringify(part, { lineWidth: 0, blockQuote: 'literal' });
  if (JSON.stringify(parse(readable)) === JSON.stringify(part)) return readable;
  return stringify(part, { lineWidth: 0, blockQuote: false, defaultStringType: 'QUOTE_DOUBLE' });
}

/** By this line a recording is known. */
export function headerLine(): string {
  return `peerscope-recording: ${RECORDING_FORMAT}\n`;
}

/** What is there by default is left out. */
function momentEntry(moment: Moment): Record<string, unknown> {
  const { event, us, fingerprint } = moment;
  if (moment.kind === 'injection')
    return { inject: moment.label, event, us, fingerprint, action: JSON.stringify(moment.action) };
  const { title, note, ask, look } = moment;
  return {
    bookmark: title,
    event,
    us,
    fingerprint,
    ...(look === null ? {} : { look }),
    ...(note === '' ? {} : { note }),
    ...(ask === null ? {} : { ask }),
  };
}

function checkLines(checks: readonly string[]): string {
  const lines: string[] = [];
  for (let i = 0; i < checks.length; i += CHECKS_A_LINE) lines.push(checks.slice(i, i + CHECKS_A_LINE).join(' '));
  return lines.join('\n');
}
