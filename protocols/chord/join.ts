/**
 * Joining and leaving.
 *
 * The paper's join (ToN, figure 6) sets the successor and nothing else: stabilize does the rest. The corrected join
 * (Zave, TSE, section 4) finds the member m whose arc the joiner falls into, queries it, and takes m for its
 * predecessor and m's list for its own; if the arc is another one meanwhile it tries later. The eager join (described)
 * is in eager.ts.
 */
import { exit } from '../../sim/protocol.ts';
import { eagerFarewells, insertAt } from './eager.ts';
import { between, wayTo } from './identifiers.ts';
import { lookUpThrough, orNearestFinger } from './lookup.ts';
import { becomeMember, type JoinGoal, joinLater } from './member.ts';
import type { ChordTypes, Farewell, Found, Leaving, Neighbours, Tag } from './messages.ts';
import { copyFingers, setSuccessors, stabilize } from './stabilize.ts';
import { isKnown, isMember, type PeerState, samePeer, withPredecessor, withTables } from './state.ts';
import { handOver } from './storage.ts';
import { ask, log, type Turn, tell, wait, want } from './turn.ts';
import type { Peer } from './values.ts';

// Join

export function join(state: PeerState, attempt: number, turn: Turn): PeerState {
  const { bootstraps, phase } = state;
  if (isMember(state) && state.successors.length > 0) return state;
  if (bootstraps.length === 0) {
    log(turn, { kind: 'isolated' });
    return state;
  }
  const through = bootstraps[attempt % bootstraps.length];
  const joining: PeerState = phase === 'waiting' ? { ...state, phase: 'joining' } : state;
  return lookUpThrough(joining, { kind: 'join', attempt }, state.me.id, through, turn);
}

/**
 * The last successor that this member knew of has died: it looks its place up again. Meanwhile it stays a member, so that
 * those who point at it do not take it for dead too.
 */
export function rejoin(state: PeerState, turn: Turn): PeerState {
  const { bootstraps, phase } = state;
  if (!turn.config.traits.rejoinsWhenIsolated || bootstraps.length === 0 || phase !== 'member') return state;
  log(turn, { kind: 'rejoining' });
  // Any of them, and either way of going on from what it says: see `behindMe`.
  const attempt = turn.ctx.random.int(2 * bootstraps.length);
  wait(turn, { kind: 'join', attempt }, turn.config.joinRetryUs);
  return state;
}

/** The joiner's place has been looked up. */
export function onPlaceFound(state: PeerState, found: Found, goal: JoinGoal, turn: Turn): PeerState {
  const { owner, predecessor } = found;
  if (state.phase !== 'joining' && (state.phase !== 'member' || state.successors.length > 0)) return state;
  if (state.phase === 'member') {
    const behind = behindMe(state, found, goal);
    return behind.length > 0 ? setSuccessors(state, behind, turn) : joinLater(state, goal, turn);
  }
  // Tables that still name this peer from before a crash lead to itself: they will be mended.
  if (owner === null || predecessor === null || owner.address === state.me.address) return joinLater(state, goal, turn);
  const { eagerMembership, joinsWithList } = turn.config.traits;
  if (eagerMembership) return insertAt(state, owner, goal, turn);
  if (!joinsWithList) return copyFingers(becomeMember(setSuccessors(state, [owner], turn), turn), turn);
  ask(turn, predecessor, { kind: 'getNeighbours' }, { kind: 'joinAt', predecessor, goal });
  return state;
}

/**
 * Who follows a member that knew nobody any more. The others still have it in their tables, so its own place is what its look-up finds: the list of
 * the peer before it says who comes next. Where that list ends too, the peer before it will do, or the one that it asked: stabilize goes back from there, predecessor by predecessor.
 * Now and then it does so anyway: the two might tell each other of the same dead peer for ever.
 */
function behindMe(
  { me, bootstraps }: PeerState,
  { owner, predecessor, candidates }: Found,
  goal: JoinGoal,
): readonly Peer[] {
  const isOther = (peer: Peer | null): peer is Peer => peer !== null && isKnown(peer) && peer.address !== me.address;
  if (isOther(owner)) return [owner];
  const behind = candidates.filter(isOther);
  const before = predecessor ?? bootstraps[goal.attempt % bootstraps.length];
  const goesBack = behind.length === 0 || Math.floor(goal.attempt / bootstraps.length) % 2 === 1;
  return goesBack && isOther(before) ? [before] : behind;
}

/** The corrected join's query. @param message null: no answer. */
export function onJoinAnswer(
  state: PeerState,
  tag: Extract<Tag, { kind: 'joinAt' }>,
  message: Neighbours | null,
  turn: Turn,
): PeerState {
  if (state.phase !== 'joining') return state;
  const head = message?.successors[0];
  if (message === null || head === undefined || !between(tag.predecessor.id, state.me.id, head.id)) {
    return tag.goal.kind === 'join' ? joinLater(state, tag.goal, turn) : state;
  }
  const placed = withPredecessor(setSuccessors(state, message.successors, turn), tag.predecessor);
  return copyFingers(becomeMember(placed, turn), turn);
}

// Leave

export function leave(state: PeerState, turn: Turn): PeerState {
  if (state.phase !== 'member') {
    want(turn, exit<ChordTypes>());
    return state;
  }
  const leaving: PeerState = { ...state, phase: 'leaving' };
  return handOver(leaving, leaving.successors, turn) ? leaving : goodbye(leaving, turn);
}

/** The heir did not take the files: the next one is asked, until there is none. */
export function onHandOverFailed(state: PeerState, next: readonly Peer[], turn: Turn): PeerState {
  return handOver(state, next, turn) ? state : goodbye(state, turn);
}

/** The files are in good hands: tells both neighbours, and goes. */
export function goodbye(state: PeerState, turn: Turn): PeerState {
  log(turn, { kind: 'left', files: state.store.length });
  const { eagerMembership, leaverIsBelieved } = turn.config.traits;
  if (eagerMembership) return farewell(state, eagerFarewells(state), turn);
  const farewells = plainFarewells(state);
  if (leaverIsBelieved) return farewell(state, farewells, turn);
  for (const { to, message } of farewells) tell(turn, to, message);
  return farewell(state, [], turn);
}

function plainFarewells({ me, predecessor, successors }: PeerState): readonly Farewell[] {
  const message: Leaving = { kind: 'leaving', peer: me, predecessor, successors };
  const head = successors[0] ?? null;
  const farewells: Farewell[] = [];
  // The predecessor first: from then on nobody's way leads through this peer.
  if (predecessor !== null && predecessor.address !== me.address) farewells.push({ to: predecessor, message });
  if (head !== null && isKnown(head) && head.address !== me.address && !samePeer(predecessor, head)) {
    farewells.push({ to: head, message });
  }
  return farewells;
}

/** Says the next farewell and waits for the answer, or for none; after the last one the peer is gone. */
export function farewell(state: PeerState, farewells: readonly Farewell[], turn: Turn): PeerState {
  const [first, ...next] = farewells;
  if (first === undefined) want(turn, exit<ChordTypes>());
  else ask(turn, first.to, first.message, { kind: 'farewell', next });
  return state;
}

/**
 * A neighbour goes. Believed (ToN, section IV-E.4), its place in the list is closed and the list takes over what the
 * leaver's list has more; the leaver's predecessor becomes this peer's. Otherwise the peer only looks at once, as after
 * a failure.
 */
export function onLeaving(state: PeerState, message: Leaving, turn: Turn): PeerState {
  const { peer } = message;
  if (!turn.config.traits.leaverIsBelieved) {
    return samePeer(state.successors[0] ?? null, peer) ? stabilize(state, turn) : state;
  }
  const bridged = bridge(state, message, turn);
  if (!samePeer(bridged.predecessor, peer)) return bridged;
  const before = message.predecessor;
  const now = samePeer(before, state.me) ? null : before;
  log(turn, { kind: 'newPredecessor', before: peer, now });
  return withPredecessor(bridged, now);
}

function bridge(state: PeerState, message: Leaving, turn: Turn): PeerState {
  const { peer, successors } = message;
  // A leaver that knows nobody else names itself.
  const heir = successors.find((one) => !samePeer(one, peer)) ?? null;
  const fingers = state.fingers.some((finger) => samePeer(finger, peer))
    ? state.fingers.map((finger) => (samePeer(finger, peer) ? heir : finger))
    : state.fingers;
  const mended = fingers === state.fingers ? state : withTables(state, state.successors, fingers, turn.config);
  if (!state.successors.some((one) => samePeer(one, peer))) return mended;
  // The leaver knows who follows it better than this peer: a newcomer behind it may not be in this list yet.
  const { ringSize, successors: listed } = turn.config;
  const others = state.successors.filter((one) => !samePeer(one, peer));
  for (const one of successors) {
    if (!samePeer(one, peer) && !others.some((known) => samePeer(known, one))) others.push(one);
  }
  const { id } = state.me;
  const list = others.sort((a, b) => wayTo(id, a.id, ringSize) - wayTo(id, b.id, ringSize)).slice(0, listed);
  return setSuccessors(mended, orNearestFinger(mended, list, turn), turn);
}
