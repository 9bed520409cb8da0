/**
 * Statements on the world: what gossip promises always, what it promises in time, and what it breaks as described.
 */
import {
  type Address,
  formatDuration,
  type ProcessView,
  type Property,
  type Violation,
  type World,
} from '../../sim/protocol.ts';
import { forEach, get } from '../common/trie.ts';
import { mayBeServed } from './answer.ts';
import { find } from './by-origin.ts';
import type { GossipConfig } from './config.ts';
import { type Judged, nameOf, type Offences } from './judged.ts';
import { NOT_LOOKED } from './metadata.ts';
import { at } from './sequence.ts';
import type { Entry, PeerState } from './state.ts';
import { firstMadeSince, holdersOfOlder, indexOf, type OriginTruth } from './truth.ts';
import type { GossipTypes } from './types.ts';

type GossipProperty = Property<GossipTypes, Judged>;
type GossipWorld = World<GossipTypes>;

/**
 * Whose truth goes with time as well is looked at again at the next change of this kind anywhere: each peer's next
 * look, if not before. At a start there is no state before.
 */
const storeTouched = (before: PeerState | null, after: PeerState) =>
  before?.store !== after.store || before.own !== after.own;

const suspicionsTouched = (before: PeerState | null, after: PeerState) =>
  before?.suspects !== after.suspects || before.store !== after.store;

/**
 * Metadata that was made longer ago than this is deleted by all who go by its age: after `expiry`, at the next look
 * every t4. Null if nothing expires.
 */
export function ageBoundUs({ expiryUs, t4Us, slackUs }: GossipConfig): number | null {
  return expiryUs === null ? null : expiryUs + t4Us + slackUs;
}

/** From the end of a peer until its metadata is gone everywhere: expiry and a spread time. */
export function goneBoundUs({ expiryUs, t4Us, spreadBoundUs }: GossipConfig): number | null {
  return expiryUs === null ? null : expiryUs + t4Us + spreadBoundUs;
}

export const PROPERTIES = {
  'version monotonic': {
    description: "A peer's stored version of an origin never goes back within one incarnation.",
    source: 'invariant of the protocol: keep what is newer by version',
    check: (_world, judged) => committed(judged.regressions),
    touchedBy: storeTouched,
  },
  'no fabrication': {
    description: 'Everything stored, origin, version and names, was made by that origin.',
    source: 'invariant of the protocol: only the origin makes its metadata',
    check: (_world, judged) => committed(judged.fabrications),
    touchedBy: storeTouched,
  },
  'all up to date': {
    description: 'Every live peer knows of every live peer the names that its folder showed at its last look.',
    source: 'invariant of the protocol: convergence, when folders stop changing and faults stop',
    check: (world, judged) =>
      firstOrigin(judged, world, (truth, origin) => lacksOf(truth, origin, truth.firstWithNames, world, judged)),
    touchedBy: storeTouched,
  },
  convergence: {
    description:
      'Every live peer holds of every live peer the version that was the latest a spread bound ago, or a later one; the bound follows ' +
      'from the number of peers, the periods and the loss that the configuration allows for. (An expiry that is shorter than new versions take to arrive breaks it.)',
    source: 'invariant of the protocol: convergence within a bound that follows from n, t2, t3 and the loss',
    check: convergenceBroken,
    touchedBy: storeTouched,
  },
  'dead metadata gone': {
    description: "Nobody holds a dead peer's metadata longer than expiry and a spread time after its death.",
    source: 'invariant of the protocol: expiry; broken as described by flaw 1, the zombie',
    check: deadHeld,
    touchedBy: storeTouched,
  },
  'no zombie': {
    description: 'Nobody holds metadata that was made longer ago than expiry and one period of activity 4.',
    source: 'flaw 1: a receipt of the same version refreshes the arrival time',
    check: zombieHeld,
    touchedBy: storeTouched,
  },
  'restarts heard': {
    description:
      'Nobody who was there goes on holding metadata of an earlier life when a peer has had its present one for longer than a spread bound.',
    source: 'flaw 2: a peer that restarts begins at version -1 and is ignored as outdated',
    check: restartUnheard,
    touchedBy: storeTouched,
  },
  'no flicker': {
    description: 'What a peer has expired does not come back to it.',
    source: 'flaw 3: expired, then learned again from a peer that has not expired it yet',
    check: (_world, judged) => committed(judged.flickers),
    touchedBy: storeTouched,
  },
  'no stale names': {
    description: 'No live peer would answer from metadata that was made longer ago than maxAge (if clocks are right).',
    source: 'flaw 4: a peer that is cut off keeps serving old names',
    check: staleServed,
    touchedBy: storeTouched,
  },
  'no false suspicion': {
    description: 'No live peer suspects a live peer.',
    source: 'accuracy of a failure detector (Chandra and Toueg 1996, section 3)',
    check: (world) => suspicion(world, (holder, origin) => world.alive(origin) && isSuspected(holder, origin)),
    touchedBy: suspicionsTouched,
  },
  'dead suspected': {
    description:
      'Every live peer that was there before suspicion and a spread bound suspects a peer that died before that, if it still knows it.',
    source: 'completeness of a failure detector (Chandra and Toueg 1996, section 3)',
    check: deadTrusted,
    touchedBy: suspicionsTouched,
  },
} satisfies Readonly<Record<string, GossipProperty>>;

function committed({ last }: Offences): Violation | null {
  return last;
}

/** The first violation that an origin gives rise to, of those that made anything. */
function firstOrigin(
  judged: Judged,
  world: GossipWorld,
  broken: (truth: OriginTruth, origin: Address) => Violation | null,
): Violation | null {
  let found: Violation | null = null;
  forEach(judged.origins, (truth, origin) => {
    found ??= world.alive(Number(origin)) ? broken(truth, Number(origin)) : null;
  });
  return found;
}

function convergenceBroken(world: GossipWorld, judged: Judged): Violation | null {
  const sinceUs = world.nowUs - world.config.spreadBoundUs;
  return firstOrigin(judged, world, (truth, origin) => {
    if (world.process(origin).startedAtUs > sinceUs) return null;
    return lacksOf(truth, origin, firstMadeSince(truth, sinceUs) - 1, world, judged, sinceUs);
  });
}

/**
 * A live peer, started no later than `sinceUs`, that does not hold the origin's version of that index or a later one.
 */
function lacksOf(
  truth: OriginTruth,
  origin: Address,
  index: number,
  world: GossipWorld,
  judged: Judged,
  sinceUs = Number.POSITIVE_INFINITY,
): Violation | null {
  // A peer that has not looked in this life has nothing to be known by.
  if (truth.ownIndex < 0 || index < truth.firstOfLife) return null;
  const required = at(truth.made, index);
  if (required.reached === judged.live) return null;
  return firstPeer(world, (peer) => {
    if (peer.address === origin || peer.startedAtUs > sinceUs) return null;
    const held = heldIndex(peer, origin, truth);
    if (held >= index) return null;
    const has = held < 0 ? 'nothing' : `version ${at(truth.made, held).metadata.version}`;
    const whose = nameOf(world, origin);
    return {
      message: `${peer.name} holds ${has} of ${whose}, which made version ${required.metadata.version} ${ago(world, required.madeAtUs)}`,
      processes: [peer.address, origin],
    };
  });
}

function deadHeld(world: GossipWorld, judged: Judged): Violation | null {
  const boundUs = goneBoundUs(world.config);
  if (boundUs === null) return null;
  let found: Violation | null = null;
  forEach(judged.endedAtUs, (endedAtUs, dead) => {
    const truth = get(judged.origins, dead);
    if (found !== null || truth === undefined || truth.made.length === 0) return;
    if (world.nowUs - endedAtUs <= boundUs || at(truth.made, 0).reached === 0) return;
    found = holding(world, Number(dead), () => true, `died ${ago(world, endedAtUs)}`);
  });
  return found;
}

function zombieHeld(world: GossipWorld, judged: Judged): Violation | null {
  const boundUs = ageBoundUs(world.config);
  if (boundUs === null) return null;
  const sinceUs = world.nowUs - boundUs;
  let found: Violation | null = null;
  forEach(judged.origins, (truth, origin) => {
    const firstYoung = firstMadeSince(truth, sinceUs);
    if (found !== null || holdersOfOlder(truth, firstYoung) === 0) return;
    const isOld = ({ metadata }: Entry) => indexOf(truth, metadata) < firstYoung;
    found = holding(world, Number(origin), isOld, `was made more than ${formatDuration(boundUs)} ago`);
  });
  return found;
}

function restartUnheard(world: GossipWorld, judged: Judged): Violation | null {
  const sinceUs = world.nowUs - world.config.spreadBoundUs;
  return firstOrigin(judged, world, (truth, origin) => {
    const first = truth.firstOfLife;
    if (truth.ownIndex < 0 || first === 0 || at(truth.made, first).madeAtUs > sinceUs) return null;
    if (holdersOfOlder(truth, first) === 0) return null;
    const isOld = ({ metadata }: Entry) => indexOf(truth, metadata) < first;
    return holding(world, origin, isOld, 'is of an earlier life of a peer that is back', sinceUs);
  });
}

function staleServed(world: GossipWorld, judged: Judged): Violation | null {
  const boundUs = world.config.maxAgeUs + world.config.slackUs;
  const sinceUs = world.nowUs - boundUs;
  let found: Violation | null = null;
  forEach(judged.origins, (truth, origin) => {
    const firstYoung = firstMadeSince(truth, sinceUs);
    if (found !== null || holdersOfOlder(truth, firstYoung) === 0) return;
    const isServed = (entry: Entry) =>
      indexOf(truth, entry.metadata) < firstYoung && mayBeServed(entry, world.nowUs, world.config);
    found = holding(
      world,
      Number(origin),
      isServed,
      `would be answered from, and was made more than ${formatDuration(boundUs)} ago`,
    );
  });
  return found;
}

function deadTrusted(world: GossipWorld, judged: Judged): Violation | null {
  const { suspicionUs, spreadBoundUs } = world.config;
  if (suspicionUs === null) return null;
  const endedBeforeUs = world.nowUs - suspicionUs - spreadBoundUs;
  let found: Violation | null = null;
  forEach(judged.endedAtUs, (endedAtUs, key) => {
    const dead = Number(key);
    if (found !== null || endedAtUs > endedBeforeUs) return;
    const trusts = (holder: PeerState, origin: Address) => origin === dead && !isSuspected(holder, origin);
    found = suspicion(world, trusts, endedBeforeUs);
  });
  return found;
}

/** A running peer that holds such metadata of this origin; one that is paused can do nothing about what it holds. */
function holding(
  world: GossipWorld,
  origin: Address,
  such: (entry: Entry) => boolean,
  what: string,
  sinceUs = Number.POSITIVE_INFINITY,
): Violation | null {
  return firstPeer(world, (peer) => {
    if (peer.status !== 'up' || peer.startedAtUs > sinceUs) return null;
    const entry = find(peer.state.store, origin);
    if (entry === undefined || !such(entry)) return null;
    const held = `version ${entry.metadata.version} of ${nameOf(world, origin)}`;
    return { message: `${peer.name} holds ${held}, which ${what}`, processes: [peer.address, origin] };
  });
}

function suspicion(
  world: GossipWorld,
  wrong: (holder: PeerState, origin: Address) => boolean,
  sinceUs = Number.POSITIVE_INFINITY,
): Violation | null {
  return firstPeer(world, (peer) => {
    if (peer.startedAtUs > sinceUs) return null;
    const entry = peer.state.store.find(({ origin }) => wrong(peer.state, origin));
    if (entry === undefined) return null;
    const verb = isSuspected(peer.state, entry.origin) ? 'suspects' : 'trusts';
    const whose = nameOf(world, entry.origin);
    const fate = world.alive(entry.origin) ? 'lives' : 'is dead';
    return { message: `${peer.name} ${verb} ${whose}, which ${fate}`, processes: [peer.address, entry.origin] };
  });
}

function isSuspected(holder: PeerState, origin: Address): boolean {
  return find(holder.suspects, origin) !== undefined;
}

function firstPeer(world: GossipWorld, broken: (peer: ProcessView<GossipTypes>) => Violation | null): Violation | null {
  for (let address = 0; address < world.size; address++) {
    if (!world.alive(address)) continue;
    const violation = broken(world.process(address));
    if (violation !== null) return violation;
  }
  return null;
}

/** Index of the version of this origin that a peer holds, its own included; −1 for none. */
function heldIndex(peer: ProcessView<GossipTypes>, origin: Address, truth: OriginTruth): number {
  if (peer.address === origin) return peer.state.own.version === NOT_LOOKED ? -1 : truth.ownIndex;
  const entry = find(peer.state.store, origin);
  return entry === undefined ? -1 : indexOf(truth, entry.metadata);
}

function ago({ nowUs }: GossipWorld, us: number): string {
  return `${formatDuration(nowUs - us)} ago`;
}
