/**
 * Differences between two JSON values as a JSON Patch (RFC 6902). Durable state is saved as a whole, and grows: written out at each
 * save, a trace would grow with the square of the run. States share what did not change, so equal references end the search.
 */

export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

export type Patch = readonly PatchOperation[];

/** What turns the one value into the other; empty if they are the same. */
export function patchOf(before: unknown, after: unknown): Patch {
  const patch: PatchOperation[] = [];
  compare('', before, after, patch);
  return patch;
}

/** @throws RangeError if the patch does not fit the value. The value itself is left as it is. */
export function patched(value: unknown, patch: Patch): unknown {
  return patch.reduce((current, operation) => apply(current, pointer(operation.path), operation), value);
}

function compare(path: string, before: unknown, after: unknown, patch: PatchOperation[]): void {
  if (before === after) return;
  if (Array.isArray(before) && Array.isArray(after)) compareArrays(path, before, after, patch);
  else if (isObject(before) && isObject(after)) compareObjects(path, before, after, patch);
  else patch.push({ op: 'replace', path, value: after });
}

function compareObjects(path: string, before: JsonObject, after: JsonObject, patch: PatchOperation[]): void {
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) patch.push({ op: 'remove', path: `${path}/${escaped(key)}` });
  }
  for (const key of Object.keys(after)) {
    const inner = `${path}/${escaped(key)}`;
    if (Object.hasOwn(before, key)) compare(inner, before[key], after[key], patch);
    else patch.push({ op: 'add', path: inner, value: after[key] });
  }
}

/** Arrays mostly change an element, or grow or shrink at their end; where more changes, the new one is shorter than the list of changes. */
function compareArrays(
  path: string,
  before: readonly unknown[],
  after: readonly unknown[],
  patch: PatchOperation[],
): void {
  const common = Math.min(before.length, after.length);
  let changed = 0;
  for (let i = 0; i < common; i++) if (before[i] !== after[i]) changed++;
  const removed = before.length - common;
  if (changed + removed > 1 && changed + removed > common / 2) {
    patch.push({ op: 'replace', path, value: after });
    return;
  }
  for (let i = 0; i < common; i++) compare(`${path}/${i}`, before[i], after[i], patch);
  for (let i = before.length - 1; i >= common; i--) patch.push({ op: 'remove', path: `${path}/${i}` });
  for (let i = common; i < after.length; i++) patch.push({ op: 'add', path: `${path}/-`, value: after[i] });
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function pointer(path: string): readonly string[] {
  return path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function apply(value: unknown, [key, ...rest]: readonly string[], operation: PatchOperation): unknown {
  if (key === undefined) {
    if (operation.op === 'remove') throw new RangeError('the whole cannot be removed');
    return operation.value;
  }
  if (Array.isArray(value)) return applyToArray(value, key, rest, operation);
  if (!isObject(value)) throw misfit(operation);
  const isLast = rest.length === 0;
  if (!Object.hasOwn(value, key) && !(isLast && operation.op === 'add')) throw misfit(operation);
  if (isLast && operation.op === 'remove')
    return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  return { ...value, [key]: apply(value[key], rest, operation) };
}

function applyToArray(
  value: readonly unknown[],
  key: string,
  rest: readonly string[],
  operation: PatchOperation,
): unknown {
  const isLast = rest.length === 0;
  const index = key === '-' && isLast && operation.op === 'add' ? value.length : Number(key);
  const isAppended = index === value.length && isLast && operation.op === 'add';
  if (!Number.isInteger(index) || index < 0 || (index >= value.length && !isAppended)) throw misfit(operation);
  if (isLast && operation.op === 'remove') return value.toSpliced(index, 1);
  if (isLast && operation.op === 'add') return value.toSpliced(index, 0, operation.value);
  return value.with(index, apply(value[index], rest, operation));
}

function misfit({ op, path }: PatchOperation): RangeError {
  return new RangeError(`there is nothing to ${op} at ${path}`);
}
