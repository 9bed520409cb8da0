// What no other tool checks. Each message says what to do.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './small-repository.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('the packages', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json'));
  const declared: Record<string, string> = { ...dependencies, ...devDependencies, ...optionalDependencies };

  test.each(Object.entries(declared))('%s %s is an exact version', (_name, version) => {
    expect(version, 'write 1.2.3, not ^1.2.3: an upgrade is a commit of its own').toMatch(/^\d+\.\d+\.\d+$/);
  });

  test('are locked by content and without an address, so that any registry will do', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { integrity?: string; resolved?: string; bundled?: boolean; inBundle?: boolean }>;
    };
    for (const [path, entry] of Object.entries(packages)) {
      if (path === '') continue;
      expect(
        entry.resolved,
        `${path}: npm install with this repository's .npmrc leaves the address out`,
      ).toBeUndefined();
      if (!entry.inBundle) expect(entry.integrity, `${path} has no integrity`).toMatch(/^sha512-/);
    }
  });
});

describe('the decisions', () => {
  const folder = 'docs/decisions';
  const records = readdirSync(join(root, folder)).filter((name) => /^\d{4}-/.test(name));

  test('are numbered without gaps', () => {
    expect(records.map((name) => Number(name.slice(0, 4)))).toEqual(records.map((_, index) => index + 1));
  });

  test.each(records)('%s has its parts', (name) => {
    const text = read(join(folder, name));
    expect(text, 'the title carries the number').toMatch(new RegExp(`^# ${Number(name.slice(0, 4))}\\. `));
    for (const part of ['## Context', '## Decision', '## Consequences']) expect(text).toContain(part);
  });

  test('are all in the list', () => {
    for (const name of records) expect(read(join(folder, 'README.md'))).toContain(`(${name})`);
  });
});
