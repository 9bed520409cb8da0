/**
 * Scenarios as plain values, as YAML says them: what a hunt varies and a shrinker cuts. They are never changed in place.
 */
import { Document, isMap, isPair, isScalar, isSeq, type Node, Scalar, visit } from 'yaml';
import { exactSeconds } from '../report/format.ts';
import { parseDuration } from '../scenario/quantities.ts';
import { zDistribution } from '../scenario/units.ts';
import { formatDuration } from '../time.ts';

export type Plain = Readonly<Record<string, unknown>>;

export function isPlainMap(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The entries of a key that may hold one value or a list of them. */
export function entriesOf(said: Plain, key: string): readonly Plain[] {
  const value = said[key];
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]) as readonly Plain[];
}

/** With that key set; undefined takes it away. An empty list is as good as none. */
export function withKey(said: Plain, key: string, value: unknown): Plain {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) {
    const { [key]: _, ...rest } = said;
    return rest;
  }
  return { ...said, [key]: value };
}

/** With the value at a path (`config.files.size`) set; maps on the way are made where there are none. */
export function withPath(said: Plain, path: readonly string[], value: unknown): Plain {
  const [key, ...rest] = path;
  if (rest.length === 0) return withKey(said, key, value);
  const below = said[key];
  return withKey(said, key, withPath(isPlainMap(below) ? below : {}, rest, value));
}

/** Microseconds of a duration as YAML has it; null for what is none. */
export function durationOf(value: unknown): number | null {
  if (value === 0) return 0;
  return typeof value === 'string' ? parseDuration(value) : null;
}

/** The middle of a distribution as YAML writes it, in microseconds. */
export function meanOf(written: unknown): number {
  if (!isPlainMap(written)) return durationOf(written) ?? 0;
  const [value] = Object.values(written);
  if (Array.isArray(value)) return value.reduce((sum, each) => sum + (durationOf(each) ?? 0), 0) / value.length;
  if (isPlainMap(value)) return durationOf(value.mean ?? value.median ?? value.minimum) ?? 0;
  return durationOf(value) ?? 0;
}

/** Whether YAML writes a distribution of durations there, by name: `{ uniform: [3s, 7s] }`. */
export function isDistribution(written: unknown): boolean {
  return isPlainMap(written) && zDistribution.safeParse(written).success;
}

/** A duration as a scenario writes it: short where that is exact. */
export function durationText(us: number): string {
  const whole = Math.round(us);
  if (whole === 0) return '0s';
  const short = formatDuration(whole);
  return parseDuration(short) === whole ? short : exactSeconds(whole);
}

/** The scenario as a person would write it: one line for each fault, operation and expectation. @param head lines of comment. */
export function scenarioYaml(said: Plain, head: readonly string[] = []): string {
  const document = new Document(inOrder(said), { aliasDuplicateObjects: false });
  visit(document, {
    Map: (_, node, path) => {
      if (inFlow(path)) node.flow = true;
    },
    Seq: (_, node, path) => {
      if (inFlow(path)) node.flow = true;
    },
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && /[,:[\]{}]/.test(node.value) && /^\d+-\d+$/.test(node.value))
        node.type = Scalar.QUOTE_SINGLE;
    },
  });
  const text = document.toString({ lineWidth: 120, flowCollectionPadding: true, singleQuote: true });
  return `${head.map((line) => `# ${line}`.trimEnd()).join('\n')}${head.length > 0 ? '\n' : ''}${text}`;
}

/** The order in which people read a scenario: what it is, its network, what goes on, what goes wrong, what must come true. */
const ORDER = [
  ...['system', 'title', 'variant', 'traits', 'seed', 'duration', 'nodes', 'config', 'network', 'churn', 'workload'],
  ...['supervise', 'faults', 'script', 'expect', 'hunt', 'check', 'sample'],
];

function inOrder(said: Plain): Plain {
  const keys = [...ORDER.filter((key) => key in said), ...Object.keys(said).filter((key) => !ORDER.includes(key))];
  return Object.fromEntries(keys.map((key) => [key, key === 'seed' ? seedValue(said.seed) : said[key]]));
}

/** A seed that is a number needs no quotes. */
function seedValue(seed: unknown): unknown {
  return typeof seed === 'string' && /^(0|[1-9]\d{0,14})$/.test(seed) ? Number(seed) : seed;
}

/** Keys whose value is a list of entries, one on each line. */
const LISTS = new Set(['faults', 'script', 'workload', 'expect', 'supervise', 'churn']);

/** Whether a node at that place is written on one line. */
function inFlow(path: readonly unknown[]): boolean {
  const nodes = path.filter((each) => isPair(each) || isMap(each as Node) || isSeq(each as Node));
  const top = nodes.find((each) => isPair(each));
  if (top === undefined || !isPair(top) || !isScalar(top.key)) return false;
  const isList = LISTS.has(String(top.key.value)) && isSeq(top.value as Node);
  // Below the list itself.
  return !isList || nodes.some((each) => each === top.value);
}
