/**
 * A file's bytes into a recording, or into the reason why it is none: it is not one of ours, of a format to come, cut off, changed since it
 * was written, or not what a recording should say.
 */
import { parse } from 'yaml';
import { z } from 'zod';
import type { Action } from '../scenario/plan.ts';
import { zDuration } from '../scenario/units.ts';
import { sealOf, unsealed } from './digest.ts';
import { BY_TIME } from './recorder.ts';
import { HOW_ENDED, type HowEnded, type Moment, RECORDING_FORMAT, type Recording } from './recording.ts';
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
  /**
   * Reads a draft: what a person has written or changed, to be played and sealed anew. The digest does not matter; what only playing can tell
   * (event numbers, fingerprints, the trail) may be left out, and a moment may say `at: 2m` in place of event and time.
   */
  readonly draft?: boolean;
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
  const isDraft = options.draft === true;
  if (!isDraft) checkSeal(bytes, file);
  return recordingOf(textOf(bytes, file), file, isDraft);
}

/** Whether these bytes mean to be a recording, of whatever format. */
export function looksLikeRecording(bytes: Uint8Array): boolean {
  return versionOf(bytes) !== null;
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
/** In drafts: no fingerprint is known. */
const UNKNOWN = '0'.repeat(16);

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

const injection = { inject: z.string(), action };
const bookmark = {
  bookmark: z.string(),
  look: z.string().nullable().default(null),
  note: z.string().default(''),
  ask: z.string().nullable().default(null),
};

const place = { ...spot, fingerprint };
const injectionEntry = z.strictObject({ ...injection, ...place });
const bookmarkEntry = z.strictObject({ ...bookmark, ...place });

const draftPlace = {
  event: count.default(BY_TIME),
  us: count.optional(),
  at: zDuration.optional(),
  fingerprint: fingerprint.default(UNKNOWN),
};
const draftInjection = z.strictObject({ ...injection, ...draftPlace }).transform(placed);
const draftBookmark = z.strictObject({ ...bookmark, ...draftPlace }).transform(placed);

/** `at` is the time; a moment that has it was put there by hand, so its event number says nothing any more. */
function placed<T extends { event: number; us?: number | undefined; at?: number | undefined }>({ at, ...entry }: T) {
  return at === undefined ? { ...entry, us: entry.us ?? 0 } : { ...entry, us: at, event: BY_TIME };
}

const checks = z
  .string()
  .transform((text) => text.split(/\s+/).filter((check) => check !== ''))
  .pipe(
    z
      .array(z.string().regex(/^[0-9a-f]{3}$/, { error: 'expected three hexadecimal digits' }))
      .max(MOST_CHECKS, { error: `expected at most ${MOST_CHECKS} checks` }),
  );

const origin = {
  'peerscope-recording': z.literal(RECORDING_FORMAT),
  engine: z.string(),
  file: z.string(),
  seed: z.string().nullable(),
  overrides: z.array(z.string()),
};
const ended = z.strictObject({ ...place, how: z.enum(HOW_ENDED as [HowEnded, ...HowEnded[]]) });
const trail = z.strictObject({ every: z.int().min(1), checks });

const content = z.strictObject({
  ...origin,
  ended,
  moments: z.array(z.unknown()).transform((entries, context) => momentsFrom(entries, MOMENTS, context)),
  trail,
  scenario: z.string(),
});

const draftContent = z.strictObject({
  ...origin,
  engine: z.string().default(''),
  seed: z.string().nullable().default(null),
  overrides: z.array(z.string()).default([]),
  ended: ended.default({ event: BY_TIME, us: Number.MAX_SAFE_INTEGER, how: 'complete', fingerprint: UNKNOWN }),
  moments: z.array(z.unknown()).transform((entries, context) => momentsFrom(entries, DRAFT_MOMENTS, context)),
  trail: trail.default({ every: 1, checks: [] }),
  /** Left out: the text of `file`, which whoever reads the draft reads too. */
  scenario: z.string().default(''),
});

const MOMENTS = { injection: injectionEntry, bookmark: bookmarkEntry };
const DRAFT_MOMENTS = { injection: draftInjection, bookmark: draftBookmark };

function momentsFrom(
  entries: readonly unknown[],
  schemas: typeof MOMENTS | typeof DRAFT_MOMENTS,
  context: z.RefinementCtx,
): Moment[] {
  return entries.map((entry, index) => {
    const isInjection = typeof entry === 'object' && entry !== null && 'inject' in entry;
    const parsed = isInjection ? schemas.injection.safeParse(entry) : schemas.bookmark.safeParse(entry);
    if (parsed.success) return momentOf(parsed.data);
    for (const issue of parsed.error.issues)
      context.addIssue({ code: 'custom', message: issue.message, path: [index, ...issue.path] });
    return z.NEVER;
  });
}

type Entry = z.output<typeof injectionEntry> | z.output<typeof bookmarkEntry>;

function momentOf(entry: Entry): Moment {
  const { event, us, fingerprint: found } = entry;
  const here = { event, us, fingerprint: found };
  if ('inject' in entry) return { kind: 'injection', ...here, label: entry.inject, action: entry.action };
  const { bookmark: title, look, note, ask } = entry;
  return { kind: 'bookmark', ...here, title, note, ask, look };
}

function recordingOf(text: string, file: string, isDraft: boolean): Recording {
  const malformed = (what: string) => new RecordingError(file, 'malformed', `not a recording as it should be: ${what}`);
  let plain: unknown;
  try {
    plain = parse(unsealed(text), { version: '1.2', schema: 'core', merge: false, maxAliasCount: 0 });
  } catch (error) {
    throw malformed(error instanceof Error ? error.message.split('\n')[0] : String(error));
  }
  const parsed = (isDraft ? draftContent : content).safeParse(plain);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue.path.map(String).join('.');
    throw malformed(path === '' ? issue.message : `${path}: ${issue.message}`);
  }
  const { 'peerscope-recording': _, file: name, scenario, ...rest } = parsed.data;
  const recording: Recording = { ...rest, scenario: { file: name, text: scenario } };
  const wrong = isDraft ? null : disorder(recording);
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
