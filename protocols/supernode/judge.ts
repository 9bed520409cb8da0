/**
 * Sees everything and its past. It keeps, as immutable values: which location ever had which content (an answer that names
 * another one is wrong), who serves a resource without a break since when (a search during which somebody did and that
 * found nothing is a false negative), which dead nodes are still in an index, and how long it took to remove the others.
 */
import type { Address, Judge, Observation } from '../../sim/protocol.ts';
import { itemsOf } from '../common/holder-index.ts';
import { oneMore } from '../common/incidents.ts';
import { count } from '../common/tally.ts';
import { remember, setServing, type Timeline } from '../common/timeline.ts';
import { addressesIn, forEachDifference, get, has, remove, set } from '../common/trie.ts';
import { EMPTY, type SupernodeJudged } from './judged.ts';
import type { SupernodeNote } from './messages.ts';
import { locationOf } from './placement.ts';
import type { Entry } from './resources.ts';
import type { NodeState, State, SupernodeState, SupernodeTypes } from './state.ts';
import { idsOf, isServing, keysOf, liveSupernodes, type SupernodeWorld } from './truth.ts';
import { verdictOn, verdictOnFinding, verdicts, why } from './verdict.ts';

const TOLD_KEPT = 12;

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

function rememberAll(timeline: Timeline, state: NodeState): Timeline {
  let now = timeline;
  for (const { id, name } of state.resources) now = remember(now, locationOf(state.endpoint, name), id);
  return now;
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
