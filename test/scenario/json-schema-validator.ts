/** The part of JSON Schema, draft 7, that our schema uses: enough to ask what an editor would complain of. */
type Json = Readonly<Record<string, unknown>>;

/** The keywords that this knows, or that only inform. A schema with others would be judged too kindly. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  ...['$ref', 'allOf', 'anyOf', 'oneOf', 'if', 'then', 'type', 'const', 'enum', 'pattern', 'minLength', 'maxLength'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'properties', 'required'],
  ...[
    'additionalProperties',
    'propertyNames',
    'minProperties',
    'maxProperties',
    'items',
    'additionalItems',
    'minItems',
    'maxItems',
  ],
  ...['$schema', 'title', 'description', 'examples', 'default', 'definitions', 'format'],
]);

/** Where the value does not meet the schema: paths with the keyword that refuses; none if it does. */
export function complaints(value: unknown, schema: unknown, root: Json, path = ''): readonly string[] {
  if (schema === true) return [];
  if (schema === false) return [`${path} false`];
  const said = schema as Json;
  return Object.keys(said).flatMap((keyword) => {
    const found = judge(keyword, value, said, root, path);
    return typeof found === 'boolean' ? (found ? [] : [`${path} ${keyword}`]) : found;
  });
}

function judge(keyword: string, value: unknown, said: Json, root: Json, path: string): boolean | readonly string[] {
  const argument = said[keyword];
  const meets = (schema: unknown) => complaints(value, schema, root, path).length === 0;
  switch (keyword) {
    case '$ref': {
      const target = (root.definitions as Json)[String(argument).replace('#/definitions/', '')];
      if (target === undefined) throw new Error(`no definition for ${String(argument)}`);
      return complaints(value, target, root, path);
    }
    case 'allOf':
      return (argument as unknown[]).flatMap((each) => complaints(value, each, root, path));
    case 'anyOf':
      return (argument as unknown[]).some(meets);
    case 'oneOf':
      return (argument as unknown[]).filter(meets).length === 1;
    case 'if':
      return meets(argument) ? complaints(value, said.then, root, path) : true;
    case 'type':
      return [argument].flat().some((type) => isOfType(value, String(type)));
    case 'const':
      return value === argument;
    case 'enum':
      return (argument as unknown[]).includes(value);
    default:
      if (typeof value === 'string') return judgeText(keyword, value, argument);
      if (typeof value === 'number') return judgeNumber(keyword, value, Number(argument));
      if (Array.isArray(value)) return judgeList(keyword, value, said, root, path);
      return typeof value === 'object' && value !== null ? judgeMap(keyword, value as Json, said, root, path) : true;
  }
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'null') return value === null;
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function judgeText(keyword: string, value: string, argument: unknown): boolean {
  if (keyword === 'pattern') return new RegExp(String(argument), 'u').test(value);
  if (keyword === 'minLength') return value.length >= Number(argument);
  return keyword === 'maxLength' ? value.length <= Number(argument) : true;
}

function judgeNumber(keyword: string, value: number, argument: number): boolean {
  if (keyword === 'minimum') return value >= argument;
  if (keyword === 'maximum') return value <= argument;
  if (keyword === 'exclusiveMinimum') return value > argument;
  if (keyword === 'exclusiveMaximum') return value < argument;
  return keyword === 'multipleOf' ? value % argument === 0 : true;
}

function judgeList(
  keyword: string,
  value: readonly unknown[],
  said: Json,
  root: Json,
  path: string,
): boolean | readonly string[] {
  if (keyword === 'minItems') return value.length >= Number(said.minItems);
  if (keyword === 'maxItems') return value.length <= Number(said.maxItems);
  if (keyword !== 'items') return true;
  const { items, additionalItems = true } = said;
  return value.flatMap((item, index) => {
    const schema = Array.isArray(items) ? (items[index] ?? additionalItems) : items;
    return complaints(item, schema, root, `${path}/${index}`);
  });
}

function judgeMap(keyword: string, value: Json, said: Json, root: Json, path: string): boolean | readonly string[] {
  const keys = Object.keys(value);
  const properties = (said.properties ?? {}) as Json;
  switch (keyword) {
    case 'required':
      return (said.required as string[]).every((key) => Object.hasOwn(value, key));
    case 'minProperties':
      return keys.length >= Number(said.minProperties);
    case 'maxProperties':
      return keys.length <= Number(said.maxProperties);
    case 'properties':
      return keys
        .filter((key) => Object.hasOwn(properties, key))
        .flatMap((key) => complaints(value[key], properties[key], root, `${path}/${key}`));
    case 'additionalProperties':
      return keys
        .filter((key) => !Object.hasOwn(properties, key))
        .flatMap((key) => complaints(value[key], said.additionalProperties, root, `${path}/${key}`));
    case 'propertyNames':
      return keys.flatMap((key) => complaints(key, said.propertyNames, root, `${path}/${key}`));
    default:
      return true;
  }
}
