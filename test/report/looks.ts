/** What a property was each time somebody looked, and the watch that the real monitors make of it. */
import fc from 'fast-check';
import { Monitors, type Watch } from '../../sim/engine/monitors.ts';
import type { Property, ProtocolTypes, World } from '../../sim/protocol.ts';

export interface Look {
  readonly timeUs: number;
  readonly holds: boolean;
}

/** Looks in the order of time, the first at time 0, several at one instant among them. */
export const looks: fc.Arbitrary<readonly Look[]> = fc
  .array(fc.record({ waitUs: fc.constantFrom(0, 0, 1, 2, 5, 10), holds: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((steps) => {
    let timeUs = 0;
    return steps.map(({ waitUs, holds }, index) => {
      timeUs += index === 0 ? 0 : waitUs;
      return { timeUs, holds };
    });
  });

/** Has the monitors look at a property that holds when the looks say so. Its message tells when it was seen broken. */
export function watchOf(seen: readonly Look[]): Watch {
  let look: Look = { timeUs: 0, holds: true };
  const property: Property<ProtocolTypes> = {
    description: '',
    source: '',
    check: () => (look.holds ? null : { message: `broken at ${look.timeUs}`, processes: [] }),
  };
  // The monitors ask the world for nothing but the time, since the property names no process.
  const world = {
    get nowUs() {
      return look.timeUs;
    },
  } as World;
  const monitors = new Monitors([['subject', property]]);
  seen.forEach((next, index) => {
    look = next;
    monitors.touchAll();
    monitors.check(world, null, index + 1, () => {});
  });
  return monitors.all[0];
}
