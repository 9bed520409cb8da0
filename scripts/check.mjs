// `npm run check`: all checks but the tests, one after the other, to the end even when one fails.
// The output of a check is shown only when it failed, with what to do about it.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const checks = [
  { name: 'format', command: 'biome check --linter-enabled=false', remedy: 'npm run format writes it' },
  { name: 'lint', command: 'biome lint --error-on-warnings', remedy: 'each message names the replacement' },
  { name: 'types', command: 'tsc --noEmit', remedy: 'npm run types shows it again' },
  {
    name: 'arrows',
    command: 'npm run --silent arrows -- --output-type err-long',
    remedy: 'each rule says why it is there',
  },
  {
    name: 'schema',
    command: 'npm run --silent schema -- --check',
    remedy: 'npm run schema writes it',
    needs: 'scripts/schema.ts',
  },
];

let failures = 0;
for (const { name, command, remedy, needs } of checks) {
  if (needs !== undefined && !existsSync(needs)) {
    console.log(`skipped ${name}: there is no ${needs}`);
    continue;
  }
  const started = performance.now();
  // Through a shell, so that the commands are found in node_modules/.bin, which npm puts on the path, on every system.
  const { status, stdout, stderr } = spawnSync(command, {
    shell: true,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (status === 0) {
    console.log(`ok      ${name} (${seconds} s)`);
  } else {
    failures += 1;
    console.log(`${stdout}${stderr}`.trim());
    console.log(`failed  ${name} (${seconds} s): ${remedy}`);
  }
}
process.exitCode = failures === 0 ? 0 : 1;
