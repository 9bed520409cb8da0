/**
 * Packs plain values (what JSON could say) into bytes: a run that asks a million questions keeps them all, and as objects they would be most of its memory.
 *
 * Values of one kind look alike: the same keys, the same words, other numbers. So what they have in common, their *shape*, is kept once, and of each value only
 * the number of its shape and its numbers are written. Shapes form a tree of tokens, in which a value that looks like the one before walks without searching.
 *
 * ```
 * { kind: 'lookup', key: 300 }   shape 7: { "kind" 'lookup' "key" natural }   bytes: 7 0, 172 2
 * ```
 */

import type { ByteReader, ByteWriter } from './bytes.ts';
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
import { type WriteShape, writerOf } from './shape-writer.ts';

/** A place in the tree of shapes: what was said of a value so far. */
class Place {
  readonly before: Place | null;
  readonly token: Token;
  /** The number of the shape that ends here, −1 while none does. */
  shape = -1;
  /** Where a token leads that is a number. */
  private readonly on: (Place | null)[] = new Array<Place | null>(END + 1).fill(null);
  // The key and the word that were met last, and where they lead: nearly always those that are met next.
  private lastKey = '';
  private afterKey: Place | null = null;
  private lastWord = '';
  private afterWord: Place | null = null;
  private readonly keys = new Map<string, Place>();
  private readonly words = new Map<string, Place>();

  constructor(before: Place | null, token: Token) {
    this.before = before;
    this.token = token;
  }

  after(token: number): Place {
    return this.on[token] ?? this.grow(token);
  }

  private grow(token: number): Place {
    const place = new Place(this, token);
    this.on[token] = place;
    return place;
  }

  behindKey(key: string): Place {
    if (this.lastKey === key && this.afterKey !== null) return this.afterKey;
    let place = this.keys.get(key);
    if (place === undefined) {
      place = new Place(this, KEY + key);
      this.keys.set(key, place);
    }
    this.lastKey = key;
    this.afterKey = place;
    return place;
  }

  /** Null if there have been too many words here: whoever asks takes the dictionary. */
  behindWord(word: string): Place | null {
    if (this.lastWord === word && this.afterWord !== null) return this.afterWord;
    let place = this.words.get(word);
    if (place === undefined) {
      if (this.words.size === MOST_WORDS) return null;
      place = new Place(this, TEXT + word);
      this.words.set(word, place);
    }
    this.lastWord = word;
    this.afterWord = place;
    return place;
  }
}

const MOST_WORDS = 32;
const MOST_SHAPES = 0xffff;
const MOST_WRITERS = 4;
/** Compiling takes as long as asking a hundred values. */
const OFTEN = 200;

/** Shapes and words, for all that one run packs. It only ever grows, so what was packed earlier can always be read. */
export class Packer {
  private readonly root = new Place(null, END);
  /** By number: the tokens of the shape. */
  private readonly shapes: (readonly Token[])[] = [];
  private readonly words: string[] = [];
  private readonly numberOf = new Map<string, number>();
  /** By shape: how many values had it. */
  private readonly met: number[] = [];
  private readonly writers: { readonly shape: number; readonly write: WriteShape }[] = [];

  /** False if the value is not plain, or like nothing else: part of it may have been written. */
  pack(value: unknown, to: ByteWriter): boolean {
    const room = to.room();
    const { writers } = this;
    for (let i = 0; i < writers.length; i++) {
      if (writers[i].write(value, to)) {
        to.fill(room, writers[i].shape);
        if (i > 0) this.forward(i);
        return true;
      }
      to.takeBack(room);
    }
    to.length = room;
    const shape = this.packByAsking(value, to);
    if (shape >= 0) this.count(shape);
    return shape >= 0;
  }

  /** What is met often has a writer of its own; they are tried in the order in which they were needed lately. */
  private count(shape: number): void {
    const { met, writers } = this;
    met[shape] = (met[shape] ?? 0) + 1;
    if (met[shape] !== OFTEN || writers.length === MOST_WRITERS) return;
    const write = writerOf(this.shapes[shape], (element, to) => this.packByAsking(element, to) >= 0);
    if (write !== null) writers.push({ shape, write });
  }

  private forward(at: number): void {
    const { writers } = this;
    const writer = writers[at];
    writers[at] = writers[at - 1];
    writers[at - 1] = writer;
  }

  /** Asks the value what it is, key after key. Returns the number of its shape, −1 if it could not be packed. */
  private packByAsking(value: unknown, to: ByteWriter): number {
    const room = to.room();
    const end = this.walk(value, this.root, to);
    if (end === null) return -1;
    if (end.shape < 0) {
      if (this.shapes.length > MOST_SHAPES) return -1;
      end.shape = this.shapes.push(tokensTo(end)) - 1;
    }
    to.fill(room, end.shape);
    return end.shape;
  }

  unpack(from: ByteReader): unknown {
    const tokens = this.shapes[from.filled()];
    this.next = 0;
    return this.read(tokens, from);
  }

  /** Where in a shape the reading is. */
  private next = 0;

  private read(tokens: readonly Token[], from: ByteReader): unknown {
    const token = tokens[this.next++];
    switch (token) {
      case NATURAL:
        return from.natural();
      case NEGATIVE:
        return -from.natural();
      case DOUBLES:
        return from.double();
      case WORD:
        return this.words[from.natural()];
      case NULL:
        return null;
      case TRUE:
        return true;
      case FALSE:
        return false;
      case UNDEFINED:
        return undefined;
      case LIST:
        return this.readList(from);
      case OBJECT: {
        const object: Record<string, unknown> = {};
        for (let key = tokens[this.next++]; key !== END; key = tokens[this.next++]) {
          define(object, (key as string).slice(KEY.length), this.read(tokens, from));
        }
        return object;
      }
      default:
        return (token as string).slice(TEXT.length);
    }
  }

  private readList(from: ByteReader): unknown[] {
    const here = this.next;
    const list: unknown[] = [];
    for (let left = from.natural(); left > 0; left--) list.push(this.unpack(from));
    this.next = here;
    return list;
  }

  private walk(value: unknown, place: Place, to: ByteWriter): Place | null {
    // One by one: a switch over `typeof` makes V8 look its name up first.
    if (typeof value === 'number') return walkNumber(value, place, to);
    if (typeof value === 'string') return place.behindWord(value) ?? this.walkWord(value, place, to);
    if (value === null) return place.after(NULL);
    if (typeof value === 'object') {
      if (Array.isArray(value)) return this.walkList(value, place, to);
      return this.walkObject(value as Readonly<Record<string, unknown>>, place, to);
    }
    if (typeof value === 'boolean') return place.after(value ? TRUE : FALSE);
    return value === undefined ? place.after(UNDEFINED) : null;
  }

  private walkWord(word: string, place: Place, to: ByteWriter): Place {
    let number = this.numberOf.get(word);
    if (number === undefined) {
      number = this.words.push(word) - 1;
      this.numberOf.set(word, number);
    }
    to.natural(number);
    return place.after(WORD);
  }

  private walkList(list: readonly unknown[], place: Place, to: ByteWriter): Place | null {
    to.natural(list.length);
    for (let i = 0; i < list.length; i++) if (this.packByAsking(list[i], to) < 0) return null;
    return place.after(LIST);
  }

  private walkObject(object: Readonly<Record<string, unknown>>, place: Place, to: ByteWriter): Place | null {
    if (Object.getPrototypeOf(object) !== Object.prototype) return null;
    let at: Place | null = place.after(OBJECT);
    for (const key in object) {
      at = this.walk(object[key], at.behindKey(key), to);
      if (at === null) return null;
    }
    return at.after(END);
  }
}

function walkNumber(value: number, place: Place, to: ByteWriter): Place {
  if (isNatural(value)) {
    to.natural(value);
    return place.after(NATURAL);
  }
  if (isNegative(value)) {
    to.natural(-value);
    return place.after(NEGATIVE);
  }
  to.double(value);
  return place.after(DOUBLES);
}

function tokensTo(end: Place): readonly Token[] {
  const tokens: Token[] = [];
  for (let place: Place = end; place.before !== null; place = place.before) tokens.push(place.token);
  return tokens.reverse();
}

/** Assigning would not do: `__proto__` is a key like any other here. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}
