import type { ByteWriter } from './bytes.ts';
import {
  DOUBLES,
  END,
  FALSE,
  isNatural,
  isNegative,
  KEY,
  LIST,
  NATURAL,
  NEGATIVE,
  NULL,
  OBJECT,
  TEXT,
  type Token,
  TRUE,
  UNDEFINED,
  WORD,
} from './shape.ts';

/** Writes a value's numbers if it has the shape; false if not, and then some of them may have been written. */
export type WriteShape = (value: unknown, to: ByteWriter) => boolean;

/** Packs an element of a list, as a value of its own. */
export type Pack = (value: unknown, to: ByteWriter) => boolean;

/**
 * A function for values of one shape, compiled from the shape's tokens: what asks key after key "what are you?" becomes a few comparisons with what is expected, and takes a
 * fifth of the time. Null for a shape that holds words of the dictionary.
 */
export function writerOf(tokens: readonly Token[], pack: Pack): WriteShape | null {
  if (tokens.includes(WORD)) return null;
  const code: string[] = [];
  const end = writeCode(tokens, 0, 'value', code);
  if (end !== tokens.length) throw new Error('a shape that does not end where it should');
  // Data can only come into this code as texts that JSON has put between quotation marks.
  const make = new Function(
    'pack',
    'isNatural',
    'isNegative',
    `return (value, to) => {\n${code.join('\n')}\nreturn true;\n};`,
  );
  return make(pack, isNatural, isNegative) as WriteShape;
}

/** Writes the code for the value that this expression has, whose shape begins at this token. Returns the index of the token behind it. */
function writeCode(tokens: readonly Token[], at: number, value: string, code: string[]): number {
  const token = tokens[at];
  const expect = (condition: string) => code.push(`if (!(${condition})) return false;`);
  switch (token) {
    case NATURAL:
      expect(`typeof ${value} === 'number' && isNatural(${value})`);
      code.push(`to.natural(${value});`);
      return at + 1;
    case NEGATIVE:
      expect(`typeof ${value} === 'number' && isNegative(${value})`);
      code.push(`to.natural(-${value});`);
      return at + 1;
    case DOUBLES:
      expect(`typeof ${value} === 'number' && !isNatural(${value}) && !isNegative(${value})`);
      code.push(`to.double(${value});`);
      return at + 1;
    case NULL:
    case TRUE:
    case FALSE:
    case UNDEFINED:
      expect(`${value} === ${LITERALS[token]}`);
      return at + 1;
    case LIST:
      expect(`Array.isArray(${value})`);
      code.push(`to.natural(${value}.length);`);
      code.push(`for (let i = 0; i < ${value}.length; i++) if (!pack(${value}[i], to)) return false;`);
      return at + 1;
    case OBJECT:
      return writeObject(tokens, at + 1, value, code);
    default:
      expect(`${value} === ${JSON.stringify((token as string).slice(TEXT.length))}`);
      return at + 1;
  }
}

const LITERALS: Readonly<Record<number, string>> = {
  [NULL]: 'null',
  [TRUE]: 'true',
  [FALSE]: 'false',
  [UNDEFINED]: 'undefined',
};

/** An object must have these keys, in this order, and no others. */
function writeObject(tokens: readonly Token[], first: number, value: string, code: string[]): number {
  const before = code.length;
  const keys: string[] = [];
  const fields: string[] = [];
  let at = first;
  for (; tokens[at] !== END; ) {
    const key = JSON.stringify((tokens[at] as string).slice(KEY.length));
    const field = `${value}_${keys.length}`;
    keys.push(key);
    fields.push(`const ${field} = ${value}[${key}];`);
    code.push(fields[fields.length - 1]);
    at = writeCode(tokens, at + 1, field, code);
  }
  const count = `${value}_keys`;
  const checks = [
    `if (typeof ${value} !== 'object' || ${value} === null || ${value}.constructor !== Object) return false;`,
    `let ${count} = 0;`,
    `for (const key in ${value}) {`,
    `switch (${count}++) {`,
    ...keys.map((key, i) => `case ${i}: if (key !== ${key}) return false; break;`),
    'default: return false;',
    '}',
    '}',
    `if (${count} !== ${keys.length}) return false;`,
  ];
  code.splice(before, 0, ...checks);
  return at + 1;
}
