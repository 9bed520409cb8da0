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

  type Locked = {
    readonly integrity?: string;
    readonly resolved?: string;
    readonly inBundle?: boolean;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
  };
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
  const locked = Object.entries(packages).filter(([path]) => path !== '');

  test('are locked by content and without an address, so that any registry will do', () => {
    for (const [path, { resolved, integrity, inBundle }] of locked) {
      expect(resolved, `${path}: npm install with this repository's .npmrc leaves the address out`).toBeUndefined();
      if (!inBundle) expect(integrity, `${path} has no integrity`).toMatch(/^sha512-/);
    }
  });

  test('are locked for every platform', () => {
    const remedy =
      'choose a version that exists for all, then delete package-lock.json and node_modules and npm install';
    for (const [path, { optionalDependencies = {} }] of locked) {
      for (const name of Object.keys(optionalDependencies)) {
        const places = [`${path}/node_modules/${name}`, `node_modules/${name}`];
        expect(
          places.some((place) => place in packages),
          `${path} wants ${name}, which is not locked, and npm ci refuses that everywhere: ${remedy}`,
        ).toBe(true);
      }
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
