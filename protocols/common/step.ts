import { type Effect, NO_EFFECTS, type ProtocolTypes, type Step } from '../../sim/protocol.ts';

/** Nothing wanted. */
export function quiet<P extends ProtocolTypes>(state: P['State']): Step<P> {
  return { state, effects: NO_EFFECTS };
}

/**
 * This step and then what follows from its state, as one. (Not called `then`: a module that exports a `then` is taken for
 * a promise by `import()`.)
 */
export function andThen<P extends ProtocolTypes>(step: Step<P>, next: (state: P['State']) => Step<P>): Step<P> {
  const after = next(step.state);
  if (after.effects.length === 0) return { state: after.state, effects: step.effects };
  if (step.effects.length === 0) return after;
  return { state: after.state, effects: [...step.effects, ...after.effects] };
}

/** One step after the other, for each item. */
export function forEachItem<P extends ProtocolTypes, T>(
  state: P['State'],
  items: readonly T[],
  next: (state: P['State'], item: T) => Step<P>,
): Step<P> {
  const effects: Effect<P>[] = [];
  let current = state;
  for (const item of items) {
    const step = next(current, item);
    current = step.state;
    effects.push(...step.effects);
  }
  return effects.length === 0 ? quiet(current) : { state: current, effects };
}
