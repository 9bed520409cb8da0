/** Which picture shows which system. */
import { chord } from './chord.ts';
import { fallback } from './fallback.ts';
import { gossip } from './gossip.ts';
import { news } from './news.ts';
import { supernode } from './supernode.ts';
import { superpeer } from './superpeer.ts';
import type { SystemPicture } from './view.ts';

const PICTURES: ReadonlyMap<string, SystemPicture<never>> = new Map<string, SystemPicture<never>>([
  ['chord', chord],
  ['gossip', gossip],
  ['news', news],
  ['supernode', supernode],
  ['superpeer', superpeer],
]);

/** The picture of a system by its name; the grid of processes for one that has none. */
export function pictureOf(system: string): SystemPicture {
  // A picture is only ever given what the system of its own name made.
  return (PICTURES.get(system) as SystemPicture | undefined) ?? fallback;
}
