/**
 * Sees everything and its past. It keeps, as immutable values: what each peer ever had (an answer that names one that never
 * had it is wrong), who serves a resource without a break since when (a search during which somebody did and that found
 * nothing is a false negative, unless it said that it is incomplete), who lost its superpeer and how long it took to find
 * another, and what the balancer handed to whom since the live superpeers last changed.
 */
import type { Address, Judge, Observation } from '../../sim/protocol.ts';
import { NO_INCIDENTS, oneMore } from '../common/incidents.ts';
import { count, EMPTY_TALLY } from '../common/tally.ts';
import { EMPTY_TIMELINE, remember, setServing, type Timeline } from '../common/timeline.ts';
import { addressesIn, forEachDifference, get, remove, set } from '../common/trie.ts';
import { groupCount } from './config.ts';
import type { Orphan, SuperpeerJudged } from './judged.ts';
import type { SuperpeerNote } from './messages.ts';
import type { BalancerState, PeerState, SuperpeerState, SuperpeerTypes } from './state.ts';
import { isOrphan, isServing, keysOf, type SuperpeerWorld } from './truth.ts';
import { verdictOn, verdictOnAnswer, verdicts } from './verdict.ts';

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

function rememberAll(timeline: Timeline, peer: Address, state: PeerState): Timeline {
  let now = timeline;
  for (const name of state.resources) now = remember(now, peer, name);
  return now;
}

// --- The balancer ---

function noneHanded(world: SuperpeerWorld): readonly number[] {
  return Array.from({ length: groupCount(world.config) }, () => 0);
}

function activityChanged(before: BalancerState, after: BalancerState): boolean {
  return before.others !== after.others && before.others.some((other, i) => other.active !== after.others[i]?.active);
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
