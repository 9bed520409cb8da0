// A throw-away repository with this one's settings, in which a test may break a rule without touching the real files.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export type SmallRepository = { readonly path: string; remove(): void };

/** Makes one in the system's temporary folder: this repository's `settings` (files and folders), and `files` by their paths. */
export function smallRepository(settings: readonly string[], files: Readonly<Record<string, string>>): SmallRepository {
  const path = mkdtempSync(join(tmpdir(), 'peerscope-'));
  for (const name of settings) cpSync(join(root, name), join(path, name), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The packages of this repository, seen from the small one. */
export function lendPackages({ path }: SmallRepository): void {
  symlinkSync(join(root, 'node_modules'), join(path, 'node_modules'), 'junction');
}

/** Runs one of this repository's tools in the small one, and gives what it printed. */
export function run(
  name: string,
  args: readonly string[],
  { path }: SmallRepository,
): { stdout: string; stderr: string } {
  return spawnSync(join(root, 'node_modules', '.bin', name), args, {
    cwd: path,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
}
