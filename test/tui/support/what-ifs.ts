import { keysOf } from './sitting.ts';

/** Its name and its keys. */
export type WhatIf = readonly [string, readonly string[]];

/** What one can do to a run, by the keys that do it. In a ring of Chord in which n1 is down at 3 s. */
export const WHAT_IFS: readonly WhatIf[] = [
  ['crash', ['n', 'x', 'c']],
  ['restart', ['g', ...keysOf('3s'), 'enter', 's', ...keysOf('n1'), 'enter', 'x', 'r']],
  ['isolate', ['n', 'x', 'i']],
  ['cut', ['n', 'x', 'k', 'ctrl+u', ...keysOf('n5'), 'enter']],
  ['partition', ['n', 'v', 'n', 'v', 'x', 'g']],
  ['join', ['x', 'j']],
  ['leave', ['n', 'x', 'l']],
  ['operation', ['n', 'x', 'o', 'ctrl+u', ...keysOf('lookup key=54'), 'enter']],
  ['step', ['n', 'x', 'o', 'ctrl+u', ...keysOf('stabilize'), 'enter']],
  ['isolate and heal', ['n', 'x', 'i', '>', '>', 'x', 'h']],
  ['lose', [...Array<string>(30).fill('right'), 'm', 'x', 'm']],
];
