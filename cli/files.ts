/** Reading scenarios from the disk, and what to say when that fails. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { nearest } from '../sim/scenario/nearest.ts';
import { InputError } from './errors.ts';
import { reasonOf } from './reasons.ts';
import type { Shell } from './shell.ts';

/** A path as the user meant it: npm changes to the project's folder, and says where it was called. */
export function fromUser(path: string, env: Shell['env']): string {
  const from = env.npm_lifecycle_event === 'sim' ? env.INIT_CWD : undefined;
  return resolve(from ?? '.', path);
}

/** @throws InputError with what is in its way. @param commands names that may have been meant. */
export function readScenario(file: string, env: Shell['env'], commands: readonly string[]): string {
  const path = fromUser(file, env);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const hint =
      code === 'ENOENT' ? hintFor(file, path, commands) : code === 'EISDIR' ? `npm run sim -- list ${file}` : null;
    throw new InputError(`${file}: ${reasonOf(error)}${hint === null ? '' : `\n  hint: ${hint}`}`);
  }
}

function hintFor(file: string, path: string, commands: readonly string[]): string {
  const command = file.includes('/') || file.includes('.') ? null : nearest(file, commands);
  if (command !== null) return `did you mean the command "${command}"?`;
  const neighbour = nearest(basename(path), scenarioFilesIn(dirname(path)));
  if (neighbour !== null) return `did you mean ${join(dirname(file), neighbour)}?`;
  return 'npm run sim -- list shows the scenarios that there are';
}

function scenarioFilesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  } catch {
    return [];
  }
}

/** A file that the user named. @throws InputError with what is in its way. */
export function readText(file: string, env: Shell['env']): string {
  try {
    return readFileSync(fromUser(file, env), 'utf8');
  } catch (error) {
    throw new InputError(`${file}: ${reasonOf(error)}`);
  }
}
