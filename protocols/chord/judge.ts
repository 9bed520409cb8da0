/**
 * The judge of Chord. It knows who was a member when, and which files were acknowledged as stored.
 *
 * A lookup is right if its answer was successor(key) among the members at some instant between its start and its end. A
 * peer is a member from the instant at which its own join is complete until it stops: that others have not noticed it
 * yet makes their answers wrong, as in the papers.
 */
import type { Address, Judge, Judgement, World } from '../../sim/protocol.ts';
import { forEach, get, set, type Trie } from '../common/trie.ts';
import { fileIn } from './files.ts';
import { successorIndex } from './identifiers.ts';
import type { ChordTypes, Outcome, Route } from './messages.ts';
import { isMember, NO_FILES } from './state.ts';
import { membersOf } from './survey.ts';
import { type Timeline, timelineOf, wasSuccessor, withMember, withoutMember } from './timeline.ts';
import type { Peer, SharedFile } from './values.ts';

export interface Judged {
  readonly timeline: Timeline;
  /** In place at the start, sorted by key. */
  readonly placed: readonly SharedFile[];
  /** Stored since then, by the order of their storing. */
  readonly added: Trie<SharedFile>;
  readonly addedCount: number;
  /** The same by name. */
  readonly byName: Trie<SharedFile>;
  /** Uploads that have begun: numbers the files of a workload. */
  readonly uploads: number;
}

export const judge: Judge<ChordTypes, Judged> = {
  init(world) {
    return {
      timeline: timelineOf(membersOf(world)),
      placed: placedIn(world),
      added: null,
      addedCount: 0,
      byName: null,
      uploads: 0,
    };
  },

  watches: (before, after) => before.phase !== after.phase,
  begins: ({ kind }) => kind === 'upload',

  observe(judged, seen, world) {
    switch (seen.kind) {
      case 'started':
      case 'changed':
        return follow(judged, world, seen.address);
      case 'stopped':
        return withTimeline(judged, withoutMember(judged.timeline, world.process(seen.address).boot.me));
      case 'noted':
        return seen.note.kind === 'stored' ? withFile(judged, seen.note.file) : judged;
      case 'began':
        return { ...judged, uploads: judged.uploads + 1 };
    }
  },

  verdict(judged, atStart, record, world) {
    const { outcome } = record;
    if (outcome === null) return { verdict: 'failed', why: 'it ended without an outcome' };
    return withMeasures(verdictOn(outcome, judged, atStart, world), outcome, world.config.verifies);
  },

  verdicts: {
    correct: {
      good: true,
      description: 'as the membership, and what was stored, had it at some instant while it ran.',
    },
    stale: { good: false, description: 'the peer that was named had left the ring before the operation began.' },
    wrong: {
      good: false,
      description: 'the peer that was named is on the ring, and was never the successor meanwhile.',
    },
    failed: { good: false, description: 'no answer: time-outs, or nobody left to ask.' },
    'false negative': { good: false, description: 'the file was not found although a live member has it.' },
    lost: { good: false, description: 'the file was not found, and no live member has it any more.' },
  },
};

function withTimeline(judged: Judged, timeline: Timeline): Judged {
  return timeline === judged.timeline ? judged : { ...judged, timeline };
}

function follow(judged: Judged, world: World<ChordTypes>, address: Address): Judged {
  const { state } = world.process(address);
  const { timeline } = judged;
  return withTimeline(judged, isMember(state) ? withMember(timeline, state.me) : withoutMember(timeline, state.me));
}

// Files

function placedIn(world: World<ChordTypes>): readonly SharedFile[] {
  for (let address = 0; address < world.size; address++) {
    const { boot } = world.process(address);
    if (boot.members !== null) return boot.placed;
  }
  return NO_FILES;
}

function withFile(judged: Judged, file: SharedFile): Judged {
  if (isStored(judged, file.key, file.name)) return judged;
  const { added, addedCount, byName } = judged;
  return {
    ...judged,
    added: set(added, addedCount, file),
    addedCount: addedCount + 1,
    byName: set(byName, file.name, file),
  };
}

/** Whether the file was ever acknowledged as stored. */
export function isStored(judged: Judged, key: number, name: string): boolean {
  return get(judged.byName, name) !== undefined || fileIn(judged.placed, key, name) !== null;
}

/** How many files were ever stored; `storedFile` gives them by index. */
export function storedCount(judged: Judged): number {
  return judged.placed.length + judged.addedCount;
}

export function storedFile(judged: Judged, index: number): SharedFile {
  const { placed } = judged;
  return index < placed.length ? placed[index] : (get(judged.added, index - placed.length) as SharedFile);
}

/** Calls `visit` for every file that was ever acknowledged as stored. */
export function forEachStored(judged: Judged, visit: (file: SharedFile) => void): void {
  for (const file of judged.placed) visit(file);
  forEach(judged.added, (file) => visit(file));
}

function holderOf(world: World<ChordTypes>, judged: Judged, key: number, name: string): Peer | null {
  for (const peer of judged.timeline.members) {
    if (fileIn(world.process(peer.address).state.store, key, name) !== null) return peer;
  }
  return null;
}

// Verdicts

function verdictOn(outcome: Outcome, judged: Judged, atStart: Judged, world: World<ChordTypes>): Judgement {
  switch (outcome.kind) {
    case 'found':
      return judgeOwner(outcome.owner, outcome.route.key, judged, atStart, world);
    case 'stored':
      return judgeOwner(outcome.at, outcome.route.key, judged, atStart, world);
    case 'notFound':
    case 'notStored':
      return { verdict: 'failed', why: `no answer for key ${outcome.route.key} after ${triesOf(outcome.route)}` };
    case 'noSuchFile':
      return judgeMissing(outcome.name, outcome.route, 'false negative', judged, atStart, world);
    case 'notFetched':
      return judgeMissing(outcome.name, outcome.route, 'failed', judged, atStart, world);
    case 'fetched':
    case 'fingerTable':
    case 'info':
    case 'files':
      return CORRECT;
  }
}

const CORRECT: Judgement = { verdict: 'correct' };

/** Nearly all judgements of a quiet run, by hops: a run keeps one for each of its lookups, so they are shared. */
const QUICK: readonly Judgement[] = Array.from({ length: 65 }, (_, hops) => ({
  ...CORRECT,
  measures: { 'path length': hops, 'time-outs': 0 },
}));

function triesOf(route: Route): string {
  return `${route.hops} hops and ${route.timeouts} time-outs`;
}

function judgeOwner(owner: Peer, key: number, judged: Judged, atStart: Judged, world: World<ChordTypes>): Judgement {
  if (wasSuccessor(judged.timeline, atStart.timeline, key, owner)) return CORRECT;
  const { members } = judged.timeline;
  const right = members.length === 0 ? null : members[successorIndex(members, key)];
  const expected = right === null ? 'to nobody' : `to ${nameOf(world, right)}`;
  const isThere = world.alive(owner.address) && isMember(world.process(owner.address).state);
  const why = `key ${key} belongs ${expected}, the answer was ${nameOf(world, owner)}${isThere ? '' : ', which is gone'}`;
  return { verdict: isThere ? 'wrong' : 'stale', why };
}

function nameOf(world: World<ChordTypes>, peer: Peer): string {
  const { name } = world.process(peer.address);
  return name === String(peer.id) ? name : `${name} (${peer.id})`;
}

/** A file was not had. @param otherwise the verdict if somebody has it. */
function judgeMissing(
  name: string,
  route: Route,
  otherwise: 'false negative' | 'failed',
  judged: Judged,
  atStart: Judged,
  world: World<ChordTypes>,
): Judgement {
  const wasStored = isStored(atStart, route.key, name);
  if (!wasStored && otherwise === 'false negative') return CORRECT;
  const holder = holderOf(world, judged, route.key, name);
  if (wasStored && holder === null) return { verdict: 'lost', why: `nobody has ${name} any more` };
  const where = holder === null ? 'nobody has it' : `${nameOf(world, holder)} has it`;
  return { verdict: otherwise, why: `${name} was not found after ${triesOf(route)}; ${where}` };
}

function withMeasures(judgement: Judgement, outcome: Outcome, verifies: boolean): Judgement {
  if (judgement === CORRECT && outcome.kind === 'found' && !verifies) {
    const { hops, timeouts } = outcome.route;
    if (timeouts === 0 && hops < QUICK.length) return QUICK[hops];
  }
  const measures = measuresOf(outcome, verifies);
  return measures === null ? judgement : { ...judgement, measures };
}

function measuresOf(outcome: Outcome, verifies: boolean): Readonly<Record<string, number>> | null {
  switch (outcome.kind) {
    case 'found': {
      const { hops, timeouts, deadAnswers } = outcome.route;
      if (!verifies) return { 'path length': hops, 'time-outs': timeouts };
      return { 'path length': hops, 'time-outs': timeouts, 'dead answers': deadAnswers };
    }
    case 'notFound':
      return { 'time-outs': outcome.route.timeouts };
    case 'stored':
      return { holders: outcome.holders };
    default:
      return null;
  }
}
