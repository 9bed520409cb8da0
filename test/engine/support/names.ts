import type { Selector } from '../../../sim/index.ts';

/** A selector of names and addresses, with the words `all` and `rest`. */
export function who(...names: readonly (string | number)[]): Selector {
  return names.map((name) =>
    name === 'all' || name === 'rest' ? { kind: name } : { kind: 'name', name: String(name) },
  );
}

/** A selector of so many live processes. */
export function any(count: number): Selector {
  return [{ kind: 'any', count }];
}
