/**
 * The judge: sees every store and remembers every version ever made, so that it can say of each answer, entry and
 * suspicion whether it was right.
 *
 * It keeps no table of all peers: what one holder's change does to an origin's versions is counted up and down, so
 * that 100,000 peers with one update cost one number.
 */
import type { Address, Judge, Observation, Violation, World } from '../../sim/protocol.ts';
import { count, EMPTY_TALLY } from '../common/tally.ts';
import { forEach, get, remove, set } from '../common/trie.ts';
import { find } from './by-origin.ts';
import { type Judged, nameOf, type Offences } from './judged.ts';
import { NOT_LOOKED } from './metadata.ts';
import { isNewer } from './stamps.ts';
import type { Entry, PeerState, Suspicion } from './state.ts';
import { indexOf, make, move, NOTHING_MADE, refreshMilestones } from './truth.ts';
import type { GossipTypes } from './types.ts';
import { VERDICTS, verdict } from './verdict.ts';

const NO_OFFENCES: Offences = { count: 0, last: null };
const NO_ENTRIES: readonly never[] = [];

export const judge: Judge<GossipTypes, Judged> = {
  init(world) {
    let judged: Judged = {
      live: 0,
      origins: null,
      endedAtUs: null,
      letGo: null,
      regressions: NO_OFFENCES,
      fabrications: NO_OFFENCES,
      flickers: NO_OFFENCES,
      usefulMessages: 0,
      bytesOfThePast: 0,
      receiptsOfThePast: 0,
      detections: EMPTY_TALLY,
      falseSuspicions: 0,
      mistakes: EMPTY_TALLY,
    };
    for (let address = 0; address < world.size; address++) {
      if (world.alive(address)) judged = { ...judged, live: judged.live + 1 };
    }
    for (let address = 0; address < world.size; address++) {
      if (world.alive(address)) judged = sawState(judged, address, world);
    }
    return judged;
  },
  observe,
  watches: (before, after) =>
    before.store !== after.store || before.own !== after.own || before.suspects !== after.suspects,
  verdict,
  verdicts: VERDICTS,
};

function observe(judged: Judged, seen: Observation<GossipTypes>, world: World<GossipTypes>): Judged {
  switch (seen.kind) {
    case 'started':
      return sawStart(judged, seen.address, world);
    case 'stopped':
      return sawEnd(judged, seen.address, world);
    case 'changed':
      return sawChange(judged, seen.address, seen.before, seen.after, world);
    default:
      return judged;
  }
}

function sawStart(judged: Judged, address: Address, world: World<GossipTypes>): Judged {
  const started: Judged = {
    ...judged,
    live: judged.live + 1,
    endedAtUs: remove(judged.endedAtUs, address),
    letGo: remove(judged.letGo, address),
  };
  return sawState(started, address, world);
}

/** What a peer holds as it starts: nothing, unless it cheats. */
function sawState(judged: Judged, address: Address, world: World<GossipTypes>): Judged {
  const { state } = world.process(address);
  let next = judged;
  if (state.own.version !== NOT_LOOKED) next = sawLook(next, address, state, world);
  return sawStore(next, address, NO_ENTRIES, state.store, world);
}

/** All that it held is gone, and the rest are all there are. */
function sawEnd(judged: Judged, address: Address, world: World<GossipTypes>): Judged {
  const { state } = world.process(address);
  const live = judged.live - 1;
  const { nowUs } = world;
  const gone = { to: -1, nowUs, live, startedAtUs: Number.POSITIVE_INFINITY, known: -1 };
  let origins = judged.origins;
  const own = get(origins, address);
  if (own !== undefined)
    origins = set(origins, address, { ...move(own, { ...gone, from: own.ownIndex }), ownIndex: -1 });
  for (const { metadata, origin } of state.store) {
    const truth = get(origins, origin);
    if (truth !== undefined) origins = set(origins, origin, move(truth, { ...gone, from: indexOf(truth, metadata) }));
  }
  forEach(origins, (truth, origin) => {
    origins = set(origins, origin, refreshMilestones(truth, nowUs, live));
  });
  return {
    ...judged,
    live,
    origins,
    endedAtUs: set(judged.endedAtUs, address, nowUs),
    bytesOfThePast: judged.bytesOfThePast + state.bytesSent,
    receiptsOfThePast: judged.receiptsOfThePast + state.receipts,
  };
}

function sawChange(
  judged: Judged,
  address: Address,
  before: PeerState,
  after: PeerState,
  world: World<GossipTypes>,
): Judged {
  let next = judged;
  if (before.own !== after.own) {
    if (!isNewer(after.own, before.own)) {
      next = { ...next, regressions: offence(next.regressions, regressed(before.own, after.own, address, world)) };
    }
    next = sawLook(next, address, after, world);
  }
  if (before.store !== after.store) next = sawStore(next, address, before.store, after.store, world);
  if (before.suspects !== after.suspects) next = sawSuspicions(next, before.suspects, after.suspects, world);
  return next;
}

function sawLook(judged: Judged, address: Address, { own }: PeerState, world: World<GossipTypes>): Judged {
  const truth = get(judged.origins, address) ?? NOTHING_MADE;
  const life = world.process(address).incarnation;
  return {
    ...judged,
    origins: set(judged.origins, address, make(truth, own, life, { nowUs: world.nowUs, live: judged.live })),
  };
}

function sawStore(
  judged: Judged,
  holder: Address,
  before: readonly Entry[],
  after: readonly Entry[],
  world: World<GossipTypes>,
): Judged {
  let next = judged;
  let taught = false;
  let i = 0;
  let j = 0;
  // Both are sorted by origin.
  while (i < before.length || j < after.length) {
    const was = before[i];
    const is = after[j];
    if (was === is) {
      // Nearly all: entries are shared until they change.
      i++;
      j++;
      continue;
    }
    if (is === undefined || (was !== undefined && was.origin < is.origin)) {
      next = sawEntry(next, holder, was, undefined, world);
      i++;
    } else if (was === undefined || is.origin < was.origin) {
      next = sawEntry(next, holder, undefined, is, world);
      taught = true;
      j++;
    } else {
      if (was.metadata !== is.metadata) {
        next = sawEntry(next, holder, was, is, world);
        taught = true;
      }
      i++;
      j++;
    }
  }
  return taught ? { ...next, usefulMessages: next.usefulMessages + 1 } : next;
}

/** One holder's entry of one origin came, changed or went. */
function sawEntry(
  judged: Judged,
  holder: Address,
  was: Entry | undefined,
  is: Entry | undefined,
  world: World<GossipTypes>,
): Judged {
  const origin = (is ?? was)?.origin ?? holder;
  const truth = get(judged.origins, origin) ?? NOTHING_MADE;
  const from = was === undefined ? -1 : indexOf(truth, was.metadata);
  const to = is === undefined ? -1 : indexOf(truth, is.metadata);
  const letGo = get(get(judged.letGo, holder) ?? null, origin) ?? -1;
  let next = judged;
  if (is !== undefined && to < 0) {
    next = { ...next, fabrications: offence(next.fabrications, fabricated(is, holder, world)) };
  }
  if (was !== undefined && is !== undefined && goesBack(was, is)) {
    next = { ...next, regressions: offence(next.regressions, regressed(was.metadata, is.metadata, holder, world)) };
  }
  if (was === undefined && is !== undefined && to >= 0 && to <= letGo) {
    next = { ...next, flickers: offence(next.flickers, flickered(is, holder, world)) };
  }
  const { startedAtUs } = world.process(holder);
  const moved = move(truth, { from, to, nowUs: world.nowUs, live: next.live, startedAtUs, known: letGo });
  next = moved === truth ? next : { ...next, origins: set(next.origins, origin, moved) };
  return to < from && from > letGo ? rememberLettingGo(next, holder, origin, from) : next;
}

function rememberLettingGo(judged: Judged, holder: Address, origin: Address, index: number): Judged {
  const ofHolder = set(get(judged.letGo, holder) ?? null, origin, index);
  return { ...judged, letGo: set(judged.letGo, holder, ofHolder) };
}

function goesBack(was: Entry, is: Entry): boolean {
  return isNewer(was.metadata, is.metadata);
}

function sawSuspicions(
  judged: Judged,
  before: readonly Suspicion[],
  after: readonly Suspicion[],
  world: World<GossipTypes>,
): Judged {
  let next = judged;
  for (const one of after) {
    if (find(before, one.origin) !== undefined) continue;
    const endedAtUs = get(judged.endedAtUs, one.origin);
    next =
      endedAtUs === undefined
        ? { ...next, falseSuspicions: next.falseSuspicions + 1 }
        : { ...next, detections: count(next.detections, world.nowUs - endedAtUs) };
  }
  for (const one of before) {
    if (find(after, one.origin) !== undefined || get(judged.endedAtUs, one.origin) !== undefined) continue;
    next = { ...next, mistakes: count(next.mistakes, Math.max(0, world.nowUs - one.sinceUs)) };
  }
  return next;
}

function offence(offences: Offences, last: Violation): Offences {
  return { count: offences.count + 1, last };
}

function fabricated({ origin, metadata }: Entry, holder: Address, world: World<GossipTypes>): Violation {
  const made = `version ${metadata.version} of ${nameOf(world, origin)} with ${metadata.files.length} files`;
  return { message: `${nameOf(world, holder)} stores ${made}, which was never made`, processes: [holder, origin] };
}

function regressed(
  was: { readonly origin: Address; readonly version: number },
  is: { readonly version: number },
  holder: Address,
  world: World<GossipTypes>,
): Violation {
  const whose = nameOf(world, was.origin);
  return {
    message: `${nameOf(world, holder)} went back from version ${was.version} of ${whose} to ${is.version}`,
    processes: [holder],
  };
}

function flickered({ origin, metadata }: Entry, holder: Address, world: World<GossipTypes>): Violation {
  const what = `version ${metadata.version} of ${nameOf(world, origin)}`;
  return { message: `${nameOf(world, holder)} has learned ${what} again after it had expired it`, processes: [holder] };
}
