// Single steps of the two machines: what a node and a supernode do, as transcripts.

import { describe, expect, test } from 'vitest';
import type { Quest } from '../../protocols/supernode/messages.ts';
import { idFor, nodeAt, supernodeAt, told } from './stage.ts';

const a = idFor('a');
const b = idFor('b');

describe('a supernode', () => {
  test('answers from its own index without a word to the group', () => {
    const s = supernodeAt('described');
    s.registers(2, 'a');
    expect(told(s.isAsked(7, 3, 'a'))).toEqual([
      'reply 7 {"kind":"searched","answers":[{"id":"#a","locations":["http://n2:8000/files/a"],"via":"index"}]}',
    ]);
    expect(s.state.searches).toEqual([]);
  });

  test('asks the group for what it does not have, and waits', () => {
    const s = supernodeAt('described');
    expect(told(s.isAsked(7, 3, 'a'))).toEqual([
      'multicast supernode-1;20;#a',
      'note told',
      'setTimer searchDeadline 1',
    ]);
    expect(told(s.hears(`supernode-2;21;http://n5:8000/files/a`))).toEqual([
      'cancelTimer searchDeadline 1',
      'reply 7 {"kind":"searched","answers":[{"id":"#a","locations":["http://n5:8000/files/a"],"via":"group"}]}',
    ]);
  });

  test('is told of several at once, and answers when all are settled', () => {
    const s = supernodeAt('described');
    s.registers(2, 'b');
    expect(told(s.isAsked(7, 3, 'a', 'b', 'c'))).toEqual([
      'multicast supernode-1;20;#a',
      'note told',
      'multicast supernode-1;20;#c',
      'note told',
      'setTimer searchDeadline 1',
    ]);
    expect(told(s.hears(`supernode-2;22;${idFor('c')}`))).toEqual([]);
    expect(told(s.hears('supernode-2;21;http://n5:8000/files/a'))).toEqual([
      'cancelTimer searchDeadline 1',
      'reply 7 {"kind":"searched","answers":[' +
        '{"id":"#a","locations":["http://n5:8000/files/a"],"via":"group"},' +
        '{"id":"#b","locations":["http://n2:8000/files/b"],"via":"index"},' +
        '{"id":"#c","locations":[],"via":"group"}]}',
    ]);
  });

  test('flaw 1: takes an answer for the oldest search that waits, since it does not say what it answers', () => {
    const s = supernodeAt('described');
    s.isAsked(7, 3, 'a');
    s.isAsked(8, 4, 'b');
    expect(told(s.hears('supernode-2;21;http://n5:8000/files/b'))[1]).toBe(
      'reply 7 {"kind":"searched","answers":[{"id":"#a","locations":["http://n5:8000/files/b"],"via":"group"}]}',
    );
  });

  test('hardened: an answer settles what it answers, and nothing else', () => {
    const s = supernodeAt('hardened');
    for (const node of [3, 4]) s.registers(node);
    s.isAsked(7, 3, 'a');
    s.isAsked(8, 4, 'b');
    expect(told(s.hears(`supernode-2;21;http://n5:8000/files/b;${b}`))[1]).toBe(
      'reply 8 {"kind":"searched","answers":[{"id":"#b","locations":["http://n5:8000/files/b"],"via":"group"}]}',
    );
    expect(s.state.searches.map((search) => search.request)).toEqual([7]);
  });

  test('answers a query with 21 or 22', () => {
    const s = supernodeAt('described');
    s.registers(2, 'a');
    expect(told(s.hears(`supernode-2;20;${a}`))[0]).toBe('multicast supernode-1;21;http://n2:8000/files/a');
    expect(told(s.hears(`supernode-2;20;${b}`))[0]).toBe('multicast supernode-1;22;#b');
  });

  test('hardened: tells every location that it knows, each with the id', () => {
    const s = supernodeAt('hardened');
    s.registers(2, 'a');
    s.registers(3, 'a');
    expect(told(s.hears(`supernode-2;20;${a}`)).filter((text) => text.startsWith('multicast'))).toEqual([
      'multicast supernode-1;21;http://n2:8000/files/a;#a',
      'multicast supernode-1;21;http://n3:8000/files/a;#a',
    ]);
  });

  test('hears its own multicast and ignores it', () => {
    const s = supernodeAt('described');
    s.registers(2, 'a');
    expect(s.hears(`supernode-1;20;${a}`)).toEqual([]);
    s.isAsked(7, 3, 'b');
    expect(s.hears(`supernode-1;22;${b}`)).toEqual([]);
    expect(s.state.loopbacks).toBe(2);
    expect(s.state.searches).toHaveLength(1);
  });

  test('drops a malformed datagram and counts it', () => {
    const s = supernodeAt('described');
    expect(told(s.hears('supernode-2;20;no hash'))).toEqual(['note malformed']);
    s.hears('');
    expect(s.state.malformed).toBe(2);
  });

  test('flaw 2: at the deadline it is "not found", whatever was lost', () => {
    const s = supernodeAt('described');
    s.isAsked(7, 3, 'a');
    expect(told(s.gets({ kind: 'timer', timer: { kind: 'searchDeadline', search: 1 } }))).toEqual([
      'reply 7 {"kind":"searched","answers":[{"id":"#a","locations":[],"via":"group"}]}',
    ]);
  });

  test('hardened: asks again as often as `retries` says, and for what is missing only', () => {
    const s = supernodeAt('hardened');
    s.registers(3);
    s.isAsked(7, 3, 'a', 'b');
    s.hears(`supernode-2;21;http://n5:8000/files/b;${b}`);
    const deadline = { kind: 'timer', timer: { kind: 'searchDeadline', search: 1 } } as const;
    const again = ['multicast supernode-1;20;#a', 'note told', 'setTimer searchDeadline 1'];
    expect(told(s.gets(deadline))).toEqual(again);
    expect(told(s.gets(deadline))).toEqual(again);
    expect(told(s.gets(deadline))[0]).toMatch(/^reply 7/);
    expect(told(s.gets(deadline))).toEqual([]);
  });

  test('a node that misses two checks in a row is removed, with every location', () => {
    const s = supernodeAt('described');
    s.registers(2, 'a', 'b');
    const tag = { kind: 'check', node: 2, registration: 1, run: null, reported: false } as const;
    const missed = { kind: 'failure', to: 2, reason: 'timeout', tag } as const;
    const answered = { kind: 'reply', from: 2, message: { kind: 'healthy' }, tag } as const;
    expect(told(s.gets({ kind: 'timer', timer: { kind: 'evaluate' } }))).toEqual([
      'request health of 2',
      'setTimer evaluate 0',
    ]);
    expect(told(s.gets(missed))).toEqual(['note missed']);
    // An answer in between: the misses are not in a row.
    expect(told(s.gets(answered))).toEqual([]);
    expect(told(s.gets(missed))).toEqual(['note missed']);
    expect(told(s.gets(missed))).toEqual(['note missed', 'note removed']);
    expect([s.state.registrations, s.state.index]).toEqual([null, { byHolder: null, byKey: null }]);
  });

  test('a check of an earlier registration says nothing of the present one', () => {
    const s = supernodeAt('described');
    s.registers(2, 'a');
    s.registers(2, 'a', 'b');
    const tag = { kind: 'check', node: 2, registration: 1, run: null, reported: false } as const;
    expect(told(s.gets({ kind: 'failure', to: 2, reason: 'refused', tag }))).toEqual([]);
    expect(s.state.strikes).toBeNull();
  });

  test('an evaluation on demand is answered when every node has answered or not', () => {
    const s = supernodeAt('described');
    s.registers(2, 'a');
    s.registers(3);
    expect(told(s.gets({ kind: 'operation', id: 9, operation: { kind: 'evaluate' } }))).toEqual([
      'request health of 2',
      'request health of 3',
    ]);
    const check = (node: number) => ({ kind: 'check', node, registration: node - 1, run: 9, reported: false }) as const;
    expect(told(s.gets({ kind: 'reply', from: 2, message: { kind: 'healthy' }, tag: check(2) }))).toEqual([]);
    expect(told(s.gets({ kind: 'failure', to: 3, reason: 'timeout', tag: check(3) }))).toEqual([
      'note missed',
      'complete 9 {"kind":"evaluated","names":["n2","n3"]}',
    ]);
    expect(s.state.runs).toEqual([]);
  });

  test('where misses count at the next evaluation, a failed check waits for it', () => {
    const s = supernodeAt('described', {}, { missCounted: 'atNextEvaluation', strikes: 1 });
    s.registers(2, 'a');
    const tag = { kind: 'check', node: 2, registration: 1, run: null, reported: false } as const;
    expect(told(s.gets({ kind: 'failure', to: 2, reason: 'timeout', tag }))).toEqual([]);
    expect(told(s.gets({ kind: 'timer', timer: { kind: 'evaluate' } }))).toEqual([
      'note missed',
      'note removed',
      'setTimer evaluate 0',
    ]);
  });

  test('hardened: does not know a node that is not registered', () => {
    expect(told(supernodeAt('hardened').isAsked(7, 3, 'a'))).toEqual(['reply 7 {"kind":"unknownNode"}']);
  });

  test('hardened: checks a node whose location was reported dead at once, but once', () => {
    const s = supernodeAt('hardened');
    const location = 'http://host-2:8000/files/a';
    const resources = [{ key: a, location }];
    s.gets({ kind: 'request', from: 2, id: 1, message: { kind: 'register', name: 'node-1', version: 1, resources } });
    const report = { kind: 'request', from: 3, id: 5, message: { kind: 'report', location } } as const;
    expect(told(s.gets(report))).toEqual(['reply 5 {"kind":"reportTaken"}', 'request health of 2']);
    expect(told(s.gets(report))).toEqual(['reply 5 {"kind":"reportTaken"}']);
  });

  test('hardened: a registration that comes late does not undo a newer one', () => {
    const s = supernodeAt('hardened');
    const registration = (version: number, location: string) =>
      ({
        kind: 'request',
        from: 2,
        id: version,
        message: { kind: 'register', name: 'node-1', version, resources: [{ key: a, location }] },
      }) as const;
    s.gets(registration(5, 'http://host-2:8000/files/new'));
    const before = s.state;
    expect(told(s.gets(registration(4, 'http://host-2:8000/files/old')))).toEqual(['reply 4 {"kind":"registered"}']);
    expect(s.state).toBe(before);
  });
});

describe('a node', () => {
  test('saves its files and registers when it starts', () => {
    const n = nodeAt('described');
    expect(told(n.start)).toEqual(['save', 'request register of 0']);
    expect(told(n.isRegistered())).toEqual([]);
    expect(n.state.registered).toBe(true);
  });

  test('finds its own files without asking', () => {
    const n = nodeAt('described');
    expect(told(n.isAskedFor(1, 'own.txt'))).toEqual([
      'note answered',
      'complete 1 {"kind":"found","location":"http://host-2:8000/files/own.txt"}',
    ]);
  });

  test('asks its supernode for the rest, and hands the first location on', () => {
    const n = nodeAt('described');
    const [ask] = n.isAskedFor(1, 'own.txt', 'a');
    expect(told([ask])).toEqual(['request search of 0']);
    expect(ask.value).toEqual({ kind: 'search', ids: [a], except: [] });
    const quest = (ask.tag as { readonly quest: Quest }).quest;
    const answers = [
      { id: a, locations: ['http://host-3:8000/files/a', 'http://host-3:8001/files/a'], via: 'index' },
    ] as const;
    const tag = { kind: 'search', quest } as const;
    expect(told(n.gets({ kind: 'reply', from: 0, message: { kind: 'searched', answers }, tag }))).toEqual([
      'note answered',
      'complete 1 {"kind":"foundMany","findings":[' +
        '{"id":"#own.txt","location":"http://host-2:8000/files/own.txt"},' +
        '{"id":"#a","location":"http://host-3:8000/files/a"}]}',
    ]);
  });

  test('hardened: tries the location first, reports a dead one, tries the next', () => {
    const n = nodeAt('hardened');
    n.isRegistered();
    const [ask] = n.isAskedFor(1, 'a');
    const answers = [
      { id: a, locations: ['http://host-3:8000/files/a', 'http://host-3:8001/files/a'], via: 'index' },
    ] as const;
    const [first] = n.gets({
      kind: 'reply',
      from: 0,
      message: { kind: 'searched', answers },
      tag: ask.tag as never,
    });
    expect(told([first])).toEqual(['request fetch of 3']);
    const tried = n.gets({ kind: 'failure', to: 3, reason: 'refused', tag: first.tag as never });
    expect(told(tried)).toEqual(['note deadLocation', 'request report of 0', 'request fetch of 4']);
    const content = 'content of a';
    const file = { kind: 'reply', from: 4, message: { kind: 'file', content }, tag: tried[2].tag as never } as const;
    expect(told(n.gets(file))).toEqual([
      'note answered',
      'complete 1 {"kind":"found","location":"http://host-3:8001/files/a"}',
    ]);
  });

  test('hardened: another content is not what was looked for, and when all are dead it asks again without them', () => {
    const n = nodeAt('hardened');
    n.isRegistered();
    const [ask] = n.isAskedFor(1, 'a');
    const answers = [{ id: a, locations: ['http://host-3:8000/files/a'], via: 'group' }] as const;
    const [first] = n.gets({ kind: 'reply', from: 0, message: { kind: 'searched', answers }, tag: ask.tag as never });
    const message = { kind: 'file', content: 'content of b' } as const;
    const again = n.gets({ kind: 'reply', from: 3, message, tag: first.tag as never });
    expect(told(again)).toEqual(['note deadLocation', 'request report of 0', 'request search of 0']);
    expect(again[2].value).toEqual({ kind: 'search', ids: [a], except: ['http://host-3:8000/files/a'] });
    const none = [{ id: a, locations: [], via: 'group' }] as const;
    const last = {
      kind: 'reply',
      from: 0,
      message: { kind: 'searched', answers: none },
      tag: again[2].tag as never,
    } as const;
    expect(told(n.gets(last))).toEqual(['note answered', 'complete 1 {"kind":"notFound"}']);
  });

  test('flaw 5: a supernode that is down is a failure', () => {
    const n = nodeAt('described');
    n.isRegistered();
    const [ask] = n.isAskedFor(1, 'a');
    expect(told(n.gets({ kind: 'failure', to: 0, reason: 'refused', tag: ask.tag as never }))).toEqual([
      'note answered',
      'complete 1 {"kind":"failed","reason":"its supernode did not answer: refused"}',
    ]);
  });

  test('hardened: goes to the next supernode of its list, registers, and goes on with the search', () => {
    const n = nodeAt('hardened');
    n.isRegistered();
    const [ask] = n.isAskedFor(1, 'a');
    expect(told(n.gets({ kind: 'failure', to: 0, reason: 'refused', tag: ask.tag as never }))).toEqual([
      'request register of 1',
    ]);
    expect(told(n.isRegistered(1))).toEqual(['cancelTimer register 0', 'setTimer forgotten 0', 'request search of 1']);
    expect(n.state.parked).toEqual([]);
  });

  test('hardened: is told that it is unknown, registers again, and goes on with the search', () => {
    const n = nodeAt('hardened');
    n.isRegistered();
    const [ask] = n.isAskedFor(1, 'a');
    const unknown = { kind: 'reply', from: 0, message: { kind: 'unknownNode' }, tag: ask.tag as never } as const;
    expect(told(n.gets(unknown))).toEqual(['request register of 0']);
    expect(told(n.isRegistered())).toContain('request search of 0');
  });

  test('hardened: registers again when nobody has checked it for long', () => {
    const n = nodeAt('hardened');
    n.isRegistered();
    expect(told(n.gets({ kind: 'timer', timer: { kind: 'forgotten' } }))).toEqual(['request register of 0']);
    expect(n.state.registered).toBe(false);
  });

  test('never has two registrations on their way', () => {
    const n = nodeAt('described');
    const add = (id: number, name: string) =>
      n.gets({ kind: 'operation', id, operation: { kind: 'addResource', file: { name, content: name } } });
    expect(told(add(1, 'x'))).toEqual(['save']);
    expect(told(add(2, 'y'))).toEqual(['save']);
    const effects = n.isRegistered();
    expect(told(effects)).toEqual(['request register of 0']);
    expect((effects[0].value as { readonly resources: readonly unknown[] }).resources).toHaveLength(3);
    expect(told(n.isRegistered()).map((text) => text.slice(0, 27))).toEqual([
      'complete 1 {"kind":"added",',
      'complete 2 {"kind":"added",',
    ]);
  });

  test('hardened: tells a supernode that it has left that it is registered elsewhere', () => {
    const n = nodeAt('hardened');
    n.isRegistered();
    const health = (from: number) => n.gets({ kind: 'request', from, id: 5, message: { kind: 'health' } });
    expect(told(health(0))).toEqual(['reply 5 {"kind":"healthy"}', 'setTimer forgotten 0']);
    expect(told(health(1))).toEqual(['reply 5 {"kind":"registeredElsewhere"}']);
  });
});
