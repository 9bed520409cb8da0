import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type PingTypes, peer, ping } from '../../docs/examples/ping.ts';
import { type Context, planOf, request, SECOND, Simulation, setTimer } from '../../sim/index.ts';

const page = readFileSync('docs/writing-a-protocol.md', 'utf8');
const example = readFileSync('docs/examples/ping.ts', 'utf8');

describe('the page on writing a protocol', () => {
  it('quotes its example word for word', () => {
    const quotes = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1].trim());
    expect(quotes.length).toBeGreaterThanOrEqual(5);
    for (const quote of quotes) expect(example).toContain(quote);
  });
});

describe('a peer of the ping example, step by step', () => {
  const ctx: Context<PingTypes> = {
    self: 0,
    nowUs: 0,
    config: { peers: 2, periodUs: SECOND, timeoutUs: SECOND / 2 },
    // With two peers there is nothing to draw that could make a difference.
    random: { int: () => 0 } as unknown as Context<PingTypes>['random'],
  };

  it('asks the other one when its timer fires, and sets the timer again', () => {
    const step = peer.handle({ misses: 0 }, { kind: 'timer', timer: { kind: 'probe' } }, ctx);
    expect(step.effects).toEqual([request(1, { kind: 'ping' }, null, SECOND / 2), setTimer({ kind: 'probe' }, SECOND)]);
  });

  it('counts what was missed, and forgets it at the next answer', () => {
    const missed = peer.handle({ misses: 1 }, { kind: 'failure', to: 1, reason: 'timeout', tag: null }, ctx);
    expect(missed.state).toEqual({ misses: 2 });
    const answered = peer.handle(missed.state, { kind: 'reply', from: 1, message: { kind: 'pong' }, tag: null }, ctx);
    expect(answered.state).toEqual({ misses: 0 });
  });
});

describe('the ping example, run', () => {
  const plan = planOf(ping, {
    nodes: 8,
    seed: 7,
    durationUs: 60 * SECOND,
    workload: [{ operation: 'check', arrivals: { kind: 'rate', perSecond: 2 } }],
    actions: [
      {
        atUs: 20 * SECOND,
        action: { kind: 'crash', who: [{ kind: 'name', name: 'p3' }], restartAfterUs: null, guard: false },
      },
    ],
  });

  it('answers rightly about those alive and the one that crashed', () => {
    const simulation = new Simulation(plan, { freeze: true });
    simulation.run();
    const verdicts = simulation.history.map((record) => record.judgement?.verdict ?? record.status);
    expect(verdicts.filter((verdict) => verdict === 'correct').length).toBeGreaterThan(100);
    // Word of a peer that crashes while its answer is under way can be out of date, so a wrong verdict or two would be no defect.
    expect(verdicts.filter((verdict) => verdict === 'wrong').length).toBeLessThanOrEqual(2);
    const silent = simulation.history.filter((record) => record.outcome?.kind === 'silent');
    expect(silent.length).toBeGreaterThan(0);
    for (const record of silent) expect(record.operation.peer).toBe(3);
  });

  it('is the same run twice', () => {
    const [first, second] = [new Simulation(plan), new Simulation(plan)];
    first.run();
    second.run();
    expect(second.fingerprint).toBe(first.fingerprint);
  });
});
