import type { Address, ProtocolTypes } from '../contract/protocol-types.ts';
import type { Property, Violation } from '../contract/system.ts';
import type { World } from '../contract/world.ts';

/** A violation as it was first met, with the states concerned as they were then. */
export interface Sighting {
  readonly timeUs: number;
  /** The number of the event after which it was seen. */
  readonly event: number;
  readonly violation: Violation;
  readonly states: readonly { readonly address: Address; readonly name: string; readonly state: unknown }[];
}

/** A stretch of virtual time through which a property was true; the end is null while it lasts. */
export interface Stretch {
  readonly fromUs: number;
  readonly untilUs: number | null;
}

/** What is known of a property so far. */
export interface Watch {
  readonly name: string;
  /** Null before the first check. */
  readonly holds: boolean | null;
  /** Since when it has had this truth. */
  readonly sinceUs: number;
  readonly checks: number;
  readonly everHeld: boolean;
  readonly firstViolation: Sighting | null;
  readonly lastViolation: Violation | null;
  /** When it was true, in order; the last stretch is open if it is true now. */
  readonly stretches: readonly Stretch[];
}

/**
 * Watches properties while the run goes on. A property is looked at again only when a step touched what it depends on.
 */
export class Monitors<P extends ProtocolTypes> {
  private readonly properties: readonly (readonly [string, Property<P>])[];
  private watches: Watch[];
  private readonly dirty: boolean[];
  private anyDirty = true;

  constructor(properties: readonly (readonly [string, Property<P>])[]) {
    this.properties = properties;
    this.dirty = properties.map(() => true);
    this.watches = properties.map(([name]) => ({
      name,
      holds: null,
      sinceUs: 0,
      checks: 0,
      everHeld: false,
      firstViolation: null,
      lastViolation: null,
      stretches: [],
    }));
  }

  get count(): number {
    return this.properties.length;
  }

  get all(): readonly Watch[] {
    return this.watches;
  }

  get needsCheck(): boolean {
    return this.anyDirty;
  }

  /** A process started or ended: every property may have changed. */
  touchAll(): void {
    this.dirty.fill(true);
    this.anyDirty = true;
  }

  /** A step changed a state. */
  touch(before: P['State'], after: P['State']): void {
    for (let i = 0; i < this.dirty.length; i++) {
      if (this.dirty[i]) continue;
      const { touchedBy } = this.properties[i][1];
      if (touchedBy === undefined || touchedBy(before, after)) {
        this.dirty[i] = true;
        this.anyDirty = true;
      }
    }
  }

  /** Looks at what was touched; tells of each property whose truth changed. */
  check(world: World<P>, judged: unknown, event: number, changed: (watch: Watch) => void): void {
    if (!this.anyDirty) return;
    this.anyDirty = false;
    for (let i = 0; i < this.dirty.length; i++) {
      if (!this.dirty[i]) continue;
      this.dirty[i] = false;
      const before = this.watches[i];
      const after = looked(before, this.properties[i][1].check(world, judged), world, event);
      this.watches[i] = after;
      if (after.holds !== before.holds) changed(after);
    }
  }

  snapshot(): MonitorsState {
    return { watches: this.watches.slice(), dirty: this.dirty.slice() };
  }

  restore(state: MonitorsState): void {
    this.watches = state.watches.slice();
    state.dirty.forEach((isDirty, i) => {
      this.dirty[i] = isDirty;
    });
    this.anyDirty = state.dirty.some((isDirty) => isDirty);
  }
}

export interface MonitorsState {
  readonly watches: readonly Watch[];
  readonly dirty: readonly boolean[];
}

function looked<P extends ProtocolTypes>(
  watch: Watch,
  violation: Violation | null,
  world: World<P>,
  event: number,
): Watch {
  const holds = violation === null;
  const { nowUs } = world;
  const checks = watch.checks + 1;
  const lastViolation = violation ?? watch.lastViolation;
  if (holds === watch.holds) return { ...watch, checks, lastViolation };
  return {
    name: watch.name,
    holds,
    sinceUs: nowUs,
    checks,
    everHeld: watch.everHeld || holds,
    firstViolation: watch.firstViolation ?? (violation === null ? null : sighted(violation, world, event)),
    lastViolation,
    stretches: holds
      ? [...watch.stretches, { fromUs: nowUs, untilUs: null }]
      : watch.stretches.map((stretch) =>
          stretch.untilUs === null ? { fromUs: stretch.fromUs, untilUs: nowUs } : stretch,
        ),
  };
}

function sighted<P extends ProtocolTypes>(violation: Violation, world: World<P>, event: number): Sighting {
  return {
    timeUs: world.nowUs,
    event,
    violation,
    states: violation.processes.map((address) => {
      const process = world.process(address);
      return { address, name: process.name, state: process.state };
    }),
  };
}
