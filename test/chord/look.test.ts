// What is kept from one look to the next, against a twin that remembers nothing: whatever happens between the looks, the answers are the same.
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { chord } from '../../protocols/chord/index.ts';
import type { Judged } from '../../protocols/chord/judge.ts';
import type { ChordTypes } from '../../protocols/chord/messages.ts';
import { type Action, type Checkpoint, planOf, SECOND, Simulation } from '../../sim/index.ts';
import { any } from '../engine/support/names.ts';
import { plainGauges, plainProperties } from './support/plain-survey.ts';

type Run = Simulation<ChordTypes>;

interface Ring {
  readonly variant: string;
  readonly nodes: number;
  readonly seed: number;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Peers come, leave, crash and come back by themselves, and clients store files. */
function runOf({ variant, nodes, seed, settings }: Ring): Run {
  const plan = planOf(chord, {
    variant,
    seed,
    nodes,
    durationUs: 1_000_000 * SECOND,
    sampleUs: 1_000_000 * SECOND,
    settings: { rpcTimeout: '1s', stabilize: '2s', fixFingers: '2s', checkPredecessor: '2s', ...settings },
    network: { latency: { kind: 'exponential', meanUs: 50_000 }, loss: 0.02 },
    churn: [{ joinsPerSecond: 0.1, leavesPerSecond: 0.05, crashesPerSecond: 0.05, keep: 3, guard: false }],
    faultRates: [
      {
        perSecond: 0.05,
        action: { kind: 'crash', who: [{ kind: 'any', count: 1 }], restartAfterUs: 5 * SECOND, guard: false },
      },
      { perSecond: 0.1, action: { kind: 'pause', who: [{ kind: 'any', count: 1 }], forUs: 4 * SECOND } },
    ],
    workload: [
      { operation: 'lookup', arrivals: { kind: 'rate', perSecond: 2 } },
      { operation: 'upload', arrivals: { kind: 'rate', perSecond: 2 } },
    ],
  });
  return new Simulation(plan);
}

const PROPERTIES = Object.keys(chord.properties);

/** Some of the answers, chosen by the bits of a number: what one answer leaves behind must not mislead another. */
function compareAnswers(run: Run, chosen: number): void {
  const judged = run.judged as Judged;
  const names = PROPERTIES.filter((_, i) => ((chosen >> i) & 1) === 1);
  for (const name of names) {
    const expected = plainProperties[name](run.world, judged);
    expect([name, chord.properties[name].check(run.world, judged)]).toEqual([name, expected]);
  }
  if (chosen % 2 === 0) expect(chord.gauges?.(run.world, judged)).toEqual(plainGauges(run.world, judged));
}

type Command =
  | { readonly do: 'run'; readonly forUs: number }
  | { readonly do: 'step'; readonly events: number }
  | { readonly do: 'inject'; readonly action: Action }
  | { readonly do: 'look'; readonly chosen: number }
  | { readonly do: 'watch'; readonly chosen: number; readonly events: number }
  | { readonly do: 'save' }
  | { readonly do: 'return'; readonly to: number };

const one = any(1);

const action: fc.Arbitrary<Action> = fc.constantFrom<Action[]>(
  { kind: 'crash', who: one, restartAfterUs: null, guard: false },
  { kind: 'crash', who: one, restartAfterUs: SECOND, guard: false },
  { kind: 'leave', who: one, guard: false },
  { kind: 'join', arguments: {}, count: 1 },
  { kind: 'join', arguments: {}, count: 2 },
  { kind: 'pause', who: one, forUs: 3 * SECOND },
);

const chosen = fc.nat(2 ** PROPERTIES.length - 1);

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('run' as const), forUs: fc.integer({ min: 1, max: 8 * SECOND }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('step' as const), events: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('inject' as const), action }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('look' as const), chosen }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('watch' as const), chosen, events: fc.integer({ min: 1, max: 60 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('save' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('return' as const), to: fc.nat(9) }) },
);

function advance(run: Run, forUs: number, atMost?: number): void {
  run.runUntil(run.nowUs + forUs, atMost);
}

/** Looks after each event: most find the membership of the look before. */
function watch(run: Run, chosen: number, events: number): void {
  for (let i = 0; i < events; i++) {
    advance(run, 60 * SECOND, 1);
    compareAnswers(run, chosen);
  }
}

function follow(ring: Ring, commands: readonly Command[]): void {
  const run = runOf(ring);
  const saved: Checkpoint[] = [run.snapshot()];
  for (const each of commands) {
    if (each.do === 'run') advance(run, each.forUs);
    else if (each.do === 'step') advance(run, 60 * SECOND, each.events);
    else if (each.do === 'inject') run.inject(each.action, each.action.kind);
    else if (each.do === 'look') compareAnswers(run, each.chosen);
    else if (each.do === 'watch') watch(run, each.chosen, each.events);
    else if (each.do === 'save') saved.push(run.snapshot());
    else run.restore(saved[each.to % saved.length]);
  }
  compareAnswers(run, 2 ** PROPERTIES.length - 2);
}

const seed = fc.nat(1_000_000);
const commands = fc.array(command, { minLength: 10, maxLength: 60 });

describe('the answers are those of the twin', () => {
  const files = { idBits: fc.integer({ min: 6, max: 14 }), files: fc.constantFrom({ perPeer: 0 }, { perPeer: 2 }) };
  const lists = { ...files, successors: fc.constantFrom(2, 4), replicas: fc.constantFrom(1, 3) };

  const settings = {
    described: fc.record(files),
    paper: fc.record({ ...lists, virtualNodes: fc.constantFrom(1, 2) }),
    correct: fc.record(lists),
  };

  for (const [variant, drawn] of Object.entries(settings)) {
    const ring = fc.record({
      variant: fc.constant(variant),
      // Where there are fewer than a list is long there are never enough principals, and it is told which there are.
      nodes: fc.integer({ min: variant === 'correct' ? 5 : 3, max: 12 }),
      seed,
      settings: drawn,
    });
    test.prop([ring, commands], { numRuns: 50 })(`in a ring of the variant ${variant}`, follow, 120_000);
  }

  const large = fc.record({
    variant: fc.constant('paper'),
    nodes: fc.constant(1_040),
    seed,
    settings: fc.constant({ idBits: 20, successors: 4, replicas: 3, files: { perPeer: 1 } }),
  });
  test.prop([large, fc.array(command, { minLength: 10, maxLength: 25 })], { numRuns: 5 })(
    'in a ring so large that states are not remembered',
    follow,
    120_000,
  );
});
