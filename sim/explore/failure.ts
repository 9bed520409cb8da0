/**
 * What went wrong in a run, and how to tell whether two runs failed in the same way.
 *
 * A **key** is the property that failed and the kind of state in which it did: its message with names, numbers and repetitions taken out. Two
 * runs with one key show one flaw, as far as a machine can tell; a hunt keeps the first of each, and a shrinker may not change it.
 */
import type { OperationRecord, World } from '../contract/world.ts';
import type { Simulation } from '../engine/simulation.ts';
import { type Evidence, evaluate } from '../report/expectation.ts';
import type { Expectation } from '../scenario/plan.ts';

export interface Failure {
  readonly key: string;
  readonly property: string;
  readonly message: string;
  /** The expectation that failed, as the scenario writes it. */
  readonly text: string;
  /** When it was first seen; for what should have come true and did not, the end of the run. */
  readonly us: number;
  readonly event: number;
  /** Since when it had been so: when the property turned false for the last time. */
  readonly sinceUs: number;
  /** Whether it was seen as it happened (safety), or only in the end (liveness). */
  readonly kind: 'safety' | 'liveness';
}

/** What a machine or the engine threw is a failure of the property "no defect". */
export const DEFECT = 'no defect';

/** Failures of what is expected of properties, as far as the run has come. Metrics are for a scenario as it stands, and not asked. */
export function failuresOf(simulation: Simulation): readonly Failure[] {
  const evidence = evidenceOf(simulation);
  const found = new Map<string, Failure>();
  for (const expectation of simulation.plan.expect) {
    const failure = failureOf(expectation, evidence, simulation);
    if (failure !== null && !found.has(failure.property)) found.set(failure.property, failure);
  }
  return [...found.values()];
}

function evidenceOf(simulation: Simulation): Evidence {
  const { nowUs, finished, lastDisturbanceUs, watches } = simulation;
  return {
    reachedUs: nowUs,
    complete: finished,
    lastDisturbanceUs,
    watch: (name) => watches.find((watch) => watch.name === name),
    metric: () => ({ value: null, unit: '', why: 'metrics are not asked for here' }),
  };
}

function failureOf(expectation: Expectation, evidence: Evidence, simulation: Simulation): Failure | null {
  const { subject, requirement, text } = expectation;
  // That something was never seen says that the run was about nothing, which is no flaw of the system.
  if (subject.kind !== 'property' || requirement.kind === 'sometimes') return null;
  const watch = evidence.watch(subject.name);
  if (watch === undefined) return null;
  const { result, firstViolatedUs } = evaluate(expectation, evidence);
  // A scenario that shows a flaw is a scenario in which it was found.
  const shows = requirement.kind === 'violated';
  if (result !== (shows ? 'passed' : 'failed')) return null;
  const isLiveness = requirement.kind === 'stable' || requirement.kind === 'eventually';
  // What was never true is about something that this run does not have.
  if (isLiveness && !watch.everHeld) return null;
  const first = watch.firstViolation;
  const isFirst = !isLiveness && first !== null && first.timeUs === firstViolatedUs;
  const message = (isFirst ? first.violation.message : watch.lastViolation?.message) ?? 'it holds';
  return {
    key: `${subject.name}: ${kindOf(message, simulation)}`,
    property: subject.name,
    message,
    text,
    us: isFirst ? first.timeUs : simulation.nowUs,
    event: isFirst ? first.event : simulation.events,
    sinceUs: isFirst ? first.timeUs : watch.sinceUs,
    kind: isLiveness ? 'liveness' : 'safety',
  };
}

/** The failure that an error of a machine or of the engine is. */
export function defectOf(
  error: unknown,
  simulation: Pick<Simulation, 'world' | 'history' | 'nowUs' | 'events'> | null,
): Failure {
  const said = error instanceof Error ? error.message : String(error);
  // Where in the run it was is not what it is.
  const message = said.replace(/ \(event \d+, at \d+ us, seed .*\)$/s, '');
  return {
    key: `${DEFECT}: ${kindOf(message, simulation)}`,
    property: DEFECT,
    message,
    text: 'nothing throws',
    us: simulation?.nowUs ?? 0,
    event: simulation?.events ?? 0,
    sinceUs: simulation?.nowUs ?? 0,
    kind: 'safety',
  };
}

/** What there is to know a name by. */
export interface Names {
  readonly world: Pick<World, 'named'>;
  readonly history: readonly Pick<OperationRecord, 'operation'>[];
}

/**
 * A message without what is different each time: `n3 and n7 both serve sport (2 cases)` becomes `peer both serve *`. Names of processes become their
 * roles, what clients have named and other words with digits become `*`; numbers, remarks in brackets, what follows the first line, and repetitions go.
 */
export function kindOf(message: string, names: Names | null): string {
  const [line] = message.split('\n');
  const said = names === null ? NOTHING_SAID : namedByClients(names.history);
  const words = line
    .replace(/ \([^()]*\)/g, '')
    .replace(/(?<![\w.-])(?:\d+(?:\.\d+)?(?:us|ms|s|m|h))+(?![\w-])/g, '#')
    .replace(/[A-Za-z_][\w.-]*\w/g, (word) => generic(word, names, said))
    // Some processes are named by numbers.
    .replace(/(?<![\w.:-])\d+(?![\w.:-])/g, (number) => names?.world.named(number)?.role ?? number)
    .replace(/[#\d]+(?:[.,:]\d+)*/g, '#');
  return collapsed(collapsed(words.replace(/#(?: #)+/g, '#')));
}

function generic(word: string, names: Names | null, said: ReadonlySet<string>): string {
  return names?.world.named(word)?.role ?? (said.has(word) || /\d/.test(word) ? '*' : word);
}

/** `peer, peer and peer` is `peer`: how many there are does not matter. */
function collapsed(text: string): string {
  return text.replace(/(\S+?)(?:(?:,| and|, and| →|;)? \1)+(?![\w#*])/g, '$1').replace(/(\S+) and # more/g, '$1');
}

const NOTHING_SAID: ReadonlySet<string> = new Set();

/** Operations that are looked at for names; a run that has more has said its names by then. */
const ENOUGH = 2000;

function namedByClients(history: Names['history']): ReadonlySet<string> {
  const said = new Set<string>();
  for (const { operation } of history.slice(0, ENOUGH)) {
    const { kind: _, ...rest } = operation;
    gather(rest, said);
  }
  return said;
}

function gather(value: unknown, into: Set<string>): void {
  if (typeof value === 'string') into.add(value);
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) gather(each, into);
}
