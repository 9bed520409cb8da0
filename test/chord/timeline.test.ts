// The judge's memory of the membership against a twin that keeps every membership there ever was.
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { successorIndex } from '../../protocols/chord/identifiers.ts';
import {
  isListed,
  type Timeline,
  timelineOf,
  wasSuccessor,
  withMember,
  withoutMember,
} from '../../protocols/chord/timeline.ts';
import type { Peer } from '../../protocols/chord/values.ts';

const peers: readonly Peer[] = Array.from({ length: 16 }, (_, i) => Object.freeze({ id: (i * 7) % 16, address: i }));

const change = fc.record({ at: fc.nat(15), joins: fc.boolean() });
const start = fc.uniqueArray(fc.nat(15), { minLength: 1, maxLength: 10 });

function play(first: readonly number[], changes: readonly { at: number; joins: boolean }[]): readonly Timeline[] {
  const sorted = first.map((i) => peers[i]).sort((a, b) => a.id - b.id);
  const history: Timeline[] = [timelineOf(sorted)];
  for (const { at, joins } of changes) {
    const now = history[history.length - 1];
    history.push(joins ? withMember(now, peers[at]) : withoutMember(now, peers[at]));
  }
  return history;
}

describe('a timeline', () => {
  test.prop([start, fc.array(change, { maxLength: 30 })])('keeps its members sorted, each once', (first, changes) => {
    for (const { members } of play(first, changes)) {
      const ids = members.map((peer) => peer.id);
      expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    }
  });

  test.prop([start, fc.array(change, { maxLength: 30 }), fc.nat(15), fc.nat(15), fc.nat(30)])(
    'knows who was the successor of a key at some instant since',
    (first, changes, key, asked, from) => {
      const history = play(first, changes);
      const since = Math.min(from, history.length - 1);
      const twin = history.slice(since).some(({ members }) => {
        return members.length > 0 && members[successorIndex(members, key)] === peers[asked];
      });
      expect(wasSuccessor(history[history.length - 1], history[since], key, peers[asked])).toBe(twin);
    },
  );

  test('is the same object when nothing changes', () => {
    const timeline = timelineOf([peers[0]]);
    expect(withMember(timeline, peers[0])).toBe(timeline);
    expect(withoutMember(timeline, peers[1])).toBe(timeline);
    expect([isListed(timeline, peers[0]), isListed(timeline, peers[1])]).toEqual([true, false]);
  });
});
