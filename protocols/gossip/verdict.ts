/** What the judge says of an answer: it is held against the folders as they are now, of the peers that run now. */
import type { Address, Judge, Judgement, OperationRecord, World } from '../../sim/protocol.ts';
import { get } from '../common/trie.ts';
import { type Judged, nameOf } from './judged.ts';
import type { GossipOutcome, Source } from './messages.ts';
import { at, type Sequence } from './sequence.ts';
import { isSame } from './stamps.ts';
import { type Made, NOTHING_MADE } from './truth.ts';
import type { GossipTypes } from './types.ts';

export const VERDICTS: Judge<GossipTypes, Judged>['verdicts'] = {
  fresh: {
    good: true,
    description: 'All that it names is so, nothing is left out, and it was made from the newest versions.',
  },
  stale: {
    good: true,
    description:
      'All that it names is so and nothing is left out, but it was made from an older version; "versions behind" says by how many.',
  },
  missing: { good: false, description: 'A live peer has the file, or is there, and the answer leaves it out.' },
  ghost: { good: false, description: 'It names a peer that is dead, or a file that is not there any more.' },
  done: { good: true, description: 'The folder was changed.' },
  unchanged: { good: true, description: 'The file was there already, or was not there to be removed.' },
};

/** @throws never: an outcome that is no answer is `done`. */
export function verdict(
  judged: Judged,
  _atStart: Judged,
  record: OperationRecord<GossipTypes>,
  world: World<GossipTypes>,
): Judgement {
  const { operation, outcome, issuer } = record;
  if (outcome?.kind === 'holders' && operation.kind === 'whoHas') {
    return onHolders(judged, operation.file, outcome.holders, issuer, world);
  }
  if (outcome?.kind === 'files' && operation.kind === 'filesOf') {
    return onFiles(judged, operation.origin, outcome, issuer, world);
  }
  if (outcome?.kind === 'members') return onMembers(outcome.members, world);
  return { verdict: outcome?.kind === 'folder' && !outcome.changed ? 'unchanged' : 'done' };
}

function onHolders(
  judged: Judged,
  file: string,
  holders: readonly Source[],
  issuer: Address,
  world: World<GossipTypes>,
): Judgement {
  const has = (address: Address) => world.alive(address) && world.process(address).state.folder.includes(file);
  const ghosts = holders.map(({ origin }) => origin).filter((origin) => !has(origin));
  const missing: Address[] = [];
  const named = new Set(holders.map(({ origin }) => origin));
  for (let address = 0; address < world.size; address++) if (!named.has(address) && has(address)) missing.push(address);
  const measures = {
    'ghost holders': ghosts.length,
    'missing holders': missing.length,
    ...provenance(judged, holders, issuer, world),
  };
  return rate(ghosts, missing, measures, `have ${file}`, world);
}

function onFiles(
  judged: Judged,
  origin: Address,
  answer: Extract<GossipOutcome, { kind: 'files' }>,
  issuer: Address,
  world: World<GossipTypes>,
): Judgement {
  const folder = world.alive(origin) ? world.process(origin).state.folder : null;
  const wrong = answer.files.some((file) => folder === null || !folder.includes(file));
  const incomplete = folder?.some((file) => !answer.files.includes(file)) ?? false;
  const measures = provenance(judged, answer.source === null ? [] : [answer.source], issuer, world);
  return rate(wrong ? [origin] : [], incomplete ? [origin] : [], measures, 'offer just these files', world);
}

/** Peers that have nothing to publish are not known by gossip and not missed. */
function onMembers(members: readonly Address[], world: World<GossipTypes>): Judgement {
  const ghosts = members.filter((address) => !world.alive(address));
  const missing: Address[] = [];
  for (let address = 0; address < world.size; address++) {
    const { boot } = world.process(address);
    if (boot.publishes && world.alive(address) && !members.includes(address)) missing.push(address);
  }
  const measures = { 'ghost members': ghosts.length, 'missing members': missing.length };
  return rate(ghosts, missing, measures, 'are there', world);
}

/** How old the metadata is that the answer was made from, its own folder apart. */
function provenance(
  judged: Judged,
  sources: readonly Source[],
  issuer: Address,
  world: World<GossipTypes>,
): Readonly<Record<string, number>> {
  let behind = 0;
  let ageUs = 0;
  let fromOthers = false;
  for (const source of sources) {
    if (source.origin === issuer) continue;
    fromOthers = true;
    const { made } = get(judged.origins, source.origin) ?? NOTHING_MADE;
    const index = newestLike(made, source);
    if (index < 0) continue;
    behind = Math.max(behind, made.length - 1 - index);
    ageUs = Math.max(ageUs, world.nowUs - at(made, index).madeAtUs);
  }
  return fromOthers ? { 'versions behind': behind, 'answer age': ageUs } : { 'versions behind': behind };
}

function newestLike(made: Sequence<Made>, stamp: Source): number {
  for (let i = made.length - 1; i >= 0; i--) if (isSame(at(made, i).metadata, stamp)) return i;
  return -1;
}

function rate(
  ghosts: readonly Address[],
  missing: readonly Address[],
  measures: Readonly<Record<string, number>>,
  what: string,
  world: World<GossipTypes>,
): Judgement {
  const names = (addresses: readonly Address[]) => addresses.map((address) => nameOf(world, address)).join(', ');
  if (ghosts.length > 0)
    return { verdict: 'ghost', measures, why: `says that ${names(ghosts)} ${what}, which is not so` };
  if (missing.length > 0) return { verdict: 'missing', measures, why: `leaves out that ${names(missing)} ${what}` };
  return { verdict: measures['versions behind'] > 0 ? 'stale' : 'fresh', measures };
}
