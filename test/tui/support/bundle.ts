/**
 * The command in one piece, for tests that start it often: the same `cli/main.ts`, but its start takes a quarter of the time. It lies in a folder for
 * temporary files, beside what Node keeps of it compiled; `env` and `command` say how to run it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

export interface Bundle {
  /** For a shell: the program, to be followed by its arguments. */
  readonly command: string;
  readonly env: string;
  remove(): void;
}

export async function bundled(): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'peerscope-bundle-'));
  // Packages in CommonJS ask for Node's modules by `require`.
  const require = `import{createRequire}from'node:module';const require=createRequire(${JSON.stringify(resolve('package.json'))});`;
  await build({
    entryPoints: ['cli/main.ts'],
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    outdir: folder,
    define: { 'process.env.NODE_ENV': '"production"' },
    external: ['react-devtools-core'],
    banner: { js: require },
    logLevel: 'error',
  });
  return {
    command: `'${process.execPath}' '${join(folder, 'main.js')}'`,
    env: `NODE_ENV=production NODE_COMPILE_CACHE='${join(folder, 'compiled')}'`,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
