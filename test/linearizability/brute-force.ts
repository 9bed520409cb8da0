import type { Recorded, SequentialModel } from '../../sim/check/linearizability.ts';

/**
 * The obvious checker: every choice of optional operations, in every order, by the definition and nothing else.
 * For a handful of operations only.
 */
export function isLinearizable<State, Operation, Outcome>(
  model: SequentialModel<State, Operation, Outcome>,
  history: readonly Recorded<Operation, Outcome>[],
): boolean {
  const completed = history.filter(({ end }) => end !== null);
  const optional = history.filter(({ end }) => end === null);
  return subsets(optional).some((chosen) =>
    permutations([...completed, ...chosen]).some((order) => respectsTime(order) && explains(model, order)),
  );
}

function subsets<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  const [first, ...rest] = items;
  return subsets(rest).flatMap((subset) => [subset, [first, ...subset]]);
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) => permutations(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]));
}

function respectsTime<Operation, Outcome>(order: readonly Recorded<Operation, Outcome>[]): boolean {
  return order.every((later, i) => order.slice(i + 1).every(({ end }) => end === null || end >= later.start));
}

function explains<State, Operation, Outcome>(
  model: SequentialModel<State, Operation, Outcome>,
  order: readonly Recorded<Operation, Outcome>[],
): boolean {
  let state: State | null = model.initial;
  for (const { operation, outcome } of order) {
    if (state === null) return false;
    state = model.step(state, operation, outcome);
  }
  return state !== null;
}
