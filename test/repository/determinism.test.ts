// Every ban of the lint, broken once. A ban that has stopped to bite looks the same as a clean repository.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run, type SmallRepository, smallRepository } from './small-repository.ts';

/** A line of code, and a part of the message that it must get. */
type Broken = readonly [code: string, message: string];

const globals = [
  ['Date.now()', 'Date'],
  ['new Date()', 'Date'],
  ['performance.now()', 'performance'],
  ['Temporal.Now', 'Temporal'],
  ['setTimeout(() => {}, 1)', 'setTimeout'],
  ['setInterval(() => {}, 1)', 'setInterval'],
  ['setImmediate(() => {})', 'setImmediate'],
  ['clearTimeout(0)', 'clearTimeout'],
  ['clearInterval(0)', 'clearInterval'],
  ['clearImmediate(0)', 'clearImmediate'],
  ['queueMicrotask(() => {})', 'queueMicrotask'],
  ['crypto.randomUUID()', 'crypto'],
  ['new WeakRef({})', 'WeakRef'],
  ['new FinalizationRegistry(() => {})', 'FinalizationRegistry'],
  ['process.env', 'process'],
  ['typeof process', 'process'],
  ['console.log(1)', 'console'],
  ['Buffer.from([])', 'Buffer'],
  ["fetch('x')", 'fetch'],
  ['navigator.language', 'navigator'],
  ["require('x')", 'require'],
  ['new Intl.Collator()', 'Intl'],
  ['globalThis.Math', 'globalThis'],
  ['global.Math', 'global'],
  ["eval('1')", 'eval'],
] as const;

const inexact =
  'acos acosh asin asinh atan atan2 atanh cbrt cos cosh exp expm1 hypot log log10 log1p log2 pow sin sinh tan tanh';

const broken: readonly Broken[] = [
  ...globals.map(([code, name]): Broken => [`export const x = ${code};`, `Do not use the global variable ${name}.`]),
  ...inexact.split(' ').map((name): Broken => [`export const x = Math.${name}(0.3);`, '@stdlib/math-base-special-*']),
  ['export const x = Math.random();', 'Draw from a named stream'],
  ['const { log } = Math; export const x = log;', 'Write Math.floor(x) in full'],
  ["export const x = Math['log'](0.3);", 'Write Math.floor(x) in full'],
  ['export const x = Math?.log(0.3);', 'Write Math.floor(x) in full'],
  ['const M = Math; export const x = M.log(0.3);', 'Write Math.floor(x) in full'],
  ['export const x = 2 ** 0.5;', '@stdlib/math-base-special-pow'],
  ['let y = 2; y **= 0.5; export const x = y;', '@stdlib/math-base-special-pow'],
  ["export const x = 'a'.localeCompare('b');", 'Compare strings with < and >'],
  ['export const x = (1).toLocaleString();', 'n.toFixed(k)'],
  ["export const x = ('a' as string | undefined)?.toLocaleUpperCase();", 'Compare strings with < and >'],
  ["import 'node:fs'; export const x = 1;", 'Node.js builtin module'],
  ["import 'fs'; export const x = 1;", 'Node.js builtin module'],
  ["export const x = await import('node:os');", 'Node.js builtin module'],
];

/** Exact everywhere, by the standard of the language: these must stay allowed. */
const allowed: readonly string[] = [
  'export const x = Math.floor(Math.sqrt(2) + Math.abs(-1) + Math.max(1, 2) + Math.imul(3, 4) + Math.clz32(5));',
  'export const x = Math.PI * Math.LN2;',
  "export const x = 'a' < 'b';",
  'export const x = (1.5).toFixed(2) + String(0.1);',
  'export const x = 1 << 16;',
  'const state = { process: 1, console: 2 }; export const x = state.process + state.console;',
];

type Diagnostic = {
  readonly category: string;
  readonly message: string;
  readonly location: { readonly path: string };
};

/** The rules that ban; what the lint says beside (a shorter way to write it, and such) is no concern here. */
const bans = new Set(['plugin', 'lint/style/noRestrictedGlobals', 'lint/correctness/noNodejsModules']);

describe('the determinism bans', () => {
  const folders = ['sim', 'protocols/chord', 'cli'];
  const fileOf = (folder: string, kind: 'broken' | 'allowed', index: number) => `${folder}/${kind}-${index}.ts`;
  const messages = new Map<string, string>();
  let repository: SmallRepository;

  beforeAll(() => {
    const files: Record<string, string> = {};
    for (const folder of folders) {
      for (const [index, [code]] of broken.entries()) files[fileOf(folder, 'broken', index)] = `${code}\n`;
      for (const [index, code] of allowed.entries()) files[fileOf(folder, 'allowed', index)] = `${code}\n`;
    }
    repository = smallRepository(['biome.jsonc', '.gitignore', 'scripts/lint'], files);

    const { stdout, stderr } = run('biome', ['lint', '--reporter=json', '--max-diagnostics=none'], repository);
    if (!stdout.startsWith('{')) throw new Error(`the lint did not run: ${stderr}`);
    for (const { category, message, location } of JSON.parse(stdout).diagnostics as Diagnostic[]) {
      if (!bans.has(category)) continue;
      messages.set(location.path, `${messages.get(location.path) ?? ''}${message}\n`);
    }
  });
  afterAll(() => repository.remove());

  describe.each(['sim', 'protocols/chord'])('in %s', (folder) => {
    test.each(broken.map(([code, message], index) => ({ code, message, index })))(
      'refuse $code',
      ({ message, index }) => {
        expect(messages.get(fileOf(folder, 'broken', index)) ?? 'no message at all').toContain(message);
      },
    );

    test.each(allowed.map((code, index) => ({ code, index })))('allow $code', ({ index }) => {
      expect(messages.get(fileOf(folder, 'allowed', index))).toBeUndefined();
    });
  });

  test('leave the other folders alone', () => {
    expect([...messages.keys()].filter((path) => path.startsWith('cli/'))).toEqual([]);
  });
});
