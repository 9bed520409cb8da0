/** What the scenario's faults and scripted actions came to. One that changed nothing has tested nothing, and says why. */
import type { ProtocolTypes } from '../contract/protocol-types.ts';
import type { FaultTally } from '../engine/actions.ts';
import type { Simulation } from '../engine/simulation.ts';
import type { Plan } from '../scenario/plan.ts';
import { formatDuration } from '../time.ts';

export interface FaultReport {
  readonly label: string;
  /** Line of the scenario; null for what was injected by hand. */
  readonly line: number | null;
  /** False for operations and steps of a script. */
  readonly isFault: boolean;
  readonly struck: number;
  /** Processes, hosts or messages that it touched, or operations that it began. */
  readonly changed: number;
  /** Why it changed nothing; null if it changed something. */
  readonly nothingBecause: string | null;
}

export function faultsReport<P extends ProtocolTypes>(simulation: Simulation<P>): readonly FaultReport[] {
  return simulation.faults.map((tally, index) => {
    const { label, line, isFault, struck, changed } = tally;
    return {
      label,
      line,
      isFault,
      struck,
      changed,
      nothingBecause: changed > 0 ? null : why(tally, index, simulation),
    };
  });
}

function why<P extends ProtocolTypes>(
  tally: FaultTally,
  index: number,
  { plan, nowUs, finished }: Simulation<P>,
): string {
  if (tally.struck > 0) return tally.why ?? 'it changed nothing';
  const timed = plan.actions[index];
  if (timed === undefined) return rateOf(plan, index);
  if (timed.afterEvent !== null) return `the run ended before event ${timed.afterEvent}`;
  return finished || timed.atUs > nowUs
    ? `it was due at ${formatDuration(timed.atUs)}, after the end`
    : 'it did not strike';
}

/** The tallies of faults drawn from rates follow those of the timetable. */
function rateOf<P extends ProtocolTypes>({ actions, faultRates }: Plan<P>, index: number): string {
  const rate = faultRates[index - actions.length];
  return rate === undefined ? 'it did not strike' : `at ${rate.perSecond} a second, chance let it strike not once`;
}
