// Makes a fresh clone work with its very first command: `npm run sim ...` and `npm test` run this before they start.
//
// When something is missing from `node_modules`, or is not what `package-lock.json` asks for, it says so in one line and
// runs `npm ci`. Otherwise it prints nothing and takes a few milliseconds more than Node's own start. It needs no package,
// and no newer Node than 20, because it runs before the pinned ones are there.

import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reasonToInstall } from './installed.mjs';

/**
 * npm hands down as `npm_config_*` whatever it took for a flag of its own, for instance from `npm run sim x.yaml --dry-run`.
 * Those that would change what gets installed are said again here, as flags, because flags win. So does `--include`, since
 * with `NODE_ENV=production` in a user's environment npm would leave the test tools out.
 */
const flags = [
  '--include=dev',
  '--include=optional',
  '--dry-run=false',
  '--global=false',
  '--json=false',
  '--loglevel=error',
];

/** @param {string} root */
function install(root) {
  const npm = process.env.npm_execpath;
  // npm's own Node rather than `process.execPath`, which may be the pinned one that the install is about to replace.
  const node = process.env.npm_node_execpath ?? process.execPath;
  // What npm prints goes to standard error: standard output belongs to the command that comes next, and may be a pipe.
  /** @type {import('node:child_process').StdioOptions} */
  const stdio = ['ignore', process.stderr, process.stderr];
  return npm === undefined
    ? spawnSync('npm', ['ci', ...flags], { cwd: root, stdio, shell: process.platform === 'win32' })
    : spawnSync(node, [npm, 'ci', ...flags], { cwd: root, stdio });
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const reason = reasonToInstall(root);
if (reason !== undefined) {
  console.error(`Peerscope: ${reason}; running npm ci ...`);
  const { status, error } = install(root);
  if (error) console.error(`npm could not be started: ${error.message}`);
  process.exitCode = status ?? 1;
}
