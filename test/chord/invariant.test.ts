// The corrected protocol under random joins, failures that the environment may allow, and stabilizations, one atomic
// step at a time.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Script } from './script.ts';

const KEPT = [
  'inductive invariant',
  'valid ring',
  'no duplicates',
  'ordered successor lists',
  'one live successor',
  'sufficient principals',
];

type Step =
  | { readonly kind: 'join'; readonly id: number }
  | { readonly kind: 'fail'; readonly of: number }
  | { readonly kind: 'restart'; readonly of: number }
  | { readonly kind: 'stabilize'; readonly of: number };

interface Story {
  readonly successors: number;
  readonly ids: readonly number[];
  readonly steps: readonly Step[];
}

const ID_BITS = 5;
const id = fc.nat(31);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: id.map((given): Step => ({ kind: 'join', id: given })) },
  { weight: 3, arbitrary: id.map((of): Step => ({ kind: 'fail', of })) },
  { weight: 1, arbitrary: id.map((of): Step => ({ kind: 'restart', of })) },
  { weight: 5, arbitrary: id.map((of): Step => ({ kind: 'stabilize', of })) },
);

const story: fc.Arbitrary<Story> = fc.integer({ min: 1, max: 3 }).chain((successors) =>
  fc.record({
    successors: fc.constant(successors),
    ids: fc.uniqueArray(id, { minLength: successors + 1, maxLength: successors + 5 }),
    steps: fc.array(step, { minLength: 1, maxLength: 40 }),
  }),
);

/** The live members, by identifier. */
function members(script: Script): readonly number[] {
  const { world } = script.simulation;
  const ids: number[] = [];
  for (let address = 0; address < world.size; address++) {
    const { state, boot } = world.process(address);
    if (world.alive(address) && state.phase === 'member') ids.push(boot.me.id);
  }
  return ids.sort((a, b) => a - b);
}

/** A number stands for one of those who are there, so that most steps do something. */
function one(ids: readonly number[], n: number): number {
  return ids[n % ids.length];
}

function take(script: Script, next: Step, joined: Set<number>): void {
  const there = members(script);
  if (next.kind === 'join') {
    if (joined.has(next.id)) return;
    joined.add(next.id);
    script.join(next.id, one(there, next.id));
  } else if (next.kind === 'fail') {
    script.fail(one(there, next.of), true);
  } else if (next.kind === 'restart') {
    const gone = [...joined].filter((known) => !there.includes(known));
    if (gone.length > 0) script.restart(one(gone, next.of));
  } else {
    script.at(one(there, next.of), 'stabilize');
  }
}

/** Plays the story, looking at the properties after every event of the engine. */
function play(
  { successors, ids, steps }: Story,
  variant: string,
  traits: Readonly<Record<string, boolean>> = {},
): Script {
  const look = (script: Script) => {
    for (const name of KEPT) {
      const violation = script.violation(name);
      if (violation !== null) throw new Error(`${name}: ${violation}`);
    }
  };
  const settings = { idBits: ID_BITS, ids, successors, replicas: 1, maintenance: 'off' };
  const script = new Script({ variant, traits, settings }, look);
  const joined = new Set(ids);
  for (const next of steps) take(script, next, joined);
  return script;
}

describe('the corrected protocol', () => {
  test('keeps its inductive invariant after every step, and becomes ideal when nothing more happens', () => {
    fc.assert(
      fc.property(story, (given) => {
        const script = play(given, 'correct');
        // Each round brings the truth at least one place further along the lists, and every newcomer one place nearer.
        const rounds = 2 * (members(script).length + given.successors);
        for (let round = 0; round < rounds; round++) script.each(members(script), 'stabilize');
        expect(script.violation('ideal pointers')).toBe(null);
        script.each(members(script), 'stabilize');
        expect(script.violation('ideal pointers'), 'and it stays so').toBe(null);
      }),
      { numRuns: 120 },
    );
  }, 120_000);

  // Each of the corrections is needed: without it, the same stories find a violation.
  test.each([
    ['adoptsUnchecked', true, 'a candidate is adopted without asking it'],
    ['joinsWithList', false, 'a joiner knows one successor only'],
  ])(
    'does not with %s: %s, %s',
    (trait, value) => {
      const outcome = fc.check(
        fc.property(story, (given) => {
          play(given, 'correct', { [trait]: value as boolean });
        }),
        { numRuns: 400, seed: 7, endOnFailure: true },
      );
      expect(outcome.failed).toBe(true);
    },
    120_000,
  );
});

test('without rectify a dead predecessor stays, and the ring never becomes ideal', () => {
  const script = Script.still('correct', ID_BITS, [3, 12, 20, 28], { successors: 2, replicas: 1 });
  const twin = new Script({
    variant: 'correct',
    traits: { rectifies: false },
    settings: { idBits: ID_BITS, ids: [3, 12, 20, 28], successors: 2, replicas: 1, maintenance: 'off' },
  });
  for (const ring of [script, twin]) {
    expect(ring.fail(12, true)).toBe(true);
    for (let round = 0; round < 4; round++) ring.each([3, 20, 28], 'stabilize');
  }
  expect(script.violation('ideal pointers')).toBe(null);
  expect(twin.violation('ideal pointers')).toBe('20: its predecessor is 12, it should be 3');
});

test('the original protocol does not keep the invariant', () => {
  const outcome = fc.check(
    fc.property(story, (given) => {
      play(given, 'paper');
    }),
    { numRuns: 400, seed: 7, endOnFailure: true },
  );
  expect(outcome.failed).toBe(true);
}, 120_000);
