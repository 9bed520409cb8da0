// What the scripts that run before `npm run sim` and `npm test` take for installed.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reasonToInstall } from '../../scripts/installed.mjs';
import { root, type SmallRepository, smallRepository } from './small-repository.ts';

const a = { version: '1.0.0', integrity: 'sha512-a' };
const b = { version: '2.0.0', integrity: 'sha512-b' };
const pin = { version: '24.0.0', integrity: 'sha512-pin', optional: true };

let repository: SmallRepository;
beforeEach(() => {
  repository = smallRepository([], {});
});
afterEach(() => repository.remove());

/** Writes the lock, what npm says it installed, and the folders of that. */
function write(wanted: Record<string, object>, installed: Record<string, object> | 'half written'): string | undefined {
  const { path } = repository;
  const prefixed = (packages: Record<string, object>) =>
    Object.fromEntries(Object.entries(packages).map(([name, entry]) => [`node_modules/${name}`, entry]));
  writeFileSync(
    join(path, 'package-lock.json'),
    JSON.stringify({ packages: { '': { name: 'peerscope' }, ...prefixed(wanted) } }),
  );
  mkdirSync(join(path, 'node_modules'), { recursive: true });
  if (installed === 'half written') {
    writeFileSync(join(path, 'node_modules', '.package-lock.json'), '{ "packages": { "node_mod');
  } else {
    for (const name of Object.keys(installed)) mkdirSync(join(path, 'node_modules', name), { recursive: true });
    writeFileSync(join(path, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: prefixed(installed) }));
  }
  return reasonToInstall(path);
}

test('nothing to do when everything is there', () => {
  expect(write({ a, b }, { a, b })).toBeUndefined();
});

test('nothing installed', () => {
  writeFileSync(join(repository.path, 'package-lock.json'), '{"packages":{}}');
  expect(reasonToInstall(repository.path)).toBe('the dependencies are not installed yet');
});

test('an install that was interrupted', () => {
  expect(write({ a }, 'half written')).toBe('the dependencies are not installed yet');
});

test('a package that the lock file has gained', () => {
  expect(write({ a, b }, { a })).toBe('b 2.0.0 is not installed');
});

test('another version', () => {
  expect(write({ a }, { a: { ...a, version: '0.9.0' } })).toBe('a 1.0.0 is wanted, 0.9.0 is installed');
});

test('the same version with another content', () => {
  expect(write({ a }, { a: { ...a, integrity: 'sha512-x' } })).toMatch('a 1.0.0 is wanted');
});

test('a folder that someone has removed', () => {
  expect(write({ a, '@scope/b': b }, { a, '@scope/b': b })).toBeUndefined();
  rmSync(join(repository.path, 'node_modules', '@scope', 'b'), { recursive: true });
  expect(reasonToInstall(repository.path)).toBe('@scope/b has gone from node_modules');
});

test('an optional package may be absent, but not of another version', () => {
  expect(write({ a, pin }, { a })).toBeUndefined();
  expect(write({ a, pin }, { a, pin: { ...pin, version: '22.0.0' } })).toMatch('pin 24.0.0 is wanted');
});

test('a package beside what the lock asks for is left alone', () => {
  expect(write({ a }, { a, b })).toBeUndefined();
});

test('without a lock file npm has the word', () => {
  write({ a }, { a });
  rmSync(join(repository.path, 'package-lock.json'));
  expect(reasonToInstall(repository.path)).toBeUndefined();
});

test('this repository is installed, and seen to be so in no time', () => {
  const tries = Array.from({ length: 5 }, () => {
    const started = performance.now();
    expect(reasonToInstall(root)).toBeUndefined();
    return performance.now() - started;
  });
  expect(Math.min(...tries), 'milliseconds; every run of a user pays them').toBeLessThan(50);
});
