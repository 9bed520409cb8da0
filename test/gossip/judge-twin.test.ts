// The judge counts up and down; its dumb twin looks at all peers after each event and counts them.

import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { entriesOf, get } from '../../protocols/common/trie.ts';
import { gossip } from '../../protocols/gossip/index.ts';
import type { Judged } from '../../protocols/gossip/judged.ts';
import type { Metadata } from '../../protocols/gossip/metadata.ts';
import { toArray } from '../../protocols/gossip/sequence.ts';
import { MILESTONES, NOTHING_MADE } from '../../protocols/gossip/truth.ts';
import type { GossipTypes } from '../../protocols/gossip/types.ts';
import { type Address, MINUTE, planOf, SECOND, Simulation } from '../../sim/index.ts';

interface TwinUpdate {
  readonly metadata: Metadata;
  readonly madeAtUs: number;
  /** Delay of each peer, by its address and life. */
  readonly delays: Map<string, number>;
  readonly milestonesUs: number[];
}

class Twin {
  readonly updates = new Map<Address, TwinUpdate[]>();
  private readonly simulation: Simulation<GossipTypes>;

  constructor(simulation: Simulation<GossipTypes>) {
    this.simulation = simulation;
  }

  look(): void {
    const { world, nowUs } = this.simulation;
    for (const address of this.live()) {
      const { own } = world.process(address).state;
      const made = this.updates.get(address) ?? [];
      if (own.version >= 0 && made.every(({ metadata }) => metadata !== own)) {
        made.push({ metadata: own, madeAtUs: nowUs, delays: new Map(), milestonesUs: [] });
        this.updates.set(address, made);
      }
    }
    for (const [origin, made] of this.updates) {
      made.forEach((update, i) => {
        this.lookAt(origin, update, i);
      });
    }
  }

  private lookAt(origin: Address, update: TwinUpdate, index: number): void {
    const { world, nowUs } = this.simulation;
    const live = this.live();
    const holders = live.filter((address) => this.held(address, origin) >= index);
    for (const address of holders) {
      const { incarnation, startedAtUs } = world.process(address);
      const life = `${address}/${incarnation}`;
      const counts = address !== origin && startedAtUs <= update.madeAtUs;
      if (counts && !update.delays.has(life)) update.delays.set(life, nowUs - update.madeAtUs);
    }
    const next = MILESTONES[update.milestonesUs.length];
    if (next === undefined || (holders.length * 100) / live.length < next) return;
    update.milestonesUs.push(nowUs - update.madeAtUs);
    this.lookAt(origin, update, index);
  }

  /** Index of what a peer holds of an origin; −1 for nothing. */
  held(address: Address, origin: Address): number {
    const { state } = this.simulation.world.process(address);
    const metadata = address === origin ? state.own : state.store.find((entry) => entry.origin === origin)?.metadata;
    return (this.updates.get(origin) ?? []).findIndex((update) => update.metadata === metadata);
  }

  live(): readonly Address[] {
    const { world } = this.simulation;
    return Array.from({ length: world.size }, (_, address) => address).filter((address) => world.alive(address));
  }
}

const crash = fc.record({
  atS: fc.integer({ min: 1, max: 170 }),
  who: fc.integer({ min: 0, max: 4 }),
  downS: fc.option(fc.integer({ min: 1, max: 90 })),
});

test.prop(
  [
    fc.constantFrom('described', 'hardened'),
    fc.constantFrom('described', 'push-pull', 'rumor'),
    fc.array(crash, { maxLength: 4 }),
    fc.nat(1000),
  ],
  { numRuns: 20 },
)('the judge knows what its twin counts', (variant, strategy, crashes, seed) => {
  const simulation = new Simulation(
    planOf(gossip, {
      nodes: 5,
      variant,
      seed,
      durationUs: 3 * MINUTE,
      settings: { t1: '12s', t2: '2s', t3: '2s', t4: '3s', expiry: '35s', certificateFor: '20s', strategy },
      network: { latency: { kind: 'exponential', meanUs: 50_000 }, loss: 0.2, duplicate: 0.1 },
      actions: crashes.map(({ atS, who, downS }) => ({
        atUs: atS * SECOND,
        action: {
          kind: 'crash',
          who: [{ kind: 'name', name: `n${who}` }],
          restartAfterUs: downS === null ? null : downS * SECOND,
          guard: false,
        },
      })),
    }),
  );
  const twin = new Twin(simulation);
  do twin.look();
  while (simulation.step());

  const judged = simulation.judged as Judged;
  const { world } = simulation;
  expect(judged.live).toBe(twin.live().length);
  const dead = Array.from({ length: world.size }, (_, address) => address).filter((address) => !world.alive(address));
  expect(
    entriesOf(judged.endedAtUs)
      .map(([address]) => Number(address))
      .sort(),
  ).toEqual(dead);
  expect(entriesOf(judged.origins)).toHaveLength(twin.updates.size);
  for (const [origin, updates] of twin.updates) {
    const made = toArray((get(judged.origins, origin) ?? NOTHING_MADE).made);
    const delaysOf = (update: TwinUpdate) => [...update.delays.values()];
    expect(made.map(({ metadata }) => metadata)).toEqual(updates.map(({ metadata }) => metadata));
    expect(made.map(({ reached }) => reached)).toEqual(
      updates.map((_, i) => twin.live().filter((address) => twin.held(address, origin) >= i).length),
    );
    expect(made.map(({ arrivals }) => arrivals)).toEqual(updates.map((update) => update.delays.size));
    expect(made.map(({ delaySumUs }) => delaySumUs)).toEqual(
      updates.map((update) => delaysOf(update).reduce((sum, us) => sum + us, 0)),
    );
    expect(made.map(({ lastDelayUs }) => lastDelayUs)).toEqual(
      updates.map((update) => Math.max(0, ...delaysOf(update))),
    );
    expect(made.map(({ milestonesUs }) => milestonesUs)).toEqual(updates.map((update) => update.milestonesUs));
  }
});
