// What the properties are made of, against the definitions read word by word.
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { between, betweenOrLast, fingerStart, ringSize } from '../../protocols/chord/identifiers.ts';
import { blankState, idealFingers, idealSuccessors, type PeerState } from '../../protocols/chord/state.ts';
import {
  bestSuccessors,
  firstDisorder,
  hasDuplicates,
  NONE,
  principalsOf,
  ringsOf,
  type Survey,
} from '../../protocols/chord/survey.ts';
import type { Peer } from '../../protocols/chord/values.ts';

const BITS = 5;
const SIZE = ringSize(BITS);
/** Whoever can be pointed at; the even ones may be members. */
const peers: readonly Peer[] = Array.from({ length: SIZE }, (_, id) => ({ id, address: id }));

function stateOf(me: Peer, successors: readonly Peer[]): PeerState {
  const boot = { me, members: null, index: 0, bootstraps: [], joinAfterUs: 0, directory: [], placed: [] };
  return { ...blankState(boot, []), phase: 'member', successors };
}

/** Members with lists of anybody, dead ones too. */
const survey: fc.Arbitrary<Survey> = fc.uniqueArray(fc.nat(SIZE - 1), { minLength: 1, maxLength: 9 }).chain((ids) => {
  const members = ids.sort((a, b) => a - b).map((id) => peers[id]);
  const entry = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...members) }, fc.constantFrom(...peers));
  return fc
    .array(fc.array(entry, { maxLength: 3 }), { minLength: members.length, maxLength: members.length })
    .map((lists) => ({
      members,
      states: members.map((me, i) => stateOf(me, lists[i])),
      positions: new Map(members.map((peer, i) => [peer.address, i])),
    }));
});

describe('rings', () => {
  test.prop([survey])('are those who reach themselves; the others reach one or are stranded', (seen) => {
    const best = bestSuccessors(seen);
    const { ringOf, count, stranded } = ringsOf(best);
    const reaches = (from: number, to: (at: number) => boolean) => {
      let at = best[from];
      for (let steps = 0; at !== NONE && steps <= seen.members.length; steps++) {
        if (to(at)) return true;
        at = best[at];
      }
      return false;
    };
    const onRing = seen.members.map((_, i) => reaches(i, (at) => at === i));
    expect([...ringOf].map((ring) => ring !== NONE)).toEqual(onRing);
    for (let a = 0; a < onRing.length; a++) {
      if (!onRing[a]) expect(stranded.includes(a)).toBe(!reaches(a, (at) => onRing[at]));
      for (let b = 0; b < onRing.length; b++) {
        if (onRing[a] && onRing[b]) expect(ringOf[a] === ringOf[b]).toBe(a === b || reaches(a, (at) => at === b));
      }
    }
    expect(count).toBe(new Set([...ringOf].filter((ring) => ring !== NONE)).size);
  });

  test.prop([survey])('a best successor is the first entry that is a member', (seen) => {
    const expected = seen.states.map((state) => {
      const first = state.successors.find((peer) => seen.members.includes(peer));
      return first === undefined ? NONE : seen.members.indexOf(first);
    });
    expect([...bestSuccessors(seen)]).toEqual(expected);
  });
});

describe('principals', () => {
  test.prop([survey])('are the members that no adjacent pair of any extended list skips', (seen) => {
    const skipped = (x: Peer) =>
      seen.states.some(({ me, successors }) => {
        const extended = [me, ...successors];
        return extended.slice(1).some((to, i) => between(extended[i].id, x.id, to.id));
      });
    expect(principalsOf(seen.members, seen.states).map((at) => seen.members[at])).toEqual(
      seen.members.filter((peer) => !skipped(peer)),
    );
  });
});

describe('lists', () => {
  const list = fc.array(fc.constantFrom(...peers), { maxLength: 4 });

  test.prop([fc.constantFrom(...peers), list])(
    'are in order if of any three entries the second lies between',
    (me, successors) => {
      const state = stateOf(me, successors);
      const extended = [me, ...successors].map((peer) => peer.id);
      fc.pre(!hasDuplicates(state));
      let ordered = true;
      for (let i = 0; i < extended.length; i++) {
        for (let j = i + 1; j < extended.length; j++) {
          for (let k = j + 1; k < extended.length; k++) {
            if (!between(extended[i], extended[j], extended[k])) ordered = false;
          }
        }
      }
      expect(firstDisorder(state, SIZE) === null).toBe(ordered);
    },
  );

  test.prop([fc.constantFrom(...peers), list])('have duplicates if two entries are equal', (me, successors) => {
    const ids = [me, ...successors].map((peer) => peer.id);
    expect(hasDuplicates(stateOf(me, successors))).toBe(new Set(ids).size < ids.length);
  });
});

describe('ideal tables', () => {
  const ids = fc.uniqueArray(fc.nat(SIZE - 1), { minLength: 1, maxLength: 12 });

  test.prop([ids, fc.constantFrom(...peers)])(
    'a finger is right if its start lies behind the member before it',
    (given, finger) => {
      const members = given.sort((a, b) => a - b).map((id) => peers[id]);
      fc.pre(members.includes(finger));
      const before = members[(members.indexOf(finger) + members.length - 1) % members.length];
      const fingers = idealFingers(members, 3, BITS, SIZE);
      for (let i = 0; i < BITS; i++) {
        expect(betweenOrLast(before.id, fingerStart(3, i, SIZE), finger.id)).toBe(finger === fingers[i]);
      }
    },
  );

  test.prop([ids, fc.nat(11), fc.integer({ min: 1, max: 14 })])(
    'a list goes round at most once',
    (given, at, length) => {
      const members = given.sort((a, b) => a - b).map((id) => peers[id]);
      const index = at % members.length;
      const list = idealSuccessors(members, index, length);
      expect(list.length).toBe(Math.min(length, members.length));
      expect(hasDuplicates(stateOf(members[index], list))).toBe(length >= members.length);
      expect(firstDisorder(stateOf(members[index], list), SIZE)).toBe(null);
    },
  );
});
