/**
 * Is a recorded history of concurrent operations linearizable: is there an order of them, one at a time, that respects real time
 * (what ended before another began comes before it) and in which a sequential model gives every outcome that was seen?
 *
 * The search is that of Wing and Gong ("Testing and verifying concurrent objects", JPDC 1993): take any operation that may come
 * first, step the model, go on with the rest, go back when stuck. As Lowe added ("Testing for linearizability", CCPE 2017), a
 * situation is what has been taken and the model's state, and each is looked at once. As Horn and Kroening showed ("Faster
 * linearizability checking via P-compositionality", FORTE 2015), a history falls into parts that are checked by themselves where
 * the model says so.
 *
 * What is subtle: an operation without an outcome may have taken effect at any time after its start, or never, or may yet. So it is
 * optional: it may be put into the order, and need not be. Since it comes last in the search, it costs nothing where the completed ones
 * explain each other. The problem is NP-complete; so the search has a budget, and past it the answer is `undecided`.
 */

/** One operation of a history. Times are any numbers that grow along the run; equal ones count as concurrent. */
export interface Recorded<Operation, Outcome> {
  readonly operation: Operation;
  /** Null if nobody knows what it came to. */
  readonly outcome: Outcome | null;
  readonly start: number;
  /** Null with an outcome of null: it may take effect at any time from its start on, or never. */
  readonly end: number | null;
  /**
   * When it may have taken effect, where somebody has an idea of that (from a log, say). The search tries that order first; so a good guess makes
   * it short, and a bad one changes nothing but its length.
   */
  readonly guess?: number | null;
}

export type History<Operation, Outcome> = readonly Recorded<Operation, Outcome>[];

/** What the object would do if its clients came one after the other. All of it pure. */
export interface SequentialModel<State, Operation, Outcome> {
  readonly initial: State;
  /**
   * The state after the operation, or null if it could not have come to this in this state.
   * @param outcome null for an operation with an unknown outcome: then the state that it leaves if it takes place now.
   */
  step(state: State, operation: Operation, outcome: Outcome | null): State | null;
  /** Equal for equal states and only for them. */
  key(state: State): string;
  /** Names the part that an operation belongs to, when parts don't depend on each other. Default: all is one part. */
  part?(operation: Operation): string;
  /**
   * Whether it changes no state, in whichever state it comes to this. Then it can be put into the order as soon as it may, and a violation that remains
   * without it is one. Default: false.
   */
  reads?(operation: Operation, outcome: Outcome | null): boolean;
  /**
   * Ways to a smaller history that is violated only if the whole is (the history as seen by one key, say), for a short explanation. They are
   * tried one after the other, each on what the ones before left.
   */
  narrowings?(
    history: History<Operation, Outcome>,
  ): Iterable<(history: History<Operation, Outcome>) => History<Operation, Outcome>>;
}

export type Linearizability<Operation, Outcome> =
  /** An order that explains every outcome, as indices into the history; optional operations that it does without are not in it. */
  | { readonly kind: 'linearizable'; readonly order: readonly number[]; readonly steps: number }
  /** No order does. */
  | {
      readonly kind: 'violated';
      readonly part: string;
      /** Operations that no order explains, whatever effect the others had; none of them can be spared. */
      readonly core: History<Operation, Outcome>;
      /** Operations that may have had any effect, or none, without explaining the core. */
      readonly others: History<Operation, Outcome>;
      /** How many operations that part of the history has. */
      readonly of: number;
      readonly steps: number;
    }
  /** The budget was spent before an answer was found. */
  | { readonly kind: 'undecided'; readonly part: string; readonly steps: number };

export interface CheckOptions {
  /** How many steps of the model may be spent on one search. */
  readonly budget?: number;
}

export const DEFAULT_BUDGET = 1_000_000;

/** Checks a history part by part, in order of the parts' first operations; the first part that is violated, or else undecided, is the answer. */
export function checkLinearizability<State, Operation, Outcome>(
  model: SequentialModel<State, Operation, Outcome>,
  history: History<Operation, Outcome>,
  options: CheckOptions = {},
): Linearizability<Operation, Outcome> {
  const budget = options.budget ?? DEFAULT_BUDGET;
  const order: number[] = [];
  let steps = 0;
  let undecided: Linearizability<Operation, Outcome> | null = null;
  for (const [part, indices] of partsOf(model, history)) {
    const operations = indices.map((index) => history[index]);
    const found = search(model, operations, budget);
    steps += found.steps;
    if (found.kind === 'violated') {
      return { kind: 'violated', part, ...shortestViolation(model, operations, budget), of: operations.length, steps };
    }
    if (found.kind === 'undecided') undecided ??= { kind: 'undecided', part, steps: found.steps };
    else order.push(...found.order.map((index) => indices[index]));
  }
  return undecided ?? { kind: 'linearizable', order, steps };
}

function partsOf<State, Operation, Outcome>(
  model: SequentialModel<State, Operation, Outcome>,
  history: History<Operation, Outcome>,
): ReadonlyMap<string, readonly number[]> {
  const parts = new Map<string, number[]>();
  for (const [index, { operation }] of history.entries()) {
    const name = model.part?.(operation) ?? '';
    const part = parts.get(name);
    if (part === undefined) parts.set(name, [index]);
    else part.push(index);
  }
  return parts;
}

type Found =
  | { readonly kind: 'linearizable'; readonly order: readonly number[]; readonly steps: number }
  | { readonly kind: 'violated'; readonly steps: number }
  | { readonly kind: 'undecided'; readonly steps: number };

/**
 * A point of the search. Completed operations are numbered by their starts; all below `taken` have been put into the order, and
 * beyond it those in `ahead`: since nothing may overtake what has ended, these are never more than run at once.
 */
interface Frame<State> {
  readonly state: State;
  readonly taken: number;
  readonly ahead: readonly number[];
  /** Optional operations put into the order so far, ascending. */
  readonly opted: readonly number[];
  /** What may come next: completed ones as they are, optional ones as −1 − index. */
  readonly candidates: readonly number[];
  next: number;
  /** The candidate that led here. */
  readonly by: number;
}

/** The search in one part. */
function search<State, Operation, Outcome>(
  model: SequentialModel<State, Operation, Outcome>,
  history: History<Operation, Outcome>,
  budget: number,
): Found {
  const indices = history.map((_, index) => index).sort((a, b) => history[a].start - history[b].start || a - b);
  const completed = indices.filter((index) => history[index].end !== null);
  const optional = indices.filter((index) => {
    const { operation, outcome, end } = history[index];
    return end === null && model.reads?.(operation, outcome) !== true;
  });
  const isRead = completed.map((index) => model.reads?.(history[index].operation, history[index].outcome) === true);
  // Readings go first; then whatever may have taken effect first, as far as anyone knows; optional ones of which nobody knows anything last.
  const instants = completed.map((index, i) => (isRead[i] ? 0 : (history[index].guess ?? history[index].end!)));
  const optionalInstants = optional.map((index) => history[index].guess ?? Number.MAX_VALUE);
  const instantOf = (by: number) => (by >= 0 ? instants[by] : optionalInstants[-1 - by]);
  const frontier = (taken: number, ahead: readonly number[], opted: readonly number[]): number[] =>
    candidatesOf(history, completed, optional, taken, ahead, opted).sort((a, b) => instantOf(a) - instantOf(b));

  // Situations from which there is no way on. On the way to an order that works none is ever written down.
  const failed = new Set<string>();
  const keyOf = ({ taken, ahead, opted, state }: Frame<State>) =>
    `${taken};${ahead.join()};${opted.join()};${model.key(state)}`;
  const stack: Frame<State>[] = [
    { state: model.initial, taken: 0, ahead: [], opted: [], candidates: frontier(0, [], []), next: 0, by: 0 },
  ];
  let steps = 0;
  while (stack.length > 0) {
    const frame = stack[stack.length - 1];
    if (frame.taken === completed.length)
      return { kind: 'linearizable', order: orderOf(stack, completed, optional), steps };
    if (frame.next === frame.candidates.length) {
      if (frame.candidates.length > 1) failed.add(keyOf(frame));
      stack.pop();
      continue;
    }
    if (steps >= budget) return { kind: 'undecided', steps };
    steps++;
    const by = frame.candidates[frame.next++];
    const { operation, outcome } = history[by >= 0 ? completed[by] : optional[-1 - by]];
    const state = model.step(frame.state, operation, outcome);
    if (state === null) continue;
    const { taken, ahead, opted } =
      by >= 0 ? advance(frame, by) : { ...frame, opted: withNumber(frame.opted, -1 - by) };
    // A reading that is right now need not wait: no other choice here leads to more.
    if (by >= 0 && isRead[by]) frame.next = frame.candidates.length;
    const next: Frame<State> = { state, taken, ahead, opted, candidates: frontier(taken, ahead, opted), next: 0, by };
    // Where there is no choice there is nothing to remember: the next choice below is remembered instead.
    const isKnown = failed.size > 0 && next.candidates.length > 1 && failed.has(keyOf(next));
    if (!isKnown) stack.push(next);
  }
  return { kind: 'violated', steps };
}

/** What may come next: whatever began before the first end among those still to come. */
function candidatesOf<Operation, Outcome>(
  history: History<Operation, Outcome>,
  completed: readonly number[],
  optional: readonly number[],
  taken: number,
  ahead: readonly number[],
  opted: readonly number[],
): number[] {
  const open: number[] = [];
  let firstEnd = Number.POSITIVE_INFINITY;
  for (let i = taken; i < completed.length; i++) {
    const { start, end } = history[completed[i]];
    if (start > firstEnd) break;
    if (ahead.includes(i)) continue;
    open.push(i);
    firstEnd = Math.min(firstEnd, end!);
  }
  const candidates = open.filter((i) => history[completed[i]].start <= firstEnd);
  for (let i = 0; i < optional.length; i++) {
    if (history[optional[i]].start > firstEnd) break;
    if (!opted.includes(i)) candidates.push(-1 - i);
  }
  return candidates;
}

function advance(
  frame: { readonly taken: number; readonly ahead: readonly number[]; readonly opted: readonly number[] },
  by: number,
) {
  if (by !== frame.taken) return { taken: frame.taken, ahead: withNumber(frame.ahead, by), opted: frame.opted };
  let taken = by + 1;
  while (frame.ahead.includes(taken)) taken++;
  return { taken, ahead: frame.ahead.filter((i) => i > taken), opted: frame.opted };
}

function withNumber(numbers: readonly number[], number: number): readonly number[] {
  return [...numbers, number].sort((a, b) => a - b);
}

function orderOf<State>(
  stack: readonly Frame<State>[],
  completed: readonly number[],
  optional: readonly number[],
): number[] {
  return stack.slice(1).map(({ by }) => (by >= 0 ? completed[by] : optional[-1 - by]));
}

interface Core<Operation, Outcome> {
  readonly core: History<Operation, Outcome>;
  readonly others: History<Operation, Outcome>;
}

/** Searches for an explanation make do with less: what they cannot refute quickly is not simple. */
const SHRINKING_SHARE = 0.02;

/**
 * The few operations of a violated history that show it.
 * First the shortest beginning that is (a violation never heals, so this is found by halving), with what had not ended by then
 * made optional. Then what the model narrows, and reads one by one. At last other operations: one may go if
 * the history is violated even when that operation had any effect or none, so it stays in the searches as an optional one.
 */
function shortestViolation<State, Operation, Outcome>(
  model: SequentialModel<State, Operation, Outcome>,
  history: History<Operation, Outcome>,
  budget: number,
): Core<Operation, Outcome> {
  const quick = Math.max(2_000, Math.floor(budget * SHRINKING_SHARE));
  const violated = (candidate: History<Operation, Outcome>) => search(model, candidate, quick).kind === 'violated';

  let core = shortestBeginning(history, violated);
  for (const narrow of model.narrowings?.(core) ?? []) {
    const narrowed = narrow(core);
    if (narrowed.length < core.length && violated(narrowed)) core = narrowed;
  }
  for (let i = core.length - 1; i >= 0; i--) {
    if (model.reads?.(core[i].operation, core[i].outcome) !== true) continue;
    const without = core.filter((_, index) => index !== i);
    if (violated(without)) core = without;
  }
  return withoutForgotten(core, violated);
}

function shortestBeginning<Operation, Outcome>(
  history: History<Operation, Outcome>,
  violated: (candidate: History<Operation, Outcome>) => boolean,
): History<Operation, Outcome> {
  const ends = history.flatMap(({ end }) => (end === null ? [] : [end])).sort((a, b) => a - b);
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (violated(beginning(history, ends[middle]))) high = middle;
    else low = middle + 1;
  }
  const shortest = beginning(history, ends[low] ?? 0);
  return violated(shortest) ? shortest : history;
}

/** The history as it was known at an instant. */
function beginning<Operation, Outcome>(
  history: History<Operation, Outcome>,
  until: number,
): History<Operation, Outcome> {
  return history
    .filter(({ start }) => start <= until)
    .map((recorded) => (recorded.end !== null && recorded.end > until ? unknown(recorded) : recorded));
}

function unknown<Operation, Outcome>(recorded: Recorded<Operation, Outcome>): Recorded<Operation, Outcome> {
  return { ...recorded, outcome: null, end: null };
}

/** Tells those operations apart that make no difference: no order explains the rest, whether they took effect or not. */
function withoutForgotten<Operation, Outcome>(
  history: History<Operation, Outcome>,
  violated: (candidate: History<Operation, Outcome>) => boolean,
): Core<Operation, Outcome> {
  let weakened = history;
  const forgotten = new Set<number>();
  for (const [i, recorded] of history.entries()) {
    const candidate = weakened.map((other, index) => (index === i ? unknown(other) : other));
    if (recorded.end !== null && !violated(candidate)) continue;
    weakened = candidate;
    forgotten.add(i);
  }
  return {
    core: weakened.filter((_, index) => !forgotten.has(index)),
    others: weakened.filter((_, index) => forgotten.has(index)),
  };
}

/** A violated history for people, an operation a line, in order of their starts. */
export function formatViolation<Operation, Outcome>(
  violation: Extract<Linearizability<Operation, Outcome>, { kind: 'violated' }>,
  text: (recorded: Recorded<Operation, Outcome>) => string,
  time: (instant: number) => string,
): string {
  const { core, of, part } = violation;
  const lines = [...core]
    .sort((a, b) => a.start - b.start)
    .map(
      (recorded) =>
        `  ${time(recorded.start)} … ${recorded.end === null ? 'open' : time(recorded.end)}  ${text(recorded)}`,
    );
  const head = `no order explains ${core.length} of ${of} operations${part === '' ? '' : ` on ${part}`}:`;
  return [head, ...lines].join('\n');
}
