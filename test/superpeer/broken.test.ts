// Every property in the other direction: a machine that is broken on purpose makes it fail.

import { describe, expect, test } from 'vitest';
import { superpeer } from '../../protocols/superpeer/index.ts';
import type { SuperpeerMessage, SuperpeerNote } from '../../protocols/superpeer/messages.ts';
import type { BalancerRole, PeerRole, SuperpeerRole } from '../../protocols/superpeer/state.ts';
import { type Effect, type Machine, MINUTE, SECOND } from '../../sim/index.ts';
import { at, crash, operation, type Parts, run, withMachine } from '../common/runs.ts';

/** All goes well in it: a search that another superpeer answers, a change, a crash of a peer and one of a superpeer, which comes back. */
const calm: Parts = {
  nodes: 8,
  variant: 'hardened',
  durationUs: MINUTE,
  settings: {
    catalogue: 40,
    numFiles: 3,
    files: { 'peer-1': [], 'peer-2': ['film'], 'peer-3': [], 'peer-4': [], 'peer-5': [] },
  },
  actions: [
    at(10 * SECOND, operation('search', 'peer-1', { resource: 'film' })),
    at(12 * SECOND, operation('addResource', 'peer-1', { resource: 'new' })),
    at(20 * SECOND, crash('peer-4')),
    at(25 * SECOND, crash('superpeer-3', 10 * SECOND)),
  ],
};

type Superpeers = Machine<SuperpeerRole>;
type Peers = Machine<PeerRole>;
type Balancers = Machine<BalancerRole>;

const brokenSuperpeer = (wrap: (machine: Superpeers) => Superpeers) =>
  run(withMachine(superpeer, 'superpeer', wrap), calm);
const brokenPeer = (wrap: (machine: Peers) => Peers, parts = calm) => run(withMachine(superpeer, 'peer', wrap), parts);
const brokenBalancer = (wrap: (machine: Balancers) => Balancers) => run(withMachine(superpeer, 'balancer', wrap), calm);

/** The effects with every answer of that kind turned into another. */
function answering(
  effects: readonly Effect<SuperpeerRole>[],
  kind: SuperpeerMessage['kind'],
  other: SuperpeerMessage,
): readonly Effect<SuperpeerRole>[] {
  return effects.map((effect) =>
    effect.kind === 'reply' && (effect.value as SuperpeerMessage).kind === kind ? { ...effect, value: other } : effect,
  );
}

test('the machines as they are fail in none of them', () => {
  const result = run(superpeer, calm);
  for (const { name, holds } of result.simulation.watches) expect([name, holds]).toEqual([name, true]);
});

describe('breaks', () => {
  test('indexes accurate: a superpeer that takes only the first registration', () => {
    const result = brokenSuperpeer((machine) => ({
      ...machine,
      handle(state, input, ctx) {
        const step = machine.handle(state, input, ctx);
        const again = input.kind === 'request' && input.message.kind === 'register' && state.lastRegistration >= 2;
        return again ? { ...step, state } : step;
      },
    }));
    expect(result.holds('indexes accurate')).toBe(false);
    expect(result.watch('indexes accurate').firstViolation).not.toBeNull();
  });

  test('registered once: a superpeer that drops nobody, and peers that move on', () => {
    const moving: Parts = { ...calm, traits: { pingsPeers: false, waitsOutRegistration: false } };
    const result = brokenPeer(
      (machine) => ({
        ...machine,
        handle(state, input, ctx) {
          const late = input.kind === 'timer' && input.timer.kind === 'keepAlive' && ctx.nowUs > 30 * SECOND;
          if (!late || ctx.self % 2 === 0) return machine.handle(state, input, ctx);
          const left = { ...state, phase: 'waiting' as const, partners: [] };
          return machine.handle(left, { kind: 'timer', timer: { kind: 'seek' } }, ctx);
        },
      }),
      moving,
    );
    expect(result.holds('registered once')).toBe(false);
    expect(result.watch('registered once').lastViolation?.message).toMatch(
      /^peer-\d is registered with superpeer-\d and with/,
    );
  });

  test('no false negative, found elsewhere: superpeers that find nothing for each other, and say so without a doubt', () => {
    const result = brokenSuperpeer((machine) => ({
      ...machine,
      handle(state, input, ctx) {
        const step = machine.handle(state, input, ctx);
        const isLookup = input.kind === 'request' && input.message.kind === 'lookup';
        const effects = isLookup ? answering(step.effects, 'hit', { kind: 'miss', incomplete: false }) : step.effects;
        return { ...step, effects };
      },
    }));
    expect(result.watch('no false negative').lastViolation?.message).toBe(
      '1 false negatives, first: film was not found, though peer-2 had it all the time',
    );
    expect(result.holds('found elsewhere')).toBe(false);
  });

  test('no wrong peer: a superpeer that names any peer', () => {
    const result = brokenSuperpeer((machine) => ({
      ...machine,
      handle(state, input, ctx) {
        const step = machine.handle(state, input, ctx);
        const effects = answering(step.effects, 'hit', { kind: 'hit', peer: 5 });
        return { ...step, effects };
      },
    }));
    expect(result.watch('no wrong peer').lastViolation?.message).toBe('1 wrong, first: peer-1 never had film');
    expect(result.verdicts('search')).toEqual({ wrong: 1 });
  });

  test('no peer goes dark: peers as described', () => {
    const result = run(superpeer, { ...calm, traits: { rehomes: false } });
    expect(result.watch('no peer goes dark').lastViolation?.message).toBe('2 peers shut down with their superpeer');
  });

  test('re-homed in time, every live peer registered: peers that do not notice', () => {
    const result = brokenPeer((machine) => ({
      ...machine,
      handle: (state, input, ctx) =>
        input.kind === 'failure' || (input.kind === 'reply' && input.message.kind === 'unknownPeer')
          ? { state, effects: [] }
          : machine.handle(state, input, ctx),
    }));
    expect(result.holds('re-homed in time')).toBe(false);
    expect(result.holds('every live peer registered')).toBe(false);
    expect(result.watch('every live peer registered').lastViolation?.message).toBe(
      'registered nowhere: peer-3, peer-7',
    );
  });

  test('superpeers know each other: one that drops others and never takes them back', () => {
    const result = brokenSuperpeer((machine) => ({
      ...machine,
      handle: (state, input, ctx) =>
        input.kind === 'reply' && input.message.kind === 'pong' && input.tag.kind === 'ping'
          ? { state, effects: [] }
          : machine.handle(state, input, ctx),
    }));
    expect(result.watch('superpeers know each other').lastViolation?.message).toMatch(/takes superpeer-3 for dead$/);
  });

  test('hands out evenly: a balancer that always begins with the first', () => {
    const result = brokenBalancer((machine) => ({
      ...machine,
      handle: (state, input, ctx) => {
        const step = machine.handle(state, input, ctx);
        return step.state === state ? step : { ...step, state: { ...step.state, next: 0 } };
      },
    }));
    expect(result.wasViolated('hands out evenly')).toBe(true);
    const violation = result.watch('hands out evenly').firstViolation?.violation.message;
    expect(violation).toBe('handed out since the live superpeers last changed: 2, 0, 0, 0');
  });
});

test('the judge counts what is handed out by itself: notes of the balancer, and its list of live superpeers', () => {
  const handed: SuperpeerNote[] = [];
  const result = run(superpeer, calm, {
    observer: {
      effect(_, effect) {
        const value = effect.value as SuperpeerNote | null;
        if (effect.kind === 'note' && value?.kind === 'handed') handed.push(value);
      },
    },
  });
  expect(handed.length).toBeGreaterThanOrEqual(10);
  // Since the crash and the return of the third superpeer nobody came.
  expect(result.judged.handed).toEqual([0, 0, 0, 0]);
});
