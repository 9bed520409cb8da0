/**
 * `npm run sim x.yaml --seed 3` gives the command `x.yaml 3`: npm takes what looks like an option for its own, and leaves
 * `npm_config_seed` in the environment. Without notice the run would have another seed than the user asked for.
 */

/** The options that npm may take, and whether a value follows. */
const OPTIONS: readonly { readonly name: string; readonly takesValue: boolean }[] = [
  { name: 'seed', takesValue: true },
  { name: 'set', takesValue: true },
  { name: 'until', takesValue: true },
  { name: 'trace', takesValue: true },
  { name: 'record', takesValue: true },
  { name: 'seeds', takesValue: true },
  { name: 'minutes', takesValue: true },
  { name: 'workers', takesValue: true },
  { name: 'out', takesValue: true },
  { name: 'property', takesValue: true },
  { name: 'seconds', takesValue: true },
  { name: 'depth', takesValue: true },
  { name: 'rounds', takesValue: true },
  { name: 'after', takesValue: true },
  { name: 'losses', takesValue: true },
  { name: 'timeouts', takesValue: true },
  { name: 'events', takesValue: true },
  { name: 'lesson', takesValue: false },
  { name: 'rewrite', takesValue: false },
  { name: 'json', takesValue: false },
  { name: 'definitions', takesValue: false },
  { name: 'no-tui', takesValue: false },
  { name: 'speed', takesValue: true },
  { name: 'paused', takesValue: false },
  { name: 'at', takesValue: true },
  { name: 'view', takesValue: true },
  { name: 'large', takesValue: false },
  { name: 'script', takesValue: true },
  { name: 'cast', takesValue: true },
];

type Environment = Readonly<Record<string, string | undefined>>;

/** What to tell the user if npm took options, or null if it took none. */
export function takenByNpm(args: readonly string[], env: Environment): string | null {
  if (env.npm_lifecycle_event !== 'sim') return null;
  const reached = new Set(args.filter((arg) => arg.startsWith('--')).map((arg) => arg.slice(2).split('=')[0]));
  const taken = OPTIONS.flatMap(({ name, takesValue }) => {
    const values = reached.has(name) ? [] : valuesOf(name, env);
    return values.map((value) => ({
      option: `--${name}`,
      value: takesValue && value !== 'true' ? value : null,
      takesValue,
    }));
  });
  if (isQuiet(env) && !reached.has('quiet')) taken.push({ option: '--quiet', value: null, takesValue: false });
  if (taken.length === 0) return null;
  const names = [...new Set(taken.map(({ option }) => option))].join(' and ');
  return [
    `npm took ${names} for an option of its own, so it never reached the simulator.`,
    'Write -- before the arguments:',
    '',
    `  npm run sim -- ${rewritten(args, taken)}`,
  ].join('\n');
}

/** npm joins what was given several times by empty lines. */
function valuesOf(name: string, env: Environment): readonly string[] {
  // `--no-tui` is to npm the option `tui`, off.
  if (name.startsWith('no-')) return env[`npm_config_${name.slice(3)}`] === '' ? ['true'] : [];
  const value = env[`npm_config_${name}`];
  return value === undefined || value === '' ? [] : value.split('\n\n');
}

/** npm's `--quiet` is its log level `warn`. The project's own file sets another, so it is from the command line, or the environment says so aloud. */
function isQuiet(env: Environment): boolean {
  return env.npm_config_loglevel === 'warn' && env.NPM_CONFIG_LOGLEVEL === undefined;
}

interface Taken {
  readonly option: string;
  /** Null if npm left it among the arguments. */
  readonly value: string | null;
  readonly takesValue: boolean;
}

/** The command as it was meant, as far as that can be told: with two values adrift, which is whose is open. */
function rewritten(args: readonly string[], taken: readonly Taken[]): string {
  const scenario = args.find((arg) => /\.ya?ml$/.test(arg)) ?? args[0];
  const adrift = args.filter((arg) => arg !== scenario);
  const wanting = taken.filter(({ takesValue, value }) => takesValue && value === null);
  const isClear = wanting.length === 1 && adrift.length === 1;
  const options = taken.map(({ option, takesValue, value }) => {
    if (!takesValue) return option;
    return `${option} ${value ?? (isClear ? adrift[0] : '…')}`;
  });
  const rest = wanting.length === 0 ? adrift : [];
  return [...(scenario === undefined ? [] : [scenario]), ...rest, ...options].join(' ');
}
