import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import type { System } from '../../sim/index.ts';
import { type Palette, paletteFor } from '../colour.ts';
import { InputError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { fromUser } from '../files.ts';
import { reasonOf } from '../reasons.ts';
import type { Shell } from '../shell.ts';
import { paragraph } from '../text/layout.ts';

/** `list [dir]`: the scenarios that there are. */
export function addList(program: Command, shell: Shell, done: (code: ExitCode) => void): void {
  program
    .command('list')
    .summary('list the scenarios in a directory, with what each shows')
    .description('Lists the scenarios in a directory and below it: file, system, and the line "Shows:" at its head.')
    .argument('[dir]', 'where to look', 'scenarios')
    .option('--no-color', 'no colours')
    .action(async (dir, { color }) => {
      const files = scenariosIn(dir, shell.env);
      const systems = await shell.systems();
      const { loadScenario } = await import('../../sim/scenario/load.ts');
      const palette = paletteFor(shell.out, color, shell.env);
      const width = shell.out.isTerminal ? Math.max(60, Math.min(shell.out.columns, 120)) : 80;
      const entries = files.map((file) => entryOf(file, systems, loadScenario, shell.env));
      for (const entry of entries) shell.out.write(`${entryText(entry, palette, width)}\n`);
      if (entries.length === 0) shell.out.write(`There is no scenario (*.yaml) in ${dir}.\n`);
      done(EXIT.ok);
    });
}

interface Entry {
  readonly file: string;
  readonly system: string | null;
  readonly shows: string;
  /** Why it cannot be run; null if it can. */
  readonly broken: string | null;
}

/** Paths as the user would write them, in order. */
function scenariosIn(dir: string, env: Shell['env']): readonly string[] {
  try {
    return readdirSync(fromUser(dir, env), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => join(dir, entry.parentPath.slice(fromUser(dir, env).length), entry.name))
      .sort();
  } catch (error) {
    const isFile = (error as NodeJS.ErrnoException).code === 'ENOTDIR';
    const reason = isFile ? 'it is a file' : reasonOf(error).replace('no such file', 'no such directory');
    throw new InputError(`${dir}: ${reason}`);
  }
}

type Load = typeof import('../../sim/scenario/load.ts').loadScenario;

function entryOf(file: string, systems: ReadonlyMap<string, System>, load: Load, env: Shell['env']): Entry {
  let text: string;
  try {
    text = readFileSync(fromUser(file, env), 'utf8');
  } catch (error) {
    return { file, system: null, shows: '', broken: reasonOf(error) };
  }
  const loaded = load(text, { file, systems });
  if (loaded.ok) return { file, system: loaded.plan.system.name, shows: loaded.scenario.title, broken: null };
  const [first] = loaded.problems;
  const place = first.line === null ? '' : `line ${first.line}: `;
  const count = loaded.problems.length;
  const more = count === 1 ? '' : ` (and ${count - 1} more)`;
  const what = first.found === null ? first.expected : `found ${first.found}`;
  return {
    file,
    system: null,
    shows: '',
    broken: `${place}${first.path === '' ? '' : `${first.path}: `}${what}${more}`,
  };
}

function entryText({ file, system, shows, broken }: Entry, palette: Palette, width: number): string {
  const head = palette.heading(file) + (system === null ? '' : palette.quiet(` (${system})`));
  const body =
    broken === null
      ? paragraph(shows.charAt(0).toUpperCase() + shows.slice(1), 2, width)
      : paragraph(`broken, ${broken}`, 2, width).map(palette.bad);
  return [head, ...body].join('\n');
}
