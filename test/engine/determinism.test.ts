import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Observer, Simulation } from '../../sim/index.ts';
import type { PlanParts } from '../../sim/scenario/plan-of.ts';
import type { BabbleTypes } from './support/babble.ts';
import { digest } from './support/digest.ts';
import { anyParts, babblePlan } from './support/plans.ts';

const fresh = (parts: PlanParts): Simulation<BabbleTypes> => new Simulation(babblePlan(parts));

function ran(parts: PlanParts): Simulation<BabbleTypes> {
  const simulation = fresh(parts);
  simulation.run();
  return simulation;
}

describe('the same plan gives the same run', () => {
  test('twice', () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        expect(digest(ran(parts))).toEqual(digest(ran(parts)));
      }),
      { seed: 41, numRuns: 60 },
    );
  });

  test('with an observer that hears everything, and with everything frozen', () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        const heard: Record<string, number> = {};
        const hear = (what: string) => () => {
          heard[what] = (heard[what] ?? 0) + 1;
        };
        const observer: Observer = {
          event: hear('event'),
          input: hear('input'),
          effect: hear('effect'),
          dropped: hear('dropped'),
          ended: hear('ended'),
          action: hear('action'),
          property: hear('property'),
        };
        const watched = new Simulation(babblePlan(parts), { observer, freeze: true });
        watched.run();
        expect(digest(watched)).toEqual(digest(ran(parts)));
        expect(heard.event).toBe(watched.events);
        expect(heard.dropped ?? 0).toBe(watched.counters.dropped);
        expect(heard.ended ?? 0).toBe(watched.history.filter(({ status }) => status !== 'pending').length);
      }),
      { seed: 42, numRuns: 60 },
    );
  });

  test('in steps, in batches of any size, to any times on the way', () => {
    const pace = fc.record({ aheadUs: fc.nat(200_000), atMost: fc.constantFrom(0, 1, 2, 7, 100, Infinity) });
    fc.assert(
      fc.property(anyParts, fc.array(pace, { maxLength: 30 }), (parts, paces) => {
        const straight = ran(parts);
        const stepped = fresh(parts);
        while (stepped.step()) {
          // One by one.
        }
        expect(digest(stepped)).toEqual(digest(straight));
        const batched = fresh(parts);
        for (const { aheadUs, atMost } of paces) batched.runUntil(batched.nowUs + aheadUs, atMost);
        batched.run();
        expect(digest(batched)).toEqual(digest(straight));
      }),
      { seed: 43, numRuns: 60 },
    );
  });
});

test('two runs side by side do not disturb each other', () => {
  fc.assert(
    fc.property(anyParts, anyParts, (parts, others) => {
      const one = fresh(parts);
      const other = fresh(others);
      for (let going = true; going; ) going = [one.step(), other.step()].includes(true);
      expect(digest(one)).toEqual(digest(ran(parts)));
      expect(digest(other)).toEqual(digest(ran(others)));
    }),
    { seed: 44, numRuns: 20 },
  );
});

describe('another seed gives another run', () => {
  test('with the same scenario', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 20; seed++) seen.add(ran({ seed, nodes: 4 }).fingerprint);
    expect(seen.size).toBe(20);
  });

  test('and a seed is a text: 42 and "42" are the same', () => {
    expect(ran({ seed: 42 }).fingerprint).toBe(ran({ seed: '42' }).fingerprint);
    expect(ran({ seed: '042' }).fingerprint).not.toBe(ran({ seed: '42' }).fingerprint);
  });
});

describe('streams are apart', () => {
  /** What the network did in a run: every arrival and loss, with its time, but without sequence numbers. */
  function traffic(parts: PlanParts): string[] {
    const lines: string[] = [];
    let nowUs = 0;
    const simulation = new Simulation(babblePlan(parts), {
      observer: {
        event: (event) => {
          nowUs = event.timeUs;
          if (event.kind === 'datagram') lines.push(`${nowUs} ${event.peer} ${event.process} ${event.subject?.kind}`);
        },
        dropped: ({ reason, from, to }) => lines.push(`${nowUs} ${from} ${to} ${reason}`),
      },
    });
    simulation.run();
    return lines;
  }

  const base: PlanParts = {
    nodes: 5,
    network: { latency: { kind: 'exponential', meanUs: 30_000 }, loss: 0.1, duplicate: 0.1 },
  };

  test('draws of churn, workload and faults that change nothing move no message', () => {
    const plain = traffic(base);
    expect(plain.length).toBeGreaterThan(100);
    // Arrivals draw, then find that nobody may go, nothing is to be asked, or nobody is named.
    expect(traffic({ ...base, churn: [{ crashesPerSecond: 20, leavesPerSecond: 20, keep: 50 }] })).toEqual(plain);
    expect(
      traffic({
        ...base,
        workload: [
          { operation: 'query', arrivals: { kind: 'rate', perSecond: 50 }, issuers: [{ kind: 'name', name: 'ghost' }] },
        ],
      }),
    ).toEqual(plain);
    expect(
      traffic({
        ...base,
        faultRates: [{ perSecond: 20, action: { kind: 'resume', who: [{ kind: 'any', count: 3 }] } }],
        supervise: [{ who: [{ kind: 'any', count: 2 }], afterUs: 1 }],
      }),
    ).toEqual(plain);
  });

  test('a process that draws more moves no other’s draws', () => {
    // Nobody hears anybody: what each does depends on its own stream alone.
    const deaf: PlanParts = {
      nodes: 3,
      network: { loss: 1, localLatency: { kind: 'constant', us: 1 } },
      durationUs: 600_000,
    };
    const asked = (parts: PlanParts) => {
      const simulation = ran(parts);
      return [0, 1, 2].map((address) => simulation.world.process(address).state.asked);
    };
    const plain = asked(deaf);
    const one = asked({
      ...deaf,
      actions: Array.from({ length: 30 }, (_, i) => ({
        atUs: 10_000 + i * 1000,
        action: { kind: 'operation', name: 'query', node: [{ kind: 'name', name: '0' }], arguments: {} },
      })),
    });
    expect(one[0]).toBeGreaterThan(plain[0] + 15);
    expect(one.slice(1)).toEqual(plain.slice(1));
  });
});
