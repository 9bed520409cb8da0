// Every property in the other direction: a machine that is broken on purpose makes it fail.

import { describe, expect, test } from 'vitest';
import { supernode } from '../../protocols/supernode/index.ts';
import type { NodeRole, SupernodeRole } from '../../protocols/supernode/state.ts';
import { type Machine, MINUTE, note, SECOND } from '../../sim/index.ts';
import { at, crash, operation, type Parts, run, withMachine } from '../common/runs.ts';

/** All goes well in it: no loss, one crash that is noticed, one search through the group. */
const calm: Parts = {
  durationUs: MINUTE,
  actions: [
    at(10 * SECOND, operation('find', 'node-2', { resource: 'film.avi' })),
    at(12 * SECOND, operation('addResource', 'node-2', { resource: 'new.txt' })),
    at(20 * SECOND, crash('node-1')),
  ],
};

type Supernodes = Machine<SupernodeRole>;
type Nodes = Machine<NodeRole>;

function broken(wrap: (machine: Supernodes) => Supernodes, parts: Parts = calm) {
  return run(withMachine(supernode, 'supernode', wrap), parts);
}

test('the machines as they are fail in none of them', () => {
  const result = run(supernode, calm);
  for (const { name, holds } of result.simulation.watches) expect([name, holds]).toEqual([name, true]);
});

describe('breaks', () => {
  test('indexes accurate: a supernode that takes only the first registration', () => {
    const result = broken((machine) => ({
      ...machine,
      handle(state, input, ctx) {
        const step = machine.handle(state, input, ctx);
        const again = input.kind === 'request' && input.message.kind === 'register' && state.lastRegistration >= 2;
        return again ? { ...step, state } : step;
      },
    }));
    expect(result.holds('indexes accurate')).toBe(false);
    expect(result.watch('indexes accurate').lastViolation?.message).toBe(
      'supernode-1 has other resources of node-2 than it has',
    );
  });

  test('no location of a removed node: a supernode that forgets the node and not its locations', () => {
    const result = broken((machine) => ({
      ...machine,
      handle(state, input, ctx) {
        const step = machine.handle(state, input, ctx);
        const removed = step.effects.some(
          (effect) => effect.kind === 'note' && (effect.value as { readonly kind: string }).kind === 'removed',
        );
        return removed
          ? { ...step, state: { ...step.state, index: { ...step.state.index, byKey: state.index.byKey } } }
          : step;
      },
    }));
    expect(result.holds('no location of a removed node')).toBe(false);
    expect(result.watch('no location of a removed node').lastViolation?.message).toBe(
      'supernode-1 has a location of node-1, which is not registered',
    );
  });

  test('no wrong location: a supernode that tells another file', () => {
    const result = broken((machine) => ({
      ...machine,
      handle(state, input, ctx) {
        const step = machine.handle(state, input, ctx);
        const effects = step.effects.map((effect) =>
          effect.kind === 'multicast'
            ? { ...effect, value: JSON.parse(JSON.stringify(effect.value).replace('film.avi', 'song.mp3')) }
            : effect,
        );
        return { ...step, effects };
      },
    }));
    expect(result.holds('no wrong location')).toBe(false);
    expect(result.watch('no wrong location').lastViolation?.message).toBe(
      '1 wrong, first: http://host-3:8001/files/song.mp3 never had film.avi',
    );
  });

  test('no false negative, found through the group: a supernode that does not answer the group', () => {
    const result = broken((machine) => ({
      ...machine,
      handle: (state, input, ctx) =>
        input.kind === 'datagram' ? { state, effects: [] } : machine.handle(state, input, ctx),
    }));
    expect(result.holds('no false negative')).toBe(false);
    expect(result.holds('found through the group')).toBe(false);
  });

  test('crashed nodes removed in time: a supernode that does not count misses', () => {
    const result = broken((machine) => ({
      ...machine,
      handle: (state, input, ctx) =>
        input.kind === 'failure' ? { state: { ...state }, effects: [] } : machine.handle(state, input, ctx),
    }));
    expect(result.holds('crashed nodes removed in time')).toBe(false);
    // It is seen at the first check after two periods and a time-out.
    expect(result.watch('crashed nodes removed in time').firstViolation?.timeUs).toBeGreaterThanOrEqual(31 * SECOND);
  });

  test('removed only after strikes: a supernode that removes at the first miss', () => {
    const result = broken((machine) => ({
      ...machine,
      handle: (state, input, ctx) =>
        machine.handle(state, input, { ...ctxOf(ctx), config: { ...ctx.config, strikes: 1 } }),
    }));
    expect(result.holds('removed only after strikes')).toBe(false);
  });

  test('live nodes kept: a supernode that takes an answer for a miss', () => {
    const result = broken((machine) => ({
      ...machine,
      handle: (state, input, ctx) =>
        machine.handle(
          state,
          input.kind === 'reply' ? { kind: 'failure', to: input.from, reason: 'timeout', tag: input.tag } : input,
          ctx,
        ),
    }));
    expect(result.holds('live nodes kept')).toBe(false);
    expect(result.holds('removed only after strikes')).toBe(true);
  });

  test('every live node registered: a node that never registers', () => {
    const result = run(
      withMachine(supernode, 'node', (machine: Nodes) => ({
        ...machine,
        start: (boot, durable, ctx) => ({ ...machine.start(boot, durable, ctx), effects: [] }),
      })),
      { durationUs: MINUTE },
    );
    expect(result.holds('every live node registered')).toBe(false);
  });

  test('the judge, too, is not deceived by what a node says of itself', () => {
    const result = run(
      withMachine(supernode, 'node', (machine: Nodes) => ({
        ...machine,
        handle(state, input, ctx) {
          if (input.kind !== 'operation' || input.operation.kind !== 'find') return machine.handle(state, input, ctx);
          const finding = { id: input.operation.id, location: null };
          const answered = { kind: 'answered', operation: input.id, findings: [finding], via: 'index' } as const;
          return {
            state: { ...state, answered: state.answered + 1 },
            effects: [
              note<NodeRole>(answered),
              { kind: 'complete', target: input.id, value: { kind: 'notFound' }, tag: null, us: 0, name: '' },
            ],
          };
        },
      })),
      calm,
    );
    expect(result.holds('no false negative')).toBe(false);
    expect(result.verdicts('find')).toEqual({ 'false negative': 1 });
  });
});

/** The context without its getters, so that one field can be replaced. */
function ctxOf<T extends object>(ctx: T): T {
  return Object.create(ctx) as T;
}
