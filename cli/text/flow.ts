/** A plain value in YAML's flow style: less noise than JSON, and spaces where it can be broken into lines. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' && /^[\w.-]+$/.test(value) ? value : JSON.stringify(value);
  const entries = Object.entries(value).map(([key, entry]) => `${key}: ${flow(entry)}`);
  return `{${entries.join(', ')}}`;
}
