/** The engine bundled anew, whole or with empty twins (`bench/twins/`) in place of some of its modules: what is left out is found by what a run saves. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A module of the engine that has a twin, by the name of its file. */
export type Twin = 'fingerprint' | 'history' | 'counters' | 'time-outs';

/** Puts the twins in place of these modules of the engine, but for the twins themselves. */
function replacing(twins: readonly Twin[]): Plugin {
  return {
    name: 'twins',
    setup({ onResolve }) {
      onResolve({ filter: /\.ts$/ }, ({ path, importer }) => {
        const twin = twins.find((name) => basename(path) === `${name}.ts`);
        const isEngines = importer.includes(join('sim', 'engine')) || path.includes('sim/engine');
        if (twin === undefined || !isEngines || importer.includes(join('bench', 'twins'))) return null;
        return { path: join(ROOT, 'bench', 'twins', `${twin}.ts`) };
      });
    },
  };
}

interface Bundling {
  /** What is left out. */
  readonly twins?: readonly Twin[];
  /** Whether packages go into the bundle too: then every line that is executed is one of its lines. */
  readonly whole?: boolean;
}

/**
 * Bundles what these lines of code export, as the commands run it.
 * @param lines a module in the project's root.
 * @returns the bundle's file.
 */
export async function bundle(folder: string, lines: string, { twins = [], whole = false }: Bundling): Promise<string> {
  const outfile = join(folder, `without-${twins.join('-') || 'nothing'}.${whole ? 'cjs' : 'mjs'}`);
  await build({
    stdin: { contents: lines, resolveDir: ROOT, sourcefile: 'entry.ts', loader: 'ts' },
    outfile,
    bundle: true,
    format: whole ? 'cjs' : 'esm',
    platform: 'node',
    packages: whole ? 'bundle' : 'external',
    keepNames: true,
    plugins: [replacing(twins)],
    logLevel: 'error',
  });
  return outfile;
}

/** The module that `bundle` makes of it. */
export async function bundled<T>(folder: string, lines: string, twins: readonly Twin[] = []): Promise<T> {
  return (await import(pathToFileURL(await bundle(folder, lines, { twins })).href)) as T;
}

/** A folder for the time of the work, inside the project, where a bundle finds the packages. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const out = join(ROOT, 'out');
  await mkdir(out, { recursive: true });
  const folder = await mkdtemp(join(out, 'bundles-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
