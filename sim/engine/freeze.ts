/** What has been looked into already: that something is frozen at its surface says nothing about what it holds. */
const done = new WeakSet<object>();

/** Freezes a plain value through and through, so that a machine that changes what it was given throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !done.has(value) && !ArrayBuffer.isView(value)) {
    done.add(value);
    Object.freeze(value);
    for (const key of Object.keys(value)) deepFreeze((value as Record<string, unknown>)[key]);
  }
  return value;
}
