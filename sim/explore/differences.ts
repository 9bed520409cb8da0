/** Where two plain values differ, leaf by leaf. */
export interface Difference {
  /** `store.n3.version`; '' for the whole. */
  readonly path: string;
  /** Undefined where there is nothing. */
  readonly left: unknown;
  readonly right: unknown;
}

/** At most so many, in the order of the left value. What is the same object on both sides is not looked into. */
export function differences(left: unknown, right: unknown, most = 100, path = ''): readonly Difference[] {
  if (Object.is(left, right)) return [];
  if (!isBranch(left) || !isBranch(right) || Array.isArray(left) !== Array.isArray(right))
    return [{ path, left, right }];
  const found: Difference[] = [];
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    if (found.length >= most) break;
    const below = path === '' ? key : `${path}.${key}`;
    found.push(...differences(left[key], right[key], most - found.length, below));
  }
  return found;
}

function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
