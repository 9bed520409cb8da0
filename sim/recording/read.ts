/**
 * A file's bytes into a recording, or into the reason why it is none: it is not one of ours, of a format to come, cut off, changed since it
 * was written, or not what a recording should say.
 */
import { parse } from 'yaml';
import { z } from 'zod';
import type { Action } from '../scenario/plan.ts';
import { sealOf, unsealed } from './digest.ts';
import { HOW_ENDED, type Moment, RECORDING_FORMAT, type Recording } from './recording.ts';
import { MOST_CHECKS } from './trail.ts';

export type Flaw = 'foreign' | 'future' | 'cut' | 'changed' | 'malformed';

export class RecordingError extends Error {
  override readonly name = 'RecordingError';
  readonly flaw: Flaw;

  constructor(file: string, flaw: Flaw, what: string) {
    super(`${file}: ${what}`);
    this.flaw = flaw;
  }
}

export interface ReadOptions {
  /** Takes the content as it is, whatever the digest says: to seal it anew after a change by hand. */
  readonly ignoreDigest?: boolean;
}

/** @param file its name, for messages. @throws RecordingError */
export function readRecording(bytes: Uint8Array, file: string, options: ReadOptions = {}): Recording {
  const version = versionOf(bytes);
  if (version === null) {
    throw new RecordingError(
      file,
      'foreign',
      `not a recording of Peerscope: expected the first line to be "${HEADER}${RECORDING_FORMAT}"`,
    );
  }
  if (version > RECORDING_FORMAT) {
    throw new RecordingError(
      file,
      'future',
      `a recording of format ${version}: this program reads format ${RECORDING_FORMAT}; a newer one is needed`,
    );
  }
  if (version < 1) throw new RecordingError(file, 'foreign', `there is no format ${version} of recordings`);
  if (options.ignoreDigest !== true) checkSeal(bytes, file);
  const text = textOf(bytes, file);
  return recordingOf(text, file);
}

const HEADER = 'peerscope-recording: ';

function versionOf(bytes: Uint8Array): number | null {
  const first = String.fromCharCode(...bytes.subarray(0, HEADER.length + 12)).split('\n')[0];
  const found = /^peerscope-recording: (\d{1,6})$/.exec(first);
  return found === null ? null : Number(found[1]);
}

function checkSeal(bytes: Uint8Array, file: string): void {
  switch (sealOf(bytes)) {
    case 'whole':
      return;
    case 'missing':
      throw new RecordingError(
        file,
        'cut',
        'the recording is cut off: its last line should be the digest (sha256: …) of all before it',
      );
    case 'changed':
      throw new RecordingError(
        file,
        'changed',
        'the recording was changed since it was written: its digest does not fit its content\n  hint: if the change was meant, npm run sim -- replay --rewrite plays it and seals it anew',
      );
  }
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new RecordingError(file, 'malformed', 'not UTF-8 text');
  }
}

// --- The content ---

const count = z.int().min(0);
const fingerprint = z.string().regex(/^[0-9a-f]{16}$/, { error: 'expected sixteen hexadecimal digits' });
const spot = { event: count, us: count };

const ACTIONS: Record<Action['kind'], true> = {
  crash: true,
  restart: true,
  crashHost: true,
  restartHost: true,
  pause: true,
  resume: true,
  partition: true,
  isolate: true,
  degrade: true,
  heal: true,
  skew: true,
  join: true,
  leave: true,
  scale: true,
  operation: true,
  lose: true,
};

/** As JSON in a text: it is for the engine, the label beside it for people. */
const action = z.string().transform((text, context): Action => {
  try {
    const value = JSON.parse(text) as Action;
    if (typeof value === 'object' && value !== null && Object.hasOwn(ACTIONS, value.kind)) return value;
  } catch {
    // Told below.
  }
  context.addIssue({ code: 'custom', message: 'expected an action as JSON' });
  return z.NEVER;
});

const injection = z
  .strictObject({ inject: z.string(), ...spot, fingerprint, action })
  .transform(({ inject, ...rest }): Moment => ({ kind: 'injection', label: inject, ...rest }));

const bookmark = z
  .strictObject({
    bookmark: z.string(),
    ...spot,
    fingerprint,
    look: z.string().nullable().default(null),
    note: z.string().default(''),
    ask: z.string().nullable().default(null),
  })
  .transform(({ bookmark: title, ...rest }): Moment => ({ kind: 'bookmark', title, ...rest }));

const checks = z
  .string()
  .transform((text) => text.split(/\s+/).filter((check) => check !== ''))
  .pipe(
    z
      .array(z.string().regex(/^[0-9a-f]{3}$/, { error: 'expected three hexadecimal digits' }))
      .max(MOST_CHECKS, { error: `expected at most ${MOST_CHECKS} checks` }),
  );

const content = z.strictObject({
  'peerscope-recording': z.literal(RECORDING_FORMAT),
  engine: z.string(),
  file: z.string(),
  seed: z.string().nullable(),
  overrides: z.array(z.string()),
  ended: z.strictObject({ ...spot, how: z.enum(HOW_ENDED as [string, ...string[]]), fingerprint }),
  moments: z
    .array(z.unknown())
    .transform((entries, context) => entries.map((entry, index) => momentFrom(entry, index, context))),
  trail: z.strictObject({ every: z.int().min(1), checks }),
  scenario: z.string(),
});

function momentFrom(entry: unknown, index: number, context: z.RefinementCtx): Moment {
  const isInjection = typeof entry === 'object' && entry !== null && 'inject' in entry;
  const parsed = (isInjection ? injection : bookmark).safeParse(entry);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues)
    context.addIssue({ code: 'custom', message: issue.message, path: [index, ...issue.path] });
  return z.NEVER;
}

function recordingOf(text: string, file: string): Recording {
  const malformed = (what: string) => new RecordingError(file, 'malformed', `not a recording as it should be: ${what}`);
  let plain: unknown;
  try {
    plain = parse(unsealed(text), { version: '1.2', schema: 'core', merge: false, maxAliasCount: 0 });
  } catch (error) {
    throw malformed(error instanceof Error ? error.message.split('\n')[0] : String(error));
  }
  const parsed = content.safeParse(plain);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue.path.map(String).join('.');
    throw malformed(path === '' ? issue.message : `${path}: ${issue.message}`);
  }
  const { engine, file: name, seed, overrides, ended, moments, trail, scenario } = parsed.data;
  const recording: Recording = {
    engine,
    scenario: { file: name, text: scenario },
    seed,
    overrides,
    moments,
    ended: ended as Recording['ended'],
    trail,
  };
  const wrong = disorder(recording);
  if (wrong !== null) throw malformed(wrong);
  return recording;
}

/** Moments are in the order of the run, and within it. */
function disorder({ moments, ended, trail }: Recording): string | null {
  let last = { event: 0, us: 0 };
  for (const [index, moment] of moments.entries()) {
    if (moment.event < last.event || moment.us < last.us) return `moments.${index}: it lies before the one above it`;
    last = moment;
  }
  if (last.event > ended.event || last.us > ended.us) return 'ended: it lies before the last moment';
  if (trail.checks.length * trail.every > ended.event) return 'trail: it has checks after the end';
  return null;
}
