/**
 * When a property was true and when it was false, from what the monitors keep: the stretches through which it was true.
 * A stretch or a gap may have no length: two events at one instant can change the truth and change it back.
 */
import type { Stretch, Watch } from '../engine/monitors.ts';

/** What `truth` needs of a watch. */
export type Truth = Pick<Watch, 'holds' | 'stretches' | 'firstViolation'>;

/** The stretches of virtual time through which the property was false, in order; the last is open if it is false now. */
export function gapsOf({ holds, stretches, firstViolation }: Truth): readonly Stretch[] {
  if (holds === null) return [];
  const gaps: Stretch[] = [];
  const [first] = stretches;
  // It is first looked at at time 0, so what lies before the first stretch is a gap, if only for an instant.
  if (first === undefined) return [{ fromUs: 0, untilUs: null }];
  const falseAtFirst = first.fromUs > 0 || (firstViolation?.timeUs === 0 && first.untilUs !== 0);
  if (falseAtFirst) gaps.push({ fromUs: 0, untilUs: first.fromUs });
  stretches.forEach((stretch, index) => {
    if (stretch.untilUs === null) return;
    gaps.push({ fromUs: stretch.untilUs, untilUs: stretches[index + 1]?.fromUs ?? null });
  });
  return gaps;
}

/** The first instant from `fromUs` to `untilUs`, both included, that lies in one of the stretches; null if there is none. */
export function firstWithin(stretches: readonly Stretch[], fromUs: number, untilUs: number): number | null {
  // A window that begins after its end: nothing of it has come yet.
  if (fromUs > untilUs) return null;
  for (const stretch of stretches) {
    // What ended at the very beginning of the window was over by then, unless it was no longer than that instant.
    const lasts = stretch.untilUs === null || stretch.untilUs > fromUs;
    const isInstant = stretch.untilUs === stretch.fromUs && stretch.fromUs >= fromUs;
    if ((lasts || isInstant) && stretch.fromUs <= untilUs) return Math.max(stretch.fromUs, fromUs);
  }
  return null;
}

/** Since when it has been true without a break; null if it is false now. */
export function trueSince({ holds, stretches }: Truth): number | null {
  return holds === true ? stretches[stretches.length - 1].fromUs : null;
}
