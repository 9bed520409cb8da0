/**
 * Sees everything and its past. It keeps, as immutable values: what each peer ever had (an answer that names one that never
 * had it is wrong), who serves a resource without a break since when (a search during which somebody did and that found
 * nothing is a false negative, unless it said that it is incomplete), who lost its superpeer and how long it took to find
 * another, and what the balancer handed to whom since the live superpeers last changed.
 */
import type { Address, Judge, Judgement, Observation, OperationRecord, World } from '../../sim/protocol.ts';
import { holdersOf, itemsOf } from '../common/holder-index.ts';
import { type Incidents, listed, NO_INCIDENTS, oneMore } from '../common/incidents.ts';
import { count, EMPTY_TALLY, type Tally } from '../common/tally.ts';
import { EMPTY_TIMELINE, everServed, remember, servedSince, setServing, type Timeline } from '../common/timeline.ts';
import { addressesIn, entriesOf, forEachDifference, get, has, remove, set, type Trie } from '../common/trie.ts';
import { liveGroups } from './balancer.ts';
import { groupCount } from './config.ts';
import type { SuperpeerNote, SuperpeerOperation } from './messages.ts';
import type { BalancerState, PeerState, SuperpeerState, SuperpeerTypes } from './state.ts';

export interface SuperpeerJudged {
  /** Places are peers, keys are resource names; who serves is live and registered, with that resource, at a live superpeer. */
  readonly timeline: Timeline;
  /** Live peers that were registered and are with no live superpeer any more, in the order in which that came. */
  readonly orphans: readonly Orphan[];
  /** From the end of a peer's superpeer to its registration with another. */
  readonly rehoming: Tally;
  /** Peers that shut down with their superpeer. */
  readonly dark: number;
  /** When clients' searches began that have not ended. */
  readonly began: Trie<number>;
  readonly wrong: Incidents;
  readonly falseNegatives: Incidents;
  readonly foundElsewhere: number;
  /** By group: how many peers the balancer handed to it since the groups that it thinks live last changed. */
  readonly handed: readonly number[];
}

export interface Orphan {
  readonly peer: Address;
  readonly sinceUs: number;
  /** Whether its superpeer ended, or struck it out while it lived. */
  readonly because: 'superpeer ended' | 'struck out';
}

type SuperpeerWorld = World<SuperpeerTypes>;

export const verdicts = {
  correct: { good: true, description: 'The answer was right when it was given.' },
  stale: { good: false, description: 'The peer had it once and no longer serves it, or a list names what is no more.' },
  wrong: { good: false, description: 'That peer never had it.' },
  'false negative': {
    good: false,
    description:
      '"Not found", though a live peer that was registered with a live superpeer had it through the whole search.',
  },
  incomplete: { good: false, description: 'The same, but the answer said that not every superpeer was asked.' },
  lost: { good: false, description: 'The change was confirmed, but no live superpeer knows it.' },
  failed: { good: false, description: 'No answer, or a refusal, or a download that came to nothing.' },
} as const;

export const judge: Judge<SuperpeerTypes, SuperpeerJudged> = {
  verdicts,

  init(world) {
    let judged: SuperpeerJudged = {
      timeline: EMPTY_TIMELINE,
      orphans: [],
      rehoming: EMPTY_TALLY,
      dark: 0,
      began: null,
      wrong: NO_INCIDENTS,
      falseNegatives: NO_INCIDENTS,
      foundElsewhere: 0,
      handed: noneHanded(world),
    };
    for (let address = 0; address < world.size; address++) judged = started(judged, address, world);
    return judged;
  },

  watches(before, after) {
    if (before.role === 'peer') return before.resources !== (after as PeerState).resources;
    if (before.role === 'superpeer') return before.index !== (after as SuperpeerState).index;
    return activityChanged(before, after as BalancerState);
  },

  observe(judged, seen, world) {
    switch (seen.kind) {
      case 'started':
        return started(judged, seen.address, world);
      case 'stopped':
        return stopped(judged, seen.address, world);
      case 'changed':
        return changed(judged, seen, world);
      case 'noted':
        return noted(judged, seen.note, world);
      case 'began': {
        const { id, operation, startUs } = seen.record;
        const isSearch = operation.kind === 'search' || operation.kind === 'download';
        return isSearch ? { ...judged, began: set(judged.began, id, startUs) } : judged;
      }
    }
  },

  verdict(judged, _atStart, record, world) {
    return verdictOn(judged, record, world);
  },
};

// --- The timeline ---

function started(judged: SuperpeerJudged, address: Address, world: SuperpeerWorld): SuperpeerJudged {
  const { state } = world.process(address);
  if (state.role === 'balancer') return { ...judged, handed: noneHanded(world) };
  if (state.role === 'superpeer') return judged;
  const remembered = { ...judged, timeline: rememberAll(judged.timeline, address, state) };
  return reconsider(remembered, address, state.resources, world);
}

function stopped(judged: SuperpeerJudged, address: Address, world: SuperpeerWorld): SuperpeerJudged {
  const { state } = world.process(address);
  switch (state.role) {
    case 'balancer':
      return judged;
    case 'peer':
      return reconsider(withoutOrphan(judged, address), address, state.resources, world);
    case 'superpeer':
      return superpeerStopped(judged, state, world);
  }
}

/** Its index is gone, and with it whatever only it knew of. */
function superpeerStopped(judged: SuperpeerJudged, state: SuperpeerState, world: SuperpeerWorld): SuperpeerJudged {
  let now = judged;
  for (const peer of addressesIn(state.index.byHolder)) {
    now = reconsider(now, peer, keysOf(state, peer), world);
    if (isOrphan(peer, world)) now = orphaned(now, peer, 'superpeer ended', world);
  }
  return now;
}

function changed(
  judged: SuperpeerJudged,
  seen: Extract<Observation<SuperpeerTypes>, { kind: 'changed' }>,
  world: SuperpeerWorld,
): SuperpeerJudged {
  const { address, before, after } = seen;
  if (before.role === 'peer' && after.role === 'peer') {
    const remembered = { ...judged, timeline: rememberAll(judged.timeline, address, after) };
    return reconsider(remembered, address, [...before.resources, ...after.resources], world);
  }
  if (before.role === 'superpeer' && after.role === 'superpeer') {
    let now = judged;
    forEachDifference(before.index.byHolder, after.index.byHolder, (key, was, is) => {
      const names = [...(was ?? []), ...(is ?? [])].map((item) => item.key);
      now = registrationChanged(now, Number(key), names, is !== undefined, world);
    });
    return now;
  }
  return { ...judged, handed: noneHanded(world) };
}

function registrationChanged(
  judged: SuperpeerJudged,
  peer: Address,
  names: readonly string[],
  isRegistered: boolean,
  world: SuperpeerWorld,
): SuperpeerJudged {
  const now = reconsider(judged, peer, names, world);
  if (!isRegistered) return isOrphan(peer, world) ? orphaned(now, peer, 'struck out', world) : now;
  const orphan = now.orphans.find((one) => one.peer === peer);
  if (orphan === undefined) return now;
  const home = withoutOrphan(now, peer);
  if (orphan.because !== 'superpeer ended') return home;
  return { ...home, rehoming: count(home.rehoming, world.nowUs - orphan.sinceUs) };
}

function orphaned(
  judged: SuperpeerJudged,
  peer: Address,
  because: Orphan['because'],
  world: SuperpeerWorld,
): SuperpeerJudged {
  return { ...withoutOrphan(judged, peer), orphans: [...judged.orphans, { peer, sinceUs: world.nowUs, because }] };
}

function withoutOrphan(judged: SuperpeerJudged, peer: Address): SuperpeerJudged {
  const orphans = judged.orphans.filter((one) => one.peer !== peer);
  return orphans.length === judged.orphans.length ? judged : { ...judged, orphans };
}

/** Whether it lives, does not want to leave, and is registered with no live superpeer. */
export function isOrphan(peer: Address, world: SuperpeerWorld): boolean {
  const { state } = world.process(peer);
  if (!world.alive(peer) || state.role !== 'peer' || state.phase === 'leaving') return false;
  return !liveSuperpeers(world).some(([, superpeer]) => has(superpeer.registrations, peer));
}

/** Finds out anew whether the peer serves these resources. */
function reconsider(
  judged: SuperpeerJudged,
  peer: Address,
  names: readonly string[],
  world: SuperpeerWorld,
): SuperpeerJudged {
  let { timeline } = judged;
  for (const name of names) timeline = setServing(timeline, name, peer, isServing(peer, name, world), world.nowUs);
  return timeline === judged.timeline ? judged : { ...judged, timeline };
}

/** Whether it is live, has the resource, and a live superpeer knows that. */
function isServing(peer: Address, name: string, world: SuperpeerWorld): boolean {
  return (
    servesNow(peer, name, world) &&
    liveSuperpeers(world).some(([, superpeer]) => itemsOf(superpeer.index, peer)?.some((item) => item.key === name))
  );
}

/** Whether one who fetches it there now gets it. */
export function servesNow(peer: Address, name: string, world: SuperpeerWorld): boolean {
  const { state } = world.process(peer);
  return world.alive(peer) && state.role === 'peer' && state.resources.includes(name);
}

function rememberAll(timeline: Timeline, peer: Address, state: PeerState): Timeline {
  let now = timeline;
  for (const name of state.resources) now = remember(now, peer, name);
  return now;
}

/** The superpeers are the first processes of a run, and no others come. */
export function liveSuperpeers(world: SuperpeerWorld): readonly (readonly [Address, SuperpeerState])[] {
  const live: (readonly [Address, SuperpeerState])[] = [];
  for (let address = 0; address < world.config.superpeers; address++) {
    const { state } = world.process(address);
    if (world.alive(address) && state.role === 'superpeer') live.push([address, state]);
  }
  return live;
}

function keysOf(state: SuperpeerState, peer: Address): readonly string[] {
  return (itemsOf(state.index, peer) ?? []).map((item) => item.key);
}

// --- The balancer ---

function noneHanded(world: SuperpeerWorld): readonly number[] {
  return Array.from({ length: groupCount(world.config) }, () => 0);
}

function activityChanged(before: BalancerState, after: BalancerState): boolean {
  return before.others !== after.others && before.others.some((other, i) => other.active !== after.others[i]?.active);
}

/** The groups that the balancer thinks live, or none without a balancer. */
export function groupsInTurn(world: SuperpeerWorld): readonly number[] {
  const { balancer } = world.config;
  if (balancer === null) return [];
  const { state } = world.process(balancer);
  return state.role === 'balancer' ? liveGroups(state, world.config) : [];
}

// --- What was noted ---

function noted(judged: SuperpeerJudged, note: SuperpeerNote, world: SuperpeerWorld): SuperpeerJudged {
  switch (note.kind) {
    case 'answered':
      return answered(judged, note, world);
    case 'shutDown':
      return { ...judged, dark: judged.dark + 1 };
    case 'foundElsewhere':
      return { ...judged, foundElsewhere: judged.foundElsewhere + 1 };
    case 'handed':
      return { ...judged, handed: judged.handed.map((n, group) => (group === note.group ? n + 1 : n)) };
    default:
      return judged;
  }
}

function answered(
  judged: SuperpeerJudged,
  { operation, name, peer, incomplete }: Extract<SuperpeerNote, { kind: 'answered' }>,
  world: SuperpeerWorld,
): SuperpeerJudged {
  const startUs = get(judged.began, operation) ?? world.nowUs;
  const { verdict, why = '' } = verdictOnAnswer(judged, name, peer, incomplete, startUs, world);
  return {
    ...judged,
    began: remove(judged.began, operation),
    wrong: verdict === 'wrong' ? oneMore(judged.wrong, why) : judged.wrong,
    falseNegatives: verdict === 'false negative' ? oneMore(judged.falseNegatives, why) : judged.falseNegatives,
  };
}

// --- Verdicts ---

function verdictOn(judged: SuperpeerJudged, record: OperationRecord<SuperpeerTypes>, world: SuperpeerWorld): Judgement {
  const { issuer, operation, outcome, startUs } = record;
  const name = 'name' in operation ? operation.name : '';
  switch (outcome?.kind) {
    case 'found':
      return verdictOnAnswer(judged, name, outcome.peer, false, startUs, world);
    case 'notFound':
      return verdictOnAnswer(judged, name, null, outcome.incomplete, startUs, world);
    case 'downloaded':
      return good(everServed(judged.timeline, outcome.from, name), 'wrong', 'the peer never had it');
    case 'uploaded':
      return good(
        isServing(outcome.peer, name, world),
        'lost',
        `no live superpeer knows that ${nameOf(outcome.peer, world)} has it`,
      );
    case 'indexed':
      return verdictOnIndexed(issuer, operation, world);
    case 'resources':
      return verdictOnResources(judged, outcome.superpeer, outcome.names, startUs, world);
    case 'superpeers': {
      const wrong = allSuperpeers(world).filter((one) => outcome.active.includes(one) !== world.alive(one));
      return good(wrong.length === 0, 'stale', `not as listed: ${listed(wrong.map((one) => nameOf(one, world)))}`);
    }
    case 'failed':
      return { verdict: 'failed', why: outcome.reason };
    case undefined:
      return { verdict: 'failed', why: 'it has no outcome' };
  }
}

function good(isGood: boolean, otherwise: keyof typeof verdicts, why: string): Judgement {
  return isGood ? { verdict: 'correct' } : { verdict: otherwise, why };
}

function verdictOnAnswer(
  judged: SuperpeerJudged,
  name: string,
  peer: Address | null,
  incomplete: boolean,
  startUs: number,
  world: SuperpeerWorld,
): Judgement {
  if (peer === null) {
    const holder = servedSince(judged.timeline, name, startUs);
    if (holder === null) return { verdict: 'correct' };
    const why = `${name} was not found, though ${nameOf(holder, world)} had it all the time`;
    return { verdict: incomplete ? 'incomplete' : 'false negative', why };
  }
  if (!everServed(judged.timeline, peer, name)) {
    return { verdict: 'wrong', why: `${nameOf(peer, world)} never had ${name}` };
  }
  return good(servesNow(peer, name, world), 'stale', `${nameOf(peer, world)} no longer serves ${name}`);
}

/**
 * A live superpeer has it registered, and every one that does knows of the change. Where the peer has changed the same
 * resource again meanwhile, what the superpeers should know is open.
 */
function verdictOnIndexed(issuer: Address, operation: SuperpeerOperation, world: SuperpeerWorld): Judgement {
  const { name, state } = world.process(issuer);
  const own = state.role === 'peer' ? state.resources : [];
  const knowing = liveSuperpeers(world).filter(([, superpeer]) => has(superpeer.registrations, issuer));
  const unknown = changesBy(operation).find(
    ([resource, isThere]) =>
      own.includes(resource) === isThere &&
      knowing.some(([, superpeer]) => keysOf(superpeer, issuer).includes(resource) !== isThere),
  );
  if (knowing.length === 0) return { verdict: 'lost', why: `no live superpeer has ${name} registered` };
  return good(unknown === undefined, 'lost', `a live superpeer does not know what ${name} did with ${unknown?.[0]}`);
}

/** Resources, and whether the peer has them after the change. */
function changesBy(operation: SuperpeerOperation): readonly (readonly [string, boolean])[] {
  switch (operation.kind) {
    case 'addResource':
      return [[operation.name, true]];
    case 'removeResource':
      return [[operation.name, false]];
    case 'changeResource':
      return operation.from === operation.to
        ? []
        : [
            [operation.from, false],
            [operation.to, true],
          ];
    default:
      return [];
  }
}

/** A list may name only what a live peer of that superpeer has, and must name what one has had all the time. */
function verdictOnResources(
  judged: SuperpeerJudged,
  superpeer: Address,
  names: readonly string[],
  startUs: number,
  world: SuperpeerWorld,
): Judgement {
  const { state } = world.process(superpeer);
  if (state.role !== 'superpeer') return { verdict: 'wrong', why: 'no superpeer answered' };
  const gone = names.filter(
    (name) => !holdersOf(state.index, name).some(({ holder }) => servesNow(holder, name, world)),
  );
  if (gone.length > 0) return { verdict: 'stale', why: `no live peer of it has ${listed(gone)}` };
  const missing = entriesOf(state.index.byKey)
    .filter(
      ([name, held]) =>
        !names.includes(String(name)) && held.some(({ holder }) => hasServed(judged, String(name), holder, startUs)),
    )
    .map(([name]) => String(name));
  return good(missing.length === 0, 'false negative', `its peers had ${listed(missing)} all the time`);
}

function hasServed(judged: SuperpeerJudged, name: string, holder: Address, startUs: number): boolean {
  return (get(judged.timeline.serving, name) ?? []).some((one) => one.holder === holder && one.sinceUs <= startUs);
}

function allSuperpeers(world: SuperpeerWorld): readonly Address[] {
  return Array.from({ length: world.config.superpeers }, (_, address) => address);
}

export function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

function nameOf(address: Address, world: SuperpeerWorld): string {
  return world.process(address).name;
}
