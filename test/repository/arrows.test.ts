// Every import arrow, broken once, and every allowed arrow, used once: a rule that has stopped to bite looks the same as
// a clean repository.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lendPackages, run, type SmallRepository, smallRepository } from './small-repository.ts';

const plain = 'export const x = 1;\n';

/** What the imports below point at. */
const targets: Readonly<Record<string, string>> = {
  'sim/protocol.ts': plain,
  'sim/engine.ts': plain,
  'sim/j2.ts': "import type {} from './j1.ts';\n",
  'protocols/registry.ts': plain,
  'protocols/common/ring.ts': plain,
  'protocols/chord/state.ts': plain,
  'protocols/gossip/state.ts': plain,
  'protocols/gossip/view.ts': plain,
  'tui/app.tsx': plain,
  'cli/main.ts': plain,
  'test/helper.ts': plain,
  'bench/main.ts': plain,
  'scripts/tool.ts': plain,
};

/** A file, what it says, and the rules that must refuse it. */
const refused: readonly (readonly [path: string, code: string, ...rules: string[]])[] = [
  ['protocols/chord/a1.ts', "import '../../sim/engine.ts'", 'protocols-use-the-front-door'],
  ['protocols/chord/a2.ts', "import type { x } from '../../sim/engine.ts'", 'protocols-use-the-front-door'],
  ['protocols/common/a3.ts', "import '../../sim/engine.ts'", 'protocols-use-the-front-door'],
  ['protocols/chord/b1.ts', "import '../gossip/state.ts'", 'protocols-stand-alone'],
  ['protocols/chord/b2.ts', "import '../registry.ts'", 'protocols-stand-alone'],
  ['protocols/common/b3.ts', "import '../chord/state.ts'", 'protocols-stand-alone'],
  ['protocols/chord/c1.ts', "import '../../cli/main.ts'", 'protocols-know-no-user', 'nobody-imports-cli'],
  ['protocols/chord/c2.ts', "import '../../tui/app.tsx'", 'protocols-know-no-user', 'nobody-imports-tui'],
  [
    'protocols/chord/c3.ts',
    "import '../../test/helper.ts'",
    'protocols-know-no-user',
    'nobody-imports-test-bench-or-scripts',
  ],
  ['protocols/chord/d1.ts', "import 'yaml'", 'protocols-use-few-packages'],
  ['protocols/chord/d2.ts', "import 'seedrandom'", 'protocols-use-few-packages'],
  ['protocols/chord/d3.ts', "import 'node:fs'", 'no-node-in-sim-and-protocols'],
  ['sim/e1.ts', "import '../protocols/registry.ts'", 'sim-knows-nothing-of-ours'],
  ['sim/e2.ts', "import type { x } from '../protocols/chord/state.ts'", 'sim-knows-nothing-of-ours'],
  ['sim/e3.ts', "export * from '../tui/app.tsx'", 'sim-knows-nothing-of-ours', 'nobody-imports-tui'],
  ['sim/e4.ts', "await import('../cli/main.ts')", 'sim-knows-nothing-of-ours', 'nobody-imports-cli'],
  ['sim/e5.ts', "import '../bench/main.ts'", 'sim-knows-nothing-of-ours', 'nobody-imports-test-bench-or-scripts'],
  ['sim/f1.ts', "import 'piscina'", 'sim-uses-few-packages'],
  ['sim/f2.ts', "import 'react'", 'sim-uses-few-packages'],
  ['sim/f3.ts', "import 'fast-check'", 'sim-uses-few-packages', 'no-development-packages-at-run-time'],
  ['sim/g1.ts', "import 'node:fs'", 'no-node-in-sim-and-protocols'],
  ['sim/g2.ts', "import 'fs'", 'no-node-in-sim-and-protocols'],
  ['sim/g3.ts', "import type { Socket } from 'node:net'", 'no-node-in-sim-and-protocols'],
  ['tui/h1.tsx', "import '../protocols/gossip/state.ts'; export const y = <b />", 'tui-sees-views-only'],
  ['tui/h2.ts', "import '../protocols/registry.ts'", 'tui-sees-views-only'],
  ['tui/h3.ts', "import '../cli/main.ts'", 'nobody-imports-cli'],
  ['cli/i1.ts', "import '../protocols/chord/state.ts'", 'cli-asks-the-registry'],
  ['cli/i2.ts', "import '../tui/app.tsx'", 'cli-loads-the-dashboard-late'],
  ['cli/i3.ts', "import 'ink'", 'cli-loads-the-dashboard-late'],
  ['cli/i4.ts', "import '../test/helper.ts'", 'nobody-imports-test-bench-or-scripts'],
  ['cli/i5.ts', "import '../scripts/tool.ts'", 'nobody-imports-test-bench-or-scripts'],
  ['cli/i6.ts', "import { test } from 'vitest'", 'no-development-packages-at-run-time'],
  ['sim/j1.ts', "import './j2.ts'", 'no-cycles'], // the way back is a type
  ['cli/k1.ts', "import 'vite'", 'no-undeclared-packages'],
  ['cli/k2.ts', "import './nowhere.ts'", 'no-missing-modules'],
];

const allowed: readonly (readonly [path: string, code: string])[] = [
  ['protocols/chord/p1.ts', "import '../../sim/protocol.ts'"],
  ['protocols/chord/p2.ts', "import '../common/ring.ts'"],
  ['protocols/chord/p3.ts', "import './state.ts'"],
  ['protocols/chord/p4.ts', "import { z } from 'zod'; import { sha1 } from '@noble/hashes/legacy.js'"],
  ['protocols/all.ts', "import './chord/state.ts'; import './gossip/state.ts'"],
  ['sim/q1.ts', "import './engine.ts'; import seedrandom from 'seedrandom'; import { parseDocument } from 'yaml'"],
  ['sim/q2.ts', "import ln from '@stdlib/math-base-special-ln'; import { build } from 'hdr-histogram-js'"],
  ['sim/q3.ts', "import { distance } from 'fastest-levenshtein'; import { sha256 } from '@noble/hashes/sha2.js'"],
  ['tui/r1.tsx', "import '../sim/engine.ts'; import '../protocols/gossip/view.ts'; import { Text } from 'ink'"],
  ['cli/s1.ts', "import '../sim/engine.ts'; import '../protocols/registry.ts'; import 'node:fs'"],
  ['cli/s2.ts', "await import('../tui/app.tsx')"],
  ['cli/s3.ts', "import type { x } from '../tui/app.tsx'"],
  ['test/t1.ts', "import '../cli/main.ts'; import '../tui/app.tsx'; import '../protocols/chord/state.ts'"],
  ['bench/u1.ts', "import '../sim/engine.ts'; import '../protocols/registry.ts'; import '../protocols/chord/state.ts'"],
];

type Report = { summary: { violations: readonly { from: string; rule: { name: string } }[] } };

const rulesBroken = new Map<string, string[]>();
let repository: SmallRepository;

// The tool asks for Node 22. Where the pinned runtime could not be had, the arrows go unchecked and everything else runs.
describe.skipIf(Number.parseInt(process.versions.node, 10) < 22)('the import arrows', () => {
  beforeAll(() => {
    const cases = [...refused, ...allowed].map(([path, code]) => [path, `${code};\nexport {};\n`]);
    repository = smallRepository(['.dependency-cruiser.mjs', 'package.json'], {
      ...targets,
      ...Object.fromEntries(cases),
    });
    lendPackages(repository);
    const everything = '{sim,protocols,cli,tui,test,bench,scripts}/**/*.{ts,tsx}';
    const { stdout, stderr } = run(
      'depcruise',
      ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', everything],
      repository,
    );
    if (!stdout.startsWith('{')) throw new Error(`the arrows were not checked: ${stderr}`);
    for (const { from, rule } of (JSON.parse(stdout) as Report).summary.violations) {
      rulesBroken.set(from, [...(rulesBroken.get(from) ?? []), rule.name]);
    }
  });
  afterAll(() => repository.remove());

  test.each(refused.map(([path, code, ...rules]) => ({ path, code, rules })))(
    '$path may not $code',
    ({ path, rules }) => {
      expect(new Set(rulesBroken.get(path))).toEqual(new Set(rules));
    },
  );

  test.each(allowed.map(([path, code]) => ({ path, code })))('$path may $code', ({ path }) => {
    expect(rulesBroken.get(path) ?? []).toEqual([]);
  });
});
