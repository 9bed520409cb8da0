/** When two failures are one. */
import { describe, expect, test } from 'vitest';
import { kindOf, type Names } from '../../sim/explore/failure.ts';
import { Tally } from '../../sim/explore/tally.ts';
import { tried } from '../../sim/explore/trial.ts';
import { said, systems } from './support.ts';

const names: Names = {
  world: { named: (name) => (/^(n\d+|node-\d+|agent\d|49)$/.test(name) ? ({ role: 'peer' } as never) : undefined) },
  history: [{ operation: { kind: 'publish', area: 'sport', text: 'a b' } as never }],
};

describe('the kind of a failure is its message without', () => {
  test.each([
    ['names', 'n3 trusts n12, which is dead', 'peer trusts peer, which is dead'],
    ['how many there are', 'registered nowhere: node-1, node-2, node-3', 'registered nowhere: peer'],
    ['how many there are, in words', 'registered nowhere: node-1, node-2 and 3 more', 'registered nowhere: peer'],
    [
      'numbers',
      'version 4 of n2, which was made more than 2m25s ago',
      'version # of peer, which was made more than # ago',
    ],
    ['numbers with commas', '1,234 wrong', '# wrong'],
    [
      'what clients have named',
      'sport, which agent1 served, was assigned to agent2',
      '*, which peer served, was assigned to peer',
    ],
    [
      'words with digits',
      'http://host-6:8000/files/file-12.txt never had file-24.txt',
      'http://*:#/files/* never had *',
    ],
    [
      'what is behind the first line',
      'no order explains 1 of 41 operations:\n  a\n  b',
      'no order explains # of # operations:',
    ],
    ['remarks', 'published twice (2 such cases, this is the last)', 'published twice'],
    ['names that are numbers', '2 separate rings, through 49, 7 (3)', '# separate rings, through peer, #'],
    ['the length of a list of numbers', 'as #3, #4, #9', 'as #'],
  ])('%s', (_, message, kind) => {
    expect(kindOf(message, names)).toBe(kind);
  });

  test('nothing that tells two sorts apart', () => {
    expect(kindOf('n3 has n4, which is dead', names)).not.toBe(kindOf('n3 has n4, which is not registered', names));
    expect(kindOf('n3 lacks n4', names)).not.toBe(kindOf('n3 lacks itself', names));
  });
});

describe('a trial', () => {
  const text = `
system: gossip
variant: described
seed: 3
nodes: 3
duration: 4m
config: { t1: 20s, t3: 4s, expiry: 1m }
faults: [ { at: 2s, crash: n2 } ]
`;

  test('finds what does not hold, of what is expected', () => {
    const { failures } = tried(said(`${text}expect: [ { no zombie: always }, { version monotonic: always } ]`), {
      systems,
    });
    expect(failures.map(({ key, kind }) => [key, kind])).toEqual([
      ['no zombie: peer holds version # of peer, which was made more than # ago', 'safety'],
    ]);
  });

  test('takes a flaw that is meant to show for a failure too', () => {
    const shows = tried(said(`${text}expect: [ { no zombie: violated } ]`), { systems });
    expect(shows.failures.map(({ property }) => property)).toEqual(['no zombie']);
    const holds = tried(said(`${text}expect: [ { version monotonic: violated } ]`), { systems });
    expect(holds.failures).toEqual([]);
  });

  test('does not ask for metrics, nor for what should be seen at least once', () => {
    const { failures } = tried(said(`${text}expect: [ { dead entries: 0 }, { no zombie: sometimes } ]`), { systems });
    expect(failures).toEqual([]);
  });

  test('ends at the violation, unless it is told to go on', () => {
    const plain = said(`${text}expect: [ { no zombie: always } ]`);
    const [short, long] = [tried(plain, { systems }), tried(plain, { systems, toTheEnd: true })];
    expect(short.us).toBeLessThan(long.us);
    expect(long.us).toBe(240_000_000);
    expect(short.failures[0].key).toBe(long.failures[0].key);
  });

  test('that has more events than allowed knows nothing of the end', () => {
    const trial = tried(said(`${text}expect: [ { no zombie: stable by 4m } ]`), { systems, atMost: 50 });
    expect([trial.cutShort, trial.failures]).toEqual([true, []]);
  });

  test('says what is wrong with a scenario', () => {
    expect(() => tried(said('system: gossip\nduration: 1m\nnodes: 1'), { systems })).toThrow(/at least 2 peers/);
  });
});

test('a tally is the same whatever the order of seeds', () => {
  const failure = (key: string) =>
    ({ key, property: key, message: '', text: '', us: 0, event: 0, sinceUs: 0, kind: 'safety' }) as const;
  const results = [
    { seed: 1, failures: [failure('b')], events: 1, cutShort: false },
    { seed: 2, failures: [failure('a'), failure('b')], events: 2, cutShort: false },
    { seed: 3, failures: [], events: 3, cutShort: true },
    { seed: 4, failures: [failure('a')], events: 4, cutShort: false },
  ];
  const tallied = (order: readonly number[]) => {
    const tally = new Tally();
    for (const index of order) tally.add(results[index]);
    return {
      findings: tally.findings,
      seeds: tally.seeds,
      events: tally.events,
      cutShort: tally.cutShort,
      times: tally.times,
    };
  };
  const once = tallied([0, 1, 2, 3]);
  expect(once.findings.map(({ key, firstSeed, times }) => [key, firstSeed, times])).toEqual([
    ['b', 1, 2],
    ['a', 2, 2],
  ]);
  for (const order of [
    [3, 2, 1, 0],
    [2, 0, 3, 1],
    [1, 3, 0, 2],
  ])
    expect(tallied(order)).toEqual(once);
});
