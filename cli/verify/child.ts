/**
 * A fresh process that runs scenarios for `verify` and answers with their checks. Its argument is the module that has the systems.
 */
import { pathToFileURL } from 'node:url';
import { trackOf } from '../../sim/explore/track.ts';
import type { System } from '../../sim/index.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import type { TrackAnswer, TrackRequest } from './messages.ts';

const { systems } = (await import(pathToFileURL(process.argv[2]).href)) as {
  systems: ReadonlyMap<string, System>;
};

process.on('message', (request: TrackRequest) => {
  // Whoever asked may have found a difference of its own meanwhile, and be gone.
  process.send?.(answer(request), undefined, undefined, gone);
});
process.on('disconnect', () => process.exit());
process.send?.('ready', undefined, undefined, gone);

function gone(error: Error | null): void {
  if (error !== null) process.exit();
}

function answer({ file, text, overrides, seed, untilUs, atMost }: TrackRequest): TrackAnswer {
  try {
    const loaded = loadScenario(text, { file, systems, overrides, seed });
    if (!loaded.ok) return { error: 'the scenario was right in one process and is wrong in another' };
    const track = trackOf(loaded.plan, untilUs ?? undefined, atMost ?? undefined);
    return { track };
  } catch (error) {
    return { error: String(error) };
  }
}
