// Single steps of the three machines, as transcripts.

import { describe, expect, test } from 'vitest';
import { holdersOf } from '../../protocols/common/holder-index.ts';
import { balancerAt, peerAt, superpeerAt, told } from './stage.ts';

describe('the balancer', () => {
  test('hands peers to each live superpeer in turn', () => {
    const b = balancerAt();
    expect([b.hands(), b.hands(), b.hands(), b.hands(), b.hands()]).toEqual([[0], [1], [2], [3], [0]]);
    expect(told(b.loses(1))).toEqual(['note dropped']);
    expect([b.hands(), b.hands(), b.hands(), b.hands()]).toEqual([[2], [3], [0], [2]]);
    expect(told(b.hears(1, 0))).toEqual(['note back']);
    expect([b.hands(), b.hands(), b.hands()]).toEqual([[3], [0], [1]]);
  });

  test('or to the one with the fewest peers, counting those that it handed out since the last ping', () => {
    const b = balancerAt({ balance: 'leastLoaded' });
    [5, 2, 3, 9].forEach((peers, superpeer) => {
      b.hears(superpeer, peers);
    });
    expect([b.hands(), b.hands(), b.hands(), b.hands()]).toEqual([[1], [1], [2], [1]]);
  });

  test('hands out a group of partners while one of them lives', () => {
    const b = balancerAt({ redundancy: 2 });
    b.loses(0);
    expect([b.hands(), b.hands(), b.hands()]).toEqual([
      [0, 1],
      [2, 3],
      [0, 1],
    ]);
    b.loses(1);
    expect([b.hands(), b.hands()]).toEqual([
      [2, 3],
      [2, 3],
    ]);
  });

  test('has none to give when all are dead', () => {
    const b = balancerAt({ superpeers: 1 });
    b.loses(0);
    expect(b.hands()).toBeNull();
  });
});

describe('a superpeer', () => {
  test('answers from its own index', () => {
    const s = superpeerAt('described');
    s.registers(9, ['a']);
    expect(told(s.isAsked(7, 'a'))).toEqual(['reply 7 {"kind":"hit","peer":9}']);
  });

  test('described: asks the others in turn, the first hit wins', () => {
    const s = superpeerAt('described');
    expect(told(s.isAsked(7, 'a'))).toEqual(['note forwarded', 'request lookup of 1']);
    expect(told(s.hears(1, { kind: 'miss', incomplete: false }, 1))).toEqual(['request lookup of 2']);
    expect(told(s.hears(2, { kind: 'hit', peer: 12 }, 1))).toEqual([
      'note foundElsewhere',
      'cancelTimer searchDeadline',
      'reply 7 {"kind":"hit","peer":12}',
    ]);
    expect(s.state.searches).toEqual([]);
  });

  test('flaw 3, described: waits a full time-out for each that has died, one after the other', () => {
    const s = superpeerAt('described');
    s.isAsked(7, 'a');
    expect(told(s.misses(1, 1))).toEqual(['request lookup of 2']);
    expect(told(s.misses(2, 1))).toEqual(['request lookup of 3']);
    // Flaw 4: nothing says that nobody was reached.
    expect(told(s.misses(3, 1))).toContain('reply 7 {"kind":"miss","incomplete":false}');
  });

  test('hardened: asks all at once, with a deadline, and says if the answer is incomplete', () => {
    const s = superpeerAt('hardened');
    expect(told(s.isAsked(7, 'a'))).toEqual([
      'note forwarded',
      'setTimer searchDeadline 2000ms',
      'request lookup of 1',
      'request lookup of 2',
      'request lookup of 3',
    ]);
    s.hears(1, { kind: 'miss', incomplete: false }, 1);
    expect(told(s.gets({ kind: 'timer', timer: { kind: 'searchDeadline', search: 1 } }))).toContain(
      'reply 7 {"kind":"miss","incomplete":true}',
    );
    // What comes later finds nobody waiting.
    expect(s.hears(2, { kind: 'hit', peer: 12 }, 1)).toEqual([]);
  });

  test('hardened: "not found" is complete if all have answered', () => {
    const s = superpeerAt('hardened');
    s.isAsked(7, 'a');
    for (const other of [1, 2]) s.hears(other, { kind: 'miss', incomplete: false }, 1);
    expect(told(s.hears(3, { kind: 'miss', incomplete: false }, 1))).toContain(
      'reply 7 {"kind":"miss","incomplete":false}',
    );
  });

  test('does not ask one that did not answer a ping, until it answers again', () => {
    const s = superpeerAt('hardened');
    expect(told(s.gets({ kind: 'failure', to: 2, reason: 'timeout', tag: { kind: 'ping' } }))).toEqual([
      'note dropped',
    ]);
    expect(told(s.isAsked(7, 'a')).slice(2)).toEqual(['request lookup of 1', 'request lookup of 3']);
    for (const other of [1, 3]) s.hears(other, { kind: 'miss', incomplete: false }, 1);
    expect(s.state.searches).toEqual([]);
    const pong = { kind: 'reply', from: 2, message: { kind: 'pong', peers: 4 }, tag: { kind: 'ping' } } as const;
    expect(told(s.gets(pong, 77))).toEqual(['note back']);
    expect(s.state.others[1]).toEqual({ superpeer: 2, active: true, lastAnsweredUs: 77, peers: 4 });
    expect(told(s.isAsked(8, 'a')).slice(2)).toContain('request lookup of 2');
  });

  test('one that is asked looks only in its own index', () => {
    const s = superpeerAt('described');
    s.registers(9, ['a']);
    const query = { origin: 1, startedAtUs: 0, number: 1 };
    const lookup = (name: string) =>
      s.gets({ kind: 'request', from: 1, id: 5, message: { kind: 'lookup', name, ttl: 1, query } });
    expect(told(lookup('a'))).toEqual(['reply 5 {"kind":"hit","peer":9}']);
    expect(told(lookup('b'))).toEqual(['reply 5 {"kind":"miss","incomplete":false}']);
  });

  test('with a longer ttl it forwards a query once, to all but the one that it came from', () => {
    const s = superpeerAt('hardened', { ttl: 3, topology: 'ring' });
    const query = { origin: 1, startedAtUs: 0, number: 1 };
    const lookup = (from: number) =>
      s.gets({ kind: 'request', from, id: 5, message: { kind: 'lookup', name: 'a', ttl: 2, query } });
    expect(told(lookup(1)).filter((text) => text.startsWith('request'))).toEqual([
      'request lookup of 2',
      'request lookup of 3',
    ]);
    expect(told(lookup(3))).toEqual(['reply 5 {"kind":"miss","incomplete":false}']);
  });

  test('asks both of two partners before it says that nothing is found', () => {
    const s = superpeerAt('hardened', { redundancy: 2 });
    s.gets({ kind: 'reply', from: 1, message: { kind: 'indexCopy', registrations: [] }, tag: { kind: 'copyIndex' } });
    const asked = told(s.isAsked(7, 'a')).filter((text) => text.startsWith('request'));
    expect(asked).toEqual(['request lookup of 1', 'request lookup of 3']);
    s.hears(1, { kind: 'miss', incomplete: false }, 1);
    expect(told(s.hears(3, { kind: 'miss', incomplete: false }, 1))).toEqual(['request lookup of 2']);
    expect(told(s.hears(2, { kind: 'miss', incomplete: false }, 1))).toContain(
      'reply 7 {"kind":"miss","incomplete":false}',
    );
  });

  test('described: one of two partners speaks for both, the other if it does not answer', () => {
    const s = superpeerAt('described', { redundancy: 2 });
    expect(told(s.isAsked(7, 'a'))).toEqual(['note forwarded', 'request lookup of 3']);
    expect(told(s.misses(3, 1))).toEqual(['request lookup of 2']);
    expect(told(s.hears(2, { kind: 'miss', incomplete: false }, 1))).toContain(
      'reply 7 {"kind":"miss","incomplete":false}',
    );
  });

  test('one that restarts copies the index of its partner, and what it misses meanwhile is incomplete', () => {
    const s = superpeerAt('hardened', { redundancy: 2, superpeers: 2 });
    expect(told(s.start as never)).toContain('request copyIndex of 1');
    s.isAsked(7, 'a');
    expect(told(s.hears(1, { kind: 'miss', incomplete: false }, 1))).toContain(
      'reply 7 {"kind":"miss","incomplete":true}',
    );
    s.registers(9, ['new'], 6);
    const registrations = [
      { peer: 8, name: 'peer-8', version: 3, resources: ['a'] },
      { peer: 9, name: 'peer-9', version: 5, resources: ['old'] },
    ];
    s.gets({ kind: 'reply', from: 1, message: { kind: 'indexCopy', registrations }, tag: { kind: 'copyIndex' } });
    expect(['a', 'new', 'old'].map((name) => holdersOf(s.state.index, name).length)).toEqual([1, 1, 0]);
    s.isAsked(8, 'b');
    expect(told(s.hears(1, { kind: 'miss', incomplete: false }, 2))).toContain(
      'reply 8 {"kind":"miss","incomplete":false}',
    );
  });

  test('stores an upload on the peer that has the fewest, and indexes it before it answers', () => {
    const s = superpeerAt('described');
    s.registers(9, ['a', 'b']);
    s.registers(10, ['c']);
    s.registers(11, []);
    const upload = { kind: 'upload', name: 'new', bytes: 1 } as const;
    const [store] = s.gets({ kind: 'request', from: 11, id: 5, message: upload });
    expect(told([store])).toEqual(['request store of 10']);
    const stored = { kind: 'stored', version: null, resources: ['c', 'new'] } as const;
    const effects = s.gets({ kind: 'reply', from: 10, message: stored, tag: store.tag as never });
    expect(told(effects)).toEqual(['reply 5 {"kind":"uploaded","peer":10}']);
    expect(holdersOf(s.state.index, 'new').map(({ holder }) => holder)).toEqual([10]);
  });

  test('hardened: pings its peers, and drops one that misses two in a row or belongs elsewhere', () => {
    const s = superpeerAt('hardened');
    s.registers(9, ['a'], 1);
    s.registers(10, ['a'], 1);
    expect(told(s.gets({ kind: 'timer', timer: { kind: 'pingPeers' } }))).toEqual([
      'request ping of 9',
      'request ping of 10',
      'setTimer pingPeers 2000ms',
    ]);
    const tag = (peer: number) => ({ kind: 'pingPeer', peer, registration: peer - 8 }) as const;
    expect(told(s.gets({ kind: 'reply', from: 10, message: { kind: 'notYours' }, tag: tag(10) }))).toEqual([
      'note released',
    ]);
    s.gets({ kind: 'failure', to: 9, reason: 'timeout', tag: tag(9) });
    expect(told(s.gets({ kind: 'failure', to: 9, reason: 'timeout', tag: tag(9) }))).toEqual(['note removed']);
    expect([s.state.registrations, s.state.index.byKey, s.state.strikes]).toEqual([null, null, null]);
  });

  test('described: pings nobody but superpeers', () => {
    expect(told(superpeerAt('described').start as never)).toEqual(['setTimer ping 1000ms']);
  });

  test('says goodbye when it leaves', () => {
    const s = superpeerAt('described');
    s.registers(9, ['a']);
    expect(told(s.gets({ kind: 'leave' }))).toEqual([
      'send goodbye to 9',
      'send goodbye to 1',
      'send goodbye to 2',
      'send goodbye to 3',
      'send goodbye to 4',
      'exit',
    ]);
  });
});

describe('a peer', () => {
  test('asks the balancer, writes down where it belongs, and registers there', () => {
    const p = peerAt('described');
    expect(told(p.start as never)).toEqual(['save', 'setTimer keepAlive 0.001ms', 'request assign of 4']);
    expect(told(p.isAssigned(2))).toEqual(['save', 'request register of 2']);
    p.isRegistered(2);
    expect(p.state).toMatchObject({ phase: 'home', settled: true });
  });

  test('without a balancer takes its list', () => {
    expect(told(peerAt('described', { balancer: false }).start as never)).toContain('request register of 0');
  });

  test('asks its superpeer whether it is still there', () => {
    const p = peerAt('described');
    p.isAssigned(2);
    p.isRegistered(2);
    expect(told(p.keepsAlive())).toEqual(['setTimer keepAlive 2000ms', 'request keepAlive of 2']);
  });

  test('flaw 1, described: shuts itself down when its superpeer refuses connections', () => {
    const p = peerAt('described');
    p.isAssigned(2);
    p.isRegistered(2);
    expect(told(p.loses(2, 'refused'))).toEqual(['note shutDown', 'exit']);
  });

  test('described: shuts itself down after two time-outs in a row, not after one', () => {
    const p = peerAt('described');
    p.isAssigned(2);
    p.isRegistered(2);
    expect(told(p.loses(2, 'timeout'))).toEqual([]);
    p.gets({ kind: 'reply', from: 2, message: { kind: 'stillHere' }, tag: { kind: 'keepAlive', epoch: 1 } });
    expect(told(p.loses(2, 'timeout'))).toEqual([]);
    expect(told(p.loses(2, 'timeout'))).toEqual(['note shutDown', 'exit']);
  });

  test('described: shuts itself down when its superpeer has come back and does not know it', () => {
    const p = peerAt('described');
    p.isAssigned(2);
    p.isRegistered(2);
    const unknown = {
      kind: 'reply',
      from: 2,
      message: { kind: 'unknownPeer' },
      tag: { kind: 'keepAlive', epoch: 1 },
    } as const;
    expect(told(p.gets(unknown))).toEqual(['note shutDown', 'exit']);
  });

  test('hardened: registers again when its superpeer does not know it', () => {
    const p = peerAt('hardened');
    p.isAssigned(2);
    p.isRegistered(2);
    const unknown = {
      kind: 'reply',
      from: 2,
      message: { kind: 'unknownPeer' },
      tag: { kind: 'keepAlive', epoch: 1 },
    } as const;
    expect(told(p.gets(unknown))).toEqual(['request register of 2']);
  });

  test('hardened: looks for another superpeer at once when its own is gone for certain', () => {
    const p = peerAt('hardened');
    p.isAssigned(2);
    p.isRegistered(2);
    expect(told(p.loses(2, 'refused'))).toEqual(['note orphaned', 'request assign of 4']);
    expect(told(p.isAssigned(3))).toEqual(['save', 'request register of 3']);
  });

  test('hardened: waits until the other must have struck it out when it only does not answer', () => {
    const p = peerAt('hardened');
    p.isAssigned(2);
    p.isRegistered(2);
    // The superpeer has learned of it last by a ping at 10 s; two periods of 2 s, a time-out and a request's time later it has forgotten it.
    p.gets({ kind: 'request', from: 2, id: 1, message: { kind: 'ping' } }, 10_000_000);
    p.loses(2, 'timeout', 1, 12_000_000);
    expect(told(p.loses(2, 'timeout', 1, 13_000_000))).toEqual(['note orphaned', 'setTimer seek 3000ms']);
    // And if it hears of it meanwhile, it tells it.
    expect(told(p.gets({ kind: 'request', from: 2, id: 2, message: { kind: 'ping' } }))).toEqual([
      'reply 2 {"kind":"notYours"}',
    ]);
    expect(told(p.gets({ kind: 'timer', timer: { kind: 'seek' } }))).toEqual(['request assign of 4']);
  });

  test('hardened: a failure from before the last registration proves nothing', () => {
    const p = peerAt('hardened');
    p.isAssigned(2);
    p.isRegistered(2);
    p.gets({ kind: 'operation', id: 1, operation: { kind: 'addResource', name: 'x' } });
    p.isRegistered(2, 2);
    expect(p.loses(2, 'reset', 1)).toEqual([]);
    expect(p.state.partners[0]).toMatchObject({ lost: false, misses: 0 });
  });

  test('hardened: after a restart it goes back to the superpeer that it had', () => {
    const p = peerAt('hardened', {}, { resources: ['own'], starts: 3, home: [2] });
    expect(told(p.start as never)).toEqual(['save', 'setTimer keepAlive 0.001ms', 'save', 'request register of 2']);
    expect(p.state.version).toBe(4_000_000);
  });

  test('with two partners it registers with both, and searches through the one that lives', () => {
    const p = peerAt('hardened', { redundancy: 2 });
    expect(told(p.isAssigned(2, 3))).toEqual(['save', 'request register of 2', 'request register of 3']);
    p.isRegistered(2);
    p.isRegistered(3);
    expect(told(p.loses(2, 'refused'))).toEqual([]);
    expect(told(p.gets({ kind: 'operation', id: 1, operation: { kind: 'search', name: 'a' } }))).toEqual([
      'request search of 3',
    ]);
    // It is tried again with each keep-alive: it may come back.
    expect(told(p.keepsAlive())).toEqual([
      'setTimer keepAlive 2000ms',
      'request keepAlive of 3',
      'request register of 2',
    ]);
  });

  test('completes a change when every live partner knows of it', () => {
    const p = peerAt('hardened', { redundancy: 2 });
    p.isAssigned(2, 3);
    p.isRegistered(2);
    p.isRegistered(3);
    expect(told(p.gets({ kind: 'operation', id: 1, operation: { kind: 'addResource', name: 'x' } }))).toEqual([
      'save',
      'request register of 2',
      'request register of 3',
    ]);
    expect(told(p.isRegistered(2, 2))).toEqual([]);
    expect(told(p.isRegistered(3, 2))).toEqual(['complete 1 {"kind":"indexed"}']);
  });

  test('leaves by unregistering, after the registration that is on its way', () => {
    const p = peerAt('described');
    p.isAssigned(2);
    expect(p.gets({ kind: 'leave' })).toEqual([]);
    expect(told(p.isRegistered(2))).toEqual(['request unregister of 2']);
    const gone = { kind: 'reply', from: 2, message: { kind: 'unregistered' }, tag: { kind: 'unregister' } } as const;
    expect(told(p.gets(gone))).toEqual(['exit']);
  });

  test('downloads from the peer that is found, which takes the time of a transfer', () => {
    const p = peerAt('described');
    p.isAssigned(2);
    p.isRegistered(2);
    const [search] = p.gets({ kind: 'operation', id: 1, operation: { kind: 'download', name: 'a' } });
    const hit = { kind: 'reply', from: 2, message: { kind: 'hit', peer: 12 }, tag: search.tag as never } as const;
    expect(told(p.gets(hit))).toEqual(['note answered', 'request fetch of 12']);
    const file = { kind: 'file', name: 'a', bytes: 1 } as const;
    const fetched = { kind: 'reply', from: 12, message: file, tag: { kind: 'fetch', operation: 1 } } as const;
    expect(told(p.gets(fetched))).toEqual(['complete 1 {"kind":"downloaded","from":12}']);
    expect(told(p.gets({ kind: 'request', from: 13, id: 6, message: { kind: 'fetch', name: 'own' } }))).toEqual([
      'setTimer transferred 200ms',
    ]);
    const transferred = { kind: 'transferred', request: 6, name: 'own' } as const;
    expect(told(p.gets({ kind: 'timer', timer: transferred }))).toEqual([
      'reply 6 {"kind":"file","name":"own","bytes":1000000}',
    ]);
  });
});
