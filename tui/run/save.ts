/** A branch as a scenario file: the scenario's own text, with what was done to the world added to its script. */
import { isMap, isSeq, parse, parseDocument } from 'yaml';
import type { Injection, Line } from './line.ts';

/** How the run that was shown differs from what its file says. */
export interface Edits {
  /** `config.stabilize=2s`, in order. */
  readonly overrides: readonly string[];
  readonly seed: string | number | undefined;
}

/**
 * The text of a scenario that is this line of the run. Comments and order of the file stay.
 * @param edits of the file that the run was started with; they become part of the text.
 * @param between what struck between two events.
 * @throws Error for what no scenario can say.
 */
export function branchScenario(
  text: string,
  line: Line,
  edits: Edits,
  between: ReadonlySet<Injection> = new Set(),
): string {
  const document = parseDocument(text);
  for (const override of edits.overrides) {
    const equals = override.indexOf('=');
    const path = override
      .slice(0, equals)
      .split('.')
      .map((key) => key.trim());
    const value: unknown = parse(override.slice(equals + 1));
    if (value === null) document.deleteIn(path);
    else document.setIn(withIndices(document, path), value);
  }
  if (edits.seed !== undefined) document.set('seed', edits.seed);
  const script = document.get('script');
  const added = line.injections.map((injection) => {
    const { afterEvent, entry, label } = injection;
    if (entry === null) throw new Error(`"${label}" cannot be said in a script`);
    if (between.has(injection)) throw new Error(`"${label}" struck between two events, which a script cannot say`);
    return { 'after-event': afterEvent, ...entry };
  });
  if (isSeq(script)) for (const entry of added) script.add(document.createNode(entry, { flow: true }));
  else if (isMap(script)) document.set('script', document.createNode([script, ...added]));
  else {
    const list = document.createNode(added);
    if (isSeq(list)) for (const item of list.items) if (isMap(item)) item.flow = true;
    document.set('script', list);
  }
  return document.toString({ lineWidth: 0 });
}

/** Keys of a list are numbers. */
function withIndices(
  document: ReturnType<typeof parseDocument>,
  path: readonly string[],
): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (const key of path) {
    const parent = keys.length === 0 ? document.contents : document.getIn(keys, true);
    keys.push(isSeq(parent) && /^\d+$/.test(key) ? Number(key) : key);
  }
  return keys;
}
