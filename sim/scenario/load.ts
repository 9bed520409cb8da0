/**
 * A scenario's text into a plan, or into everything that is wrong with it.
 *
 * The way: YAML with places (`yaml.ts`), the overrides put in (`overrides.ts`), the schema of the scenario's system
 * (`language/`), the parts joined and held against each other (`build/`). Each step goes on only from what the one
 * before found right, and each tells all that it finds.
 */
import type { z } from 'zod';
import type { System } from '../contract/system.ts';
import { formatDuration } from '../time.ts';
import { Draft } from './build/draft.ts';
import { builtPlan } from './build/plan.ts';
import { headOf } from './head.ts';
import { addIssues } from './issues.ts';
import { type ScenarioSettings, scenarioSchema } from './language/scenario.ts';
import { withOverrides } from './overrides.ts';
import type { Plan } from './plan.ts';
import { type Problem, Problems, shown } from './problem.ts';
import { parseDuration } from './quantities.ts';
import { type MapTree, mapTree, plainOf, plainTree, type Spot, scalarTree, type Tree } from './tree.ts';
import { treeFromYaml } from './yaml.ts';

export { formatProblems, type Problem } from './problem.ts';

export interface LoadOptions {
  /** The file's name, for messages. */
  readonly file: string;
  readonly systems: ReadonlyMap<string, System>;
  /** `config.stabilize=2s`: edits of the text, in this order; the value is YAML, and an empty one takes the key away. */
  readonly overrides?: readonly string[];
  /** In place of the scenario's seed. */
  readonly seed?: string | number;
  /** Ends the run earlier (`2m`): nothing else of it changes, so that it is the beginning of the whole run. */
  readonly until?: string;
}

/** What of a scenario is for people. */
export interface Scenario {
  /** The comments at the head of the file, without their `#`. */
  readonly head: string;
  /** `title:`, or what the head says behind `Shows:`, or the file's name. */
  readonly title: string;
  readonly text: string;
  readonly file: string;
}

export type Loaded =
  | { readonly ok: true; readonly plan: Plan; readonly scenario: Scenario }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export function loadScenario(text: string, options: LoadOptions): Loaded {
  const problems = new Problems(options.file);
  const loaded = load(text, options, problems);
  return loaded !== null && problems.none ? { ok: true, ...loaded } : { ok: false, problems: problems.sorted() };
}

/**
 * The same from a plain value, as a machine makes one that varies a scenario: no text, so problems have no places.
 * @param said what the YAML would say.
 */
export function loadPlain(said: unknown, options: LoadOptions): Loaded {
  const problems = new Problems(options.file);
  const loaded = loadTree(plainTree(said), '', options, problems);
  return loaded !== null && problems.none ? { ok: true, ...loaded } : { ok: false, problems: problems.sorted() };
}

/** What the scenario's text says, with the overrides in it, as a plain value; or the problems with that. */
export function plainScenario(text: string, options: Pick<LoadOptions, 'file' | 'overrides'>) {
  const problems = new Problems(options.file);
  const parsed = treeFromYaml(text, problems);
  const root = parsed === null ? null : withOverrides(parsed, options.overrides ?? [], problems);
  return root !== null && problems.none
    ? { ok: true as const, said: plainOf(root) }
    : { ok: false as const, problems: problems.sorted() };
}

function load(text: string, options: LoadOptions, problems: Problems) {
  const parsed = treeFromYaml(text, problems);
  return parsed === null ? null : loadTree(parsed, text, options, problems);
}

function loadTree(parsed: Tree, text: string, options: LoadOptions, problems: Problems) {
  const root = withSeed(withOverrides(parsed, options.overrides ?? [], problems), options.seed);
  problems.root = root;
  if (!problems.none) return null;
  if (root.kind !== 'map') {
    const found = root.kind === 'scalar' && root.value === null ? 'nothing' : shown(plainOf(root));
    problems.value([], found, 'a scenario: a map with at least `system` and `duration`');
    return null;
  }
  const said = withoutEmpty(root);
  const system = systemOf(said, options.systems, problems);
  if (system === null) return null;
  const schema = schemaOf(system);
  const result = schema.safeParse(plainOf(said));
  if (!result.success) {
    addIssues(result.error.issues, schema, said, problems);
    return null;
  }
  const plan = builtPlan(system, result.data, new Draft(said, problems, result.data.duration));
  const { head, shows } = headOf(text);
  const title = result.data.title ?? shows ?? options.file;
  return { plan: cut(plan, options.until, problems), scenario: { head, title, text, file: options.file } };
}

function withSeed(root: Tree, seed: string | number | undefined): Tree {
  if (seed === undefined || root.kind !== 'map') return root;
  const spot: Spot = { kind: 'option', option: '--seed' };
  return mapTree(root.spot, new Map([...root.entries, ['seed', { keySpot: spot, tree: scalarTree(spot, seed) }]]));
}

/** A top-level key without a value is as good as an absent one: people comment out all entries of a list. */
function withoutEmpty(root: MapTree): MapTree {
  const entries = [...root.entries].filter(([, { tree }]) => tree.kind !== 'scalar' || tree.value !== null);
  return mapTree(root.spot, new Map(entries));
}

function systemOf(root: MapTree, systems: ReadonlyMap<string, System>, problems: Problems): System | null {
  const names = [...systems.keys()];
  const entry = root.entries.get('system');
  const name = entry === undefined ? undefined : plainOf(entry.tree);
  const system = typeof name === 'string' ? systems.get(name) : undefined;
  if (system !== undefined) return system;
  if (typeof name === 'string') problems.unknown(['system'], 'system', name, names);
  else problems.value(['system'], shown(name), `one of: ${names.join(', ')}`);
  return null;
}

const schemas = new WeakMap<System, z.ZodType<ScenarioSettings>>();

/** Schemas are dear to make and have no state. */
function schemaOf(system: System): z.ZodType<ScenarioSettings> {
  const known = schemas.get(system);
  if (known !== undefined) return known;
  const schema = scenarioSchema(system);
  schemas.set(system, schema);
  return schema;
}

function cut(plan: Plan, until: string | undefined, problems: Problems): Plan {
  if (until === undefined) return plan;
  const us = parseDuration(until);
  const spot: Spot = { kind: 'option', option: '--until' };
  if (us === null || us === 0) problems.at(spot, [], shown(until), 'a duration such as 2m');
  else if (us > plan.durationUs) {
    problems.at(
      spot,
      [],
      until,
      `at most the scenario's duration, ${formatDuration(plan.durationUs)}`,
      '--set duration=… makes it longer',
    );
  } else return { ...plan, durationUs: us };
  return plan;
}
