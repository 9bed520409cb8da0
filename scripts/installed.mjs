// What is installed, compared with what `package-lock.json` asks for. Used by `ensure-installed.mjs`, and tested.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage
 */

/**
 * Why an install is needed, in one clause; `undefined` when nothing is.
 *
 * npm keeps a copy of the lock in `node_modules` with only what it really installed, and writes it last. An optional
 * package may be absent (it is for another platform, or could not be had), but never there in another version.
 *
 * @param {string} root the folder of `package-lock.json`
 * @returns {string | undefined}
 */
export function reasonToInstall(root) {
  const installed = readLock(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return 'the dependencies are not installed yet';
  const wanted = readLock(join(root, 'package-lock.json'));
  if (wanted === undefined) return undefined; // without it `npm ci` could not help either, and npm says so well enough

  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue; // the project itself
    const found = installed[path];
    if (found === undefined) {
      if (entry.optional) continue;
      return `${nameOf(path)} ${entry.version} is not installed`;
    }
    if (found.version !== entry.version || found.integrity !== entry.integrity) {
      return `${nameOf(path)} ${entry.version} is wanted, ${found.version} is installed`;
    }
    if (!existsSync(join(root, path))) return `${nameOf(path)} has gone from node_modules`;
  }
  return undefined;
}

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage> | undefined} `undefined` when it is absent or half written
 */
function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** @param {string} path */
function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
