/**
 * Sees everything and its past. It keeps, as immutable values: which location ever had which content (an answer that names
 * another one is wrong), who serves a resource without a break since when (a search during which somebody did and that
 * found nothing is a false negative), which dead nodes are still in an index, and how long it took to remove the others.
 */
import type { Address, Judge, Judgement, Observation, OperationRecord, World } from '../../sim/protocol.ts';
import { itemsOf } from '../common/holder-index.ts';
import { type Incidents, listed, NO_INCIDENTS, oneMore } from '../common/incidents.ts';
import { count, EMPTY_TALLY, type Tally } from '../common/tally.ts';
import { EMPTY_TIMELINE, everServed, remember, servedSince, setServing, type Timeline } from '../common/timeline.ts';
import { addressesIn, forEachDifference, get, has, remove, set, type Trie } from '../common/trie.ts';
import type { Finding, SupernodeNote, SupernodeOperation } from './messages.ts';
import { locationOf, parseLocation, resolve } from './placement.ts';
import { type Entry, shortId } from './resources.ts';
import type { NodeState, State, SupernodeState, SupernodeTypes } from './state.ts';

export interface SupernodeJudged {
  /** Places are locations, keys are resource ids; who serves is live and registered, with that location, at a live supernode. */
  readonly timeline: Timeline;
  /** Nodes that are dead: since when. */
  readonly deadSinceUs: Trie<number>;
  /** Dead nodes that a live supernode still has registered, in the order in which they became that. */
  readonly ghosts: readonly Ghost[];
  /** From a node's death to its removal, for each supernode that had it. */
  readonly detection: Tally;
  /** Nodes that were alive when they were removed as dead. */
  readonly falseRemovals: number;
  /** Nodes that were removed after fewer misses in a row than the strikes of the configuration. */
  readonly hastyRemovals: readonly Address[];
  /** The miss that was noted last: what a removal must follow. */
  readonly lastMiss: { readonly supernode: Address; readonly node: Address; readonly inARow: number } | null;
  /** When clients' searches began that have not ended. */
  readonly began: Trie<number>;
  readonly wrong: Incidents;
  readonly falseNegatives: Incidents;
  /** Resources that a search found through the multicast group. */
  readonly foundByGroup: number;
  /** The last datagrams that supernodes sent, the newest last. */
  readonly told: readonly Told[];
}

export interface Ghost {
  readonly node: Address;
  readonly supernode: Address;
  readonly sinceUs: number;
}

export interface Told {
  readonly atUs: number;
  readonly from: Address;
  readonly text: string;
}

type SupernodeWorld = World<SupernodeTypes>;
type Verdict = 'correct' | 'stale' | 'false negative' | 'wrong';

const TOLD_KEPT = 12;

const EMPTY: SupernodeJudged = {
  timeline: EMPTY_TIMELINE,
  deadSinceUs: null,
  ghosts: [],
  detection: EMPTY_TALLY,
  falseRemovals: 0,
  hastyRemovals: [],
  lastMiss: null,
  began: null,
  wrong: NO_INCIDENTS,
  falseNegatives: NO_INCIDENTS,
  foundByGroup: 0,
  told: [],
};

export const verdicts = {
  correct: { good: true, description: 'The answer was right when it was given.' },
  stale: { good: false, description: 'The location had it once and no longer serves it, or a name is of a dead node.' },
  wrong: { good: false, description: 'That location never had it.' },
  'false negative': {
    good: false,
    description:
      '"Not found", though a live node that was registered with a live supernode had it through the whole search.',
  },
  lost: { good: false, description: 'The registration was confirmed, but no live supernode has it.' },
  failed: { good: false, description: 'No answer, or a refusal.' },
} as const;

export const judge: Judge<SupernodeTypes, SupernodeJudged> = {
  verdicts,

  init(world) {
    let judged = EMPTY;
    for (let address = 0; address < world.size; address++) judged = started(judged, address, world);
    return judged;
  },

  watches(before, after) {
    if (before.role === 'node') return before.resources !== (after as NodeState).resources;
    return before.index !== (after as SupernodeState).index;
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
        return noted(judged, seen.address, seen.note, world);
      case 'began': {
        const { id, operation, startUs } = seen.record;
        const isSearch = operation.kind === 'find' || operation.kind === 'findMany';
        return isSearch ? { ...judged, began: set(judged.began, id, startUs) } : judged;
      }
    }
  },

  verdict(judged, _atStart, record, world) {
    return verdictOn(judged, record, world);
  },
};

// --- The timeline ---

function started(judged: SupernodeJudged, address: Address, world: SupernodeWorld): SupernodeJudged {
  const { state } = world.process(address);
  if (state.role === 'supernode') return judged;
  const alive = {
    ...judged,
    deadSinceUs: remove(judged.deadSinceUs, address),
    ghosts: judged.ghosts.filter((ghost) => ghost.node !== address),
    timeline: rememberAll(judged.timeline, state),
  };
  return reconsider(alive, address, idsOf(state), world);
}

function stopped(judged: SupernodeJudged, address: Address, world: SupernodeWorld): SupernodeJudged {
  const { state } = world.process(address);
  return state.role === 'node'
    ? nodeStopped(judged, address, state, world)
    : supernodeStopped(judged, address, state, world);
}

function nodeStopped(judged: SupernodeJudged, node: Address, state: NodeState, world: SupernodeWorld): SupernodeJudged {
  const haunted = liveSupernodes(world).filter(([, supernode]) => has(supernode.registrations, node));
  const dead = {
    ...judged,
    deadSinceUs: set(judged.deadSinceUs, node, world.nowUs),
    ghosts: [...judged.ghosts, ...haunted.map(([supernode]) => ({ node, supernode, sinceUs: world.nowUs }))],
  };
  return reconsider(dead, node, idsOf(state), world);
}

/** Its index is gone, and with it whatever only it knew of. */
function supernodeStopped(
  judged: SupernodeJudged,
  supernode: Address,
  state: SupernodeState,
  world: SupernodeWorld,
): SupernodeJudged {
  let now: SupernodeJudged = { ...judged, ghosts: judged.ghosts.filter((ghost) => ghost.supernode !== supernode) };
  for (const node of addressesIn(state.index.byHolder)) {
    now = reconsider(now, node, keysOf(itemsOf(state.index, node)), world);
  }
  return now;
}

function changed(
  judged: SupernodeJudged,
  seen: Extract<Observation<SupernodeTypes>, { kind: 'changed' }>,
  world: SupernodeWorld,
): SupernodeJudged {
  const before: State = seen.before;
  const after: State = seen.after;
  if (before.role === 'node' && after.role === 'node') {
    const remembered = { ...judged, timeline: rememberAll(judged.timeline, after) };
    return reconsider(remembered, seen.address, [...idsOf(before), ...idsOf(after)], world);
  }
  let now = judged;
  if (before.role === 'supernode' && after.role === 'supernode') {
    forEachDifference(before.index.byHolder, after.index.byHolder, (key, was, is) => {
      now = registrationChanged(now, seen.address, Number(key), was, is, world);
    });
  }
  return now;
}

function registrationChanged(
  judged: SupernodeJudged,
  supernode: Address,
  node: Address,
  was: readonly Entry[] | undefined,
  is: readonly Entry[] | undefined,
  world: SupernodeWorld,
): SupernodeJudged {
  const now = reconsider(judged, node, [...keysOf(was), ...keysOf(is)], world);
  const deadSinceUs = get(judged.deadSinceUs, node);
  if (deadSinceUs === undefined) return now;
  if (was === undefined) return { ...now, ghosts: [...now.ghosts, { node, supernode, sinceUs: world.nowUs }] };
  if (is !== undefined) return now;
  return {
    ...now,
    ghosts: now.ghosts.filter((ghost) => ghost.node !== node || ghost.supernode !== supernode),
    detection: count(now.detection, world.nowUs - deadSinceUs),
  };
}

/** Finds out anew whether the node serves these resources. */
function reconsider(
  judged: SupernodeJudged,
  node: Address,
  ids: readonly string[],
  world: SupernodeWorld,
): SupernodeJudged {
  let { timeline } = judged;
  for (const id of ids) timeline = setServing(timeline, id, node, isServing(node, id, world), world.nowUs);
  return timeline === judged.timeline ? judged : { ...judged, timeline };
}

/** Whether it is live, has the resource, and a live supernode knows where. */
function isServing(node: Address, id: string, world: SupernodeWorld): boolean {
  const { state } = world.process(node);
  if (!world.alive(node) || state.role !== 'node') return false;
  const locations = state.resources
    .filter((resource) => resource.id === id)
    .map((resource) => locationOf(state.endpoint, resource.name));
  if (locations.length === 0) return false;
  return liveSupernodes(world).some(([, supernode]) =>
    itemsOf(supernode.index, node)?.some((entry) => entry.key === id && locations.includes(entry.location)),
  );
}

function rememberAll(timeline: Timeline, state: NodeState): Timeline {
  let now = timeline;
  for (const { id, name } of state.resources) now = remember(now, locationOf(state.endpoint, name), id);
  return now;
}

/** The supernodes are the first processes of a run, and no others come. */
export function liveSupernodes(world: SupernodeWorld): readonly (readonly [Address, SupernodeState])[] {
  const live: (readonly [Address, SupernodeState])[] = [];
  for (let address = 0; address < world.config.supernodes.length; address++) {
    const { state } = world.process(address);
    if (world.alive(address) && state.role === 'supernode') live.push([address, state]);
  }
  return live;
}

function idsOf(state: NodeState): readonly string[] {
  return state.resources.map((resource) => resource.id);
}

function keysOf(entries: readonly Entry[] | undefined): readonly string[] {
  return (entries ?? []).map((entry) => entry.key);
}

// --- What was noted ---

function noted(judged: SupernodeJudged, from: Address, note: SupernodeNote, world: SupernodeWorld): SupernodeJudged {
  switch (note.kind) {
    case 'answered':
      return answered(judged, note, world);
    case 'told':
      return { ...judged, told: [...judged.told.slice(1 - TOLD_KEPT), { atUs: world.nowUs, from, text: note.text }] };
    case 'missed':
      return { ...judged, lastMiss: { supernode: from, node: note.node, inARow: note.inARow } };
    case 'removed':
      return removed(judged, from, note.node, world);
    default:
      return judged;
  }
}

function removed(judged: SupernodeJudged, supernode: Address, node: Address, world: SupernodeWorld): SupernodeJudged {
  const { lastMiss } = judged;
  const struckOut =
    lastMiss !== null &&
    lastMiss.supernode === supernode &&
    lastMiss.node === node &&
    lastMiss.inARow >= world.config.strikes;
  return {
    ...judged,
    falseRemovals: judged.falseRemovals + (world.alive(node) ? 1 : 0),
    hastyRemovals: struckOut ? judged.hastyRemovals : [...judged.hastyRemovals, node],
  };
}

function answered(
  judged: SupernodeJudged,
  note: Extract<SupernodeNote, { kind: 'answered' }>,
  world: SupernodeWorld,
): SupernodeJudged {
  const startUs = get(judged.began, note.operation) ?? world.nowUs;
  let { wrong, falseNegatives } = judged;
  for (const finding of note.findings) {
    const verdict = verdictOnFinding(judged, finding, startUs, world);
    if (verdict === 'wrong') wrong = oneMore(wrong, why(judged, finding, verdict, startUs, world));
    if (verdict === 'false negative')
      falseNegatives = oneMore(falseNegatives, why(judged, finding, verdict, startUs, world));
  }
  const found = note.findings.some((finding) => finding.location !== null);
  return {
    ...judged,
    wrong,
    falseNegatives,
    foundByGroup: judged.foundByGroup + (note.via === 'group' && found ? 1 : 0),
    began: remove(judged.began, note.operation),
  };
}

// --- Verdicts ---

function verdictOn(judged: SupernodeJudged, record: OperationRecord<SupernodeTypes>, world: SupernodeWorld): Judgement {
  const { issuer, operation, outcome, startUs } = record;
  const { name, state } = world.process(issuer);
  switch (outcome?.kind) {
    case 'found':
      return verdictOnFindings(judged, [{ id: wanted(operation), location: outcome.location }], startUs, world);
    case 'notFound':
      return verdictOnFindings(judged, [{ id: wanted(operation), location: null }], startUs, world);
    case 'foundMany':
      return verdictOnFindings(judged, outcome.findings, startUs, world);
    case 'listed':
      return good(
        state.role === 'node' && sameTexts(outcome.ids, idsOf(state)),
        'wrong',
        `${name} has other resources`,
      );
    case 'added':
      return good(isServing(issuer, outcome.id, world), 'lost', `no live supernode knows that ${name} has it`);
    case 'removed':
      return good(!isIndexed(issuer, outcome.id, world), 'stale', `a live supernode still has it under ${name}`);
    case 'registered':
      return good(
        liveSupernodes(world).some(([, supernode]) => has(supernode.registrations, issuer)),
        'lost',
        `no live supernode has ${name} registered`,
      );
    case 'aliveNodes':
    case 'evaluated': {
      const dead = outcome.names.filter((one) => !isAliveByName(one, world));
      return good(dead.length === 0, 'stale', `named as alive, but dead: ${listed(dead)}`);
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

function wanted(operation: SupernodeOperation): string {
  return operation.kind === 'find' ? operation.id : '';
}

const WORST_FIRST: readonly Verdict[] = ['wrong', 'false negative', 'stale', 'correct'];

/** Several at once are as good as the worst of them. */
function verdictOnFindings(
  judged: SupernodeJudged,
  findings: readonly Finding[],
  startUs: number,
  world: SupernodeWorld,
): Judgement {
  for (const verdict of WORST_FIRST) {
    const finding = findings.find((one) => verdictOnFinding(judged, one, startUs, world) === verdict);
    if (finding === undefined || verdict === 'correct') continue;
    const { location } = finding;
    const deadForUs = verdict === 'stale' && location !== null ? deadFor(judged, location, world) : null;
    return {
      verdict,
      why: why(judged, finding, verdict, startUs, world),
      ...(deadForUs === null ? {} : { measures: { 'dead for': deadForUs } }),
    };
  }
  return { verdict: 'correct' };
}

function verdictOnFinding(
  judged: SupernodeJudged,
  { id, location }: Finding,
  startUs: number,
  world: SupernodeWorld,
): Verdict {
  if (location === null) return servedSince(judged.timeline, id, startUs) === null ? 'correct' : 'false negative';
  if (!everServed(judged.timeline, location, id)) return 'wrong';
  return servesNow(location, id, world) ? 'correct' : 'stale';
}

/** Whether a client that fetches this location now gets this content; it need not be in any index. */
export function servesNow(location: string, id: string, world: SupernodeWorld): boolean {
  const place = parseLocation(location);
  const node = ownerOf(location, world);
  if (place === null || node === null || !world.alive(node)) return false;
  const { state } = world.process(node);
  return state.role === 'node' && state.resources.some((one) => one.id === id && one.name === place.fileName);
}

function ownerOf(location: string, world: SupernodeWorld): Address | null {
  const place = parseLocation(location);
  const owner = place === null ? null : resolve(world.config.directory, place.endpoint);
  return owner === null || owner >= world.size ? null : owner;
}

function deadFor(judged: SupernodeJudged, location: string, world: SupernodeWorld): number | null {
  const owner = ownerOf(location, world);
  const sinceUs = owner === null ? undefined : get(judged.deadSinceUs, owner);
  return sinceUs === undefined ? null : world.nowUs - sinceUs;
}

function isIndexed(node: Address, id: string, world: SupernodeWorld): boolean {
  const { state } = world.process(node);
  if (state.role !== 'node') return false;
  const still = state.resources.some((resource) => resource.id === id);
  return (
    !still &&
    liveSupernodes(world).some(([, supernode]) => itemsOf(supernode.index, node)?.some((entry) => entry.key === id))
  );
}

function isAliveByName(name: string, world: SupernodeWorld): boolean {
  const named = world.named(name);
  return named !== undefined && world.alive(named.address);
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

function why(
  judged: SupernodeJudged,
  { id, location }: Finding,
  verdict: Verdict,
  startUs: number,
  world: SupernodeWorld,
): string {
  const what = nameOf(id, world);
  switch (verdict) {
    case 'wrong':
      return `${location} never had ${what}`;
    case 'stale':
      return `${location} no longer serves ${what}`;
    case 'false negative': {
      const holder = servedSince(judged.timeline, id, startUs);
      return `${what} was not found, though ${holder === null ? 'nobody' : world.process(holder).name} had it all the time`;
    }
    case 'correct':
      return '';
  }
}

/** What people call a resource: the first name that it has in the catalogue. */
function nameOf(id: string, world: SupernodeWorld): string {
  return world.config.catalogue.find((resource) => resource.id === id)?.name ?? shortId(id);
}
