/** All systems that scenarios can name: the one place that knows them all. */
import type { System } from '../sim/protocol.ts';
import { chord } from './chord/index.ts';
import { gossip } from './gossip/index.ts';
import { news } from './news/index.ts';
import { supernode } from './supernode/index.ts';
import { superpeer } from './superpeer/index.ts';

/** A system's own types are nobody's business outside; the engine hands each system back what it came from. */
// biome-ignore lint/suspicious/noExplicitAny: see above
const all: readonly System<any, any, any, any>[] = [supernode, chord, superpeer, news, gossip];

export const systems: ReadonlyMap<string, System> = new Map(all.map((system) => [system.name, system]));
