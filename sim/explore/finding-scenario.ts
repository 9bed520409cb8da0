/** A finding as a scenario file: complete, with what it shows at its head, and one expectation, the one that fails. */
import type { System } from '../contract/system.ts';
import { DEFECT, type Failure } from './failure.ts';
import { entriesOf, type Plain, scenarioYaml, withKey } from './plain.ts';

/** The scenario with only what is needed to see the failure again: other expectations could fail too. */
export function onlyFailing(said: Plain, { property }: Failure): Plain {
  if (property === DEFECT) return said;
  return withKey(
    said,
    'expect',
    entriesOf(said, 'expect').filter((entry) => Object.hasOwn(entry, property)),
  );
}

/** @param origin where it comes from, in a sentence. */
export function findingYaml(said: Plain, failure: Failure, origin: string): string {
  const { property, message } = failure;
  const lines = wrapped(`Shows: ${property} fails: ${message.split('\n')[0]}`);
  return scenarioYaml(onlyFailing(said, failure), [...lines, ...wrapped(origin), 'Expect: it fails.']);
}

/** `gossip-no-zombie-2`: a file name for a finding that no other has. */
export function findingName(system: Pick<System, 'name'>, { property }: Failure, taken: ReadonlySet<string>): string {
  const base = `${system.name}-${property}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');
  if (!taken.has(base)) return base;
  let number = 2;
  while (taken.has(`${base}-${number}`)) number++;
  return `${base}-${number}`;
}

const WIDTH = 116;

/** Lines of a comment; what follows the first is moved in. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `  ${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
