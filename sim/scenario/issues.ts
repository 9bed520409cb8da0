/** What zod complains of, as problems that say what was found and what was expected. */
import { z } from 'zod';
import { expectationIn } from './expectation.ts';
import { didYouMean, type Problems, shown } from './problem.ts';
import { type Path, pathText, plainOf, type Tree, treeAt } from './tree.ts';

type Issue = z.core.$ZodIssue;

/** Adds a problem for each issue of a schema's refusal of the tree. */
export function addIssues(issues: readonly Issue[], schema: z.core.$ZodType, root: Tree, problems: Problems): void {
  const all = issues.flatMap((each) => unfolded(each, [], root));
  // "Exactly one of …" follows from a mistyped key, and would only distract from it.
  const mistyped = new Set(
    all.filter((issue) => issue.code === 'unrecognized_keys').map((issue) => pathText(issue.path)),
  );
  for (const issue of all) {
    if (issue.code !== 'custom' || !mistyped.has(pathText(issue.path))) addIssue(issue, schema, root, problems);
  }
}

function addIssue(issue: Issue, schema: z.core.$ZodType, root: Tree, problems: Problems): void {
  const path = issue.path;
  const tree = treeAt(root, path);
  const value = tree === undefined ? undefined : plainOf(tree);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path, plainOf(root));
    for (const key of issue.keys) problems.name([...path, key], 'key', key, known);
    return;
  }
  if (issue.code === 'custom' && expectationIn(issue.message) === null) {
    problems.value(path, null, issue.message);
    return;
  }
  const expected = expectedIn(issue);
  problems.value(path, shown(value), expected, hintFor(issue, expected, value));
}

/**
 * An issue of a union becomes those of the one option that was meant, if that can be told; paths are made whole.
 * For a scalar the union's own message is the better one: it names all that could stand there.
 */
function unfolded(issue: Issue, prefix: Path, root: Tree): readonly Issue[] {
  const path = [...prefix, ...issue.path];
  const whole = { ...issue, path } as Issue;
  if (issue.code === 'invalid_union') {
    if (expectationIn(issue.message) !== null && treeAt(root, path)?.kind === 'scalar') return [whole];
    return (
      meantOption(
        issue.errors.map((option) => option.flatMap((each) => unfolded(each, path, root))),
        path,
      ) ?? [whole]
    );
  }
  if (issue.code === 'invalid_key' || issue.code === 'invalid_element') {
    return issue.issues.flatMap((each) => unfolded(each, path, root));
  }
  return [whole];
}

/** The option of a union whose shape the value has, or null when none or several have. */
function meantOption(options: readonly (readonly Issue[])[], path: Path): readonly Issue[] | null {
  const here = (issue: Issue) => issue.path.length === path.length;
  const isWrongShape = (issue: Issue) => here(issue) && WRONG_SHAPE.has(issue.code);
  const fitting = options.filter((issues) => !issues.some(isWrongShape));
  if (fitting.length === 1) return fitting[0];
  const isUnknownKey = (issue: Issue) => here(issue) && issue.code === 'unrecognized_keys';
  const known = fitting.filter((issues) => !issues.some(isUnknownKey));
  // Keys that no option knows are the mistake whichever was meant.
  return known.length === 1 ? known[0] : (fitting.find((issues) => issues.every(here)) ?? null);
}

const WRONG_SHAPE: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value', 'invalid_union']);

function expectedIn(issue: Issue): string {
  const said = expectationIn(issue.message);
  // Zod's own messages begin with "Invalid", "Too small" and the like; ours with "expected".
  if (said !== null) return said;
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? literal(issue.values[0]) : `${ONE_OF}${issue.values.map(literal).join(', ')}`;
    case 'too_small':
      return `${sized(issue.origin)} of ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `${sized(issue.origin)} of ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return issue.format === 'regex' ? `a text that matches ${issue.pattern}` : `a text in the format ${issue.format}`;
    case 'invalid_union':
      return alternatives(issue.errors);
    default:
      return issue.message;
  }
}

/** For a union without a message of its own. */
function alternatives(options: readonly (readonly Issue[])[]): string {
  const expected = options.flatMap((issues) => issues.filter((issue) => issue.path.length === 0).map(expectedIn));
  return [...new Set(expected)].join(', or ');
}

const ONE_OF = 'one of: ';

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map (key: value)',
  record: 'a map (key: value)',
  array: 'a list',
  tuple: 'a list',
  null: 'nothing',
};

function sized(origin: string): string {
  switch (origin) {
    case 'string':
      return 'a text with a length';
    case 'array':
      return 'a list with a length';
    case 'int':
      return 'a whole number';
    default:
      return 'a number';
  }
}

function literal(value: z.core.util.Primitive): string {
  return typeof value === 'string' ? value : String(value);
}

function hintFor(issue: Issue, expected: string, value: unknown): string | null {
  if (expected.startsWith(ONE_OF) && typeof value === 'string') {
    return didYouMean(value, expected.slice(ONE_OF.length).split(', '));
  }
  const isOurs = expectationIn(issue.message) !== null;
  if (
    !isOurs &&
    issue.code === 'invalid_type' &&
    issue.expected === 'string' &&
    typeof value !== 'object' &&
    value !== undefined
  ) {
    return `write it in quotes: "${String(value)}"`;
  }
  return null;
}

/** The keys that an object schema knows at a path; where options differ, those of the ones that have an object there. */
function knownKeys(schema: z.core.$ZodType, path: Path, value: unknown): readonly string[] {
  const [key, ...rest] = path;
  const below = key === undefined ? undefined : (value as Record<PropertyKey, unknown> | undefined)?.[key];
  const keys = objectsIn(schema, value).flatMap((object) => {
    if (object instanceof z.core.$ZodObject) {
      const shape: z.core.$ZodLooseShape = object._zod.def.shape;
      if (key === undefined) return Object.keys(shape);
      const child = shape[String(key)];
      return child === undefined ? [] : knownKeys(child, rest, below);
    }
    if (key === undefined) return [];
    if (object instanceof z.core.$ZodArray) return knownKeys(object._zod.def.element, rest, below);
    if (object instanceof z.core.$ZodTuple) return knownKeys(object._zod.def.items[Number(key)], rest, below);
    if (object instanceof z.core.$ZodRecord) return knownKeys(object._zod.def.valueType, rest, below);
    return [];
  });
  return [...new Set(keys)];
}

/** The schemas that a value may have to meet, with wrappers and unions taken away. */
function objectsIn(schema: z.core.$ZodType, value: unknown): readonly z.core.$ZodType[] {
  if (schema instanceof z.core.$ZodDiscriminatedUnion) {
    const chosen = (value as Record<string, z.core.util.Primitive> | null)?.[schema._zod.def.discriminator];
    return schema._zod.def.options.filter((option) =>
      option._zod.propValues?.[schema._zod.def.discriminator]?.has(chosen),
    );
  }
  if (schema instanceof z.core.$ZodUnion) return schema._zod.def.options.flatMap((option) => objectsIn(option, value));
  if (schema instanceof z.core.$ZodPipe) {
    const { in: first, out } = schema._zod.def;
    return objectsIn(first instanceof z.core.$ZodTransform ? out : first, value);
  }
  const inner = (schema._zod.def as { readonly innerType?: z.core.$ZodType }).innerType;
  return inner === undefined ? [schema] : objectsIn(inner, value);
}
