import { describe, expect, it } from 'vitest';
import { takenByNpm } from '../../cli/npm-flags.ts';

/** What npm 11 makes of a command line: what is left of it, and what it puts into the environment (measured). */
const rows: readonly (readonly [string, string, Readonly<Record<string, string>>, string])[] = [
  ['x.yaml --seed 3', 'x.yaml 3', { seed: 'true' }, 'x.yaml --seed 3'],
  ['x.yaml --seed=3', 'x.yaml', { seed: '3' }, 'x.yaml --seed 3'],
  ['x.yaml --json', 'x.yaml', { json: 'true' }, 'x.yaml --json'],
  ['x.yaml --until 2m', 'x.yaml 2m', { until: 'true' }, 'x.yaml --until 2m'],
  ['x.yaml --set a.b=c', 'x.yaml a.b=c', { set: 'true' }, 'x.yaml --set a.b=c'],
  ['x.yaml --set=a.b=c --set=d=e', 'x.yaml', { set: 'a.b=c\n\nd=e' }, 'x.yaml --set a.b=c --set d=e'],
  ['--trace f.ndjson x.yaml', 'f.ndjson x.yaml', { trace: 'true' }, 'x.yaml --trace f.ndjson'],
  ['x.yaml --no-tui', 'x.yaml', { tui: '' }, 'x.yaml --no-tui'],
  ['x.yaml --quiet', 'x.yaml', { loglevel: 'warn' }, 'x.yaml --quiet'],
  ['x.yaml --definitions', 'x.yaml', { definitions: 'true' }, 'x.yaml --definitions'],
  ['x.yaml --seed 3 --json', 'x.yaml 3', { seed: 'true', json: 'true' }, 'x.yaml --seed 3 --json'],
  // Whose value is whose cannot be told any more.
  ['x.yaml --seed 3 --until 2m', 'x.yaml 3 2m', { seed: 'true', until: 'true' }, 'x.yaml --seed … --until …'],
  ['list --json', 'list', { json: 'true' }, 'list --json'],
];

const environment = (config: Readonly<Record<string, string>>) => ({
  npm_lifecycle_event: 'sim',
  npm_config_loglevel: 'error',
  ...Object.fromEntries(Object.entries(config).map(([name, value]) => [`npm_config_${name}`, value])),
});

describe('what npm takes for itself', () => {
  it.each(rows)('npm run sim %s', (_typed, left, config, meant) => {
    const told = takenByNpm(left.split(' '), environment(config));
    expect(told).toContain(`\n  npm run sim -- ${meant}`);
    expect(told).toMatch(/^npm took --/);
  });

  it('is nothing when the arguments stand behind --', () => {
    const args = ['x.yaml', '--seed', '3', '--json', '--quiet', '--no-tui'];
    expect(takenByNpm(args, environment({}))).toBeNull();
    // What reached the command is not missing, whatever npm's own settings are.
    expect(takenByNpm(args, environment({ json: 'true', loglevel: 'warn' }))).toBeNull();
  });

  it('is nothing when somebody has set a log level aloud, or npm runs something else', () => {
    expect(takenByNpm(['x.yaml'], { ...environment({ loglevel: 'warn' }), NPM_CONFIG_LOGLEVEL: 'warn' })).toBeNull();
    expect(takenByNpm(['x.yaml'], { ...environment({ seed: '3' }), npm_lifecycle_event: 'test' })).toBeNull();
    expect(takenByNpm(['x.yaml'], {})).toBeNull();
  });
});
