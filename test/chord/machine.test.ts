// The machine by itself: literals in, state and effects out, as the papers' pseudo-code has them.
import { describe, expect, test } from 'vitest';
import { chord } from '../../protocols/chord/index.ts';
import type { ChordTypes, Message } from '../../protocols/chord/messages.ts';
import { peer } from '../../protocols/chord/peer.ts';
import type { PeerState } from '../../protocols/chord/state.ts';
import type { Peer } from '../../protocols/chord/values.ts';
import { type Context, type Effect, type Input, planOf, type Step } from '../../sim/index.ts';
import { NOBODY } from '../../sim/protocol.ts';

const P = Object.fromEntries(
  [1, 8, 14, 21, 26, 32, 38, 42].map((id) => [id, Object.freeze({ id, address: id })]),
) as Readonly<Record<number, Peer>>;

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}

function contextOf(variant: string, settings: Readonly<Record<string, unknown>> = {}): Context<ChordTypes> {
  const { config } = planOf(chord, { variant, settings: { idBits: 6, successors: 2, replicas: 1, ...settings } });
  const random = {
    double: () => 0.5,
    int: (n: number) => Math.floor(n / 2),
    sampleUs: (period: { us: number }) => period.us,
  } as unknown as Context<ChordTypes>['random'];
  return frozen({ self: 21, nowUs: 1000, config, random });
}

/** Node 21 between 14 and 32. */
function node21(parts: Partial<PeerState> = {}): PeerState {
  const state: PeerState = {
    phase: 'member',
    routes: [],
    me: P[21],
    bootstraps: [],
    predecessor: P[14],
    successors: [P[32], P[38]],
    fingers: [P[32], P[32], P[32], P[32], P[38], P[1]],
    pending: null,
    nextLookup: 0,
    store: [],
    shared: [],
    busy: false,
    deferred: [],
  };
  return frozen({ ...state, ...parts });
}

function step(state: PeerState, input: Input<ChordTypes>, ctx = contextOf('paper')): Step<ChordTypes> {
  return peer.handle(state, frozen(input), ctx);
}

/** Effects in a line each. */
function wants({ effects }: Step<ChordTypes>): readonly string[] {
  return effects.map((effect: Effect<ChordTypes>) => {
    const { kind, target, value } = effect;
    if (kind === 'note') return `note ${chord.describe?.note?.(value as never)}`;
    if (kind === 'setTimer') return `timer ${effect.name} in ${effect.us}`;
    const said = value === null ? '' : (chord.describe?.message?.(value as Message) ?? '');
    return `${kind} ${target} ${said}`.trim();
  });
}

const neighbours = (predecessor: Peer | null, ...successors: readonly Peer[]): Message => ({
  kind: 'neighbours',
  predecessor,
  successors,
});

const answerTo = (tag: ChordTypes['Tag'], message: Message, from = 32): Input<ChordTypes> => ({
  kind: 'reply',
  from,
  message,
  tag,
});

describe('a peer whose list ends', () => {
  const leaving = (peer: Peer, ...successors: readonly Peer[]): Input<ChordTypes> => ({
    kind: 'datagram',
    from: peer.address,
    message: { kind: 'leaving', peer, predecessor: P[21], successors },
    group: null,
  });

  test('because the only one in it leaves, falls back on the nearest finger', () => {
    const last = node21({ successors: [P[32]], fingers: [P[32], P[32], P[32], P[32], P[38], P[1]] });
    expect(step(last, leaving(P[32], P[32])).state.successors).toEqual([P[38]]);
  });

  test('and who has no finger either joins again', () => {
    const last = node21({ successors: [P[32]], fingers: [P[32], null, null, null, null, null], bootstraps: [P[1]] });
    const after = step(last, leaving(P[32], P[32]));
    expect(after.state.successors).toEqual([]);
    expect(wants(after)).toContainEqual(expect.stringMatching(/^timer join /));
  });

  test('with nothing but padding left, is isolated and asks nobody', () => {
    const padding = [22, 23].map((id) => ({ id, address: NOBODY }));
    const lost = node21({ successors: padding, fingers: [null, null, null, null, null, null] });
    const rounds = { kind: 'timer', timer: { kind: 'stabilize', cursor: 0 } } as const;
    const after = step(lost, rounds, contextOf('correct'));
    expect(after.state).toBe(lost);
    expect(wants(after)).toEqual(['timer stabilize in 5000000', 'note isolated: knows nobody on the ring']);
  });
});

describe('the original stabilize', () => {
  const asked = { kind: 'stabilize', head: P[32], round: true } as const;

  test('a round asks the successor for its neighbours, and sets the next round', () => {
    const done = step(node21(), { kind: 'timer', timer: { kind: 'stabilize', cursor: 0 } });
    expect(wants(done)).toEqual(['timer stabilize in 5000000', 'request 32 getNeighbours']);
    expect(done.state).toEqual(node21());
  });

  test('a quiet ring changes nothing: the very same state, and no notify', () => {
    const before = node21();
    const done = step(before, answerTo(asked, neighbours(P[21], P[38], P[42])));
    expect(done.state).toBe(before);
    expect(wants(done)).toEqual([]);
  });

  test('a successor that does not know this peer is notified', () => {
    expect(wants(step(node21(), answerTo(asked, neighbours(P[14], P[38]))))).toEqual(['send 32 notify 21']);
  });

  test('a predecessor of the successor that lies between becomes the successor, unchecked', () => {
    const done = step(node21(), answerTo({ ...asked, round: false }, neighbours(P[26], P[38])));
    expect(done.state.successors).toEqual([P[26], P[38]]);
    expect(done.state.fingers.slice(0, 3)).toEqual([P[26], P[26], P[26]]);
    expect(wants(done)).toEqual(['note successor 32 → 26', 'send 26 notify 21']);
  });

  test('in a round the old one stays behind it, and its list is asked for', () => {
    const done = step(node21(), answerTo(asked, neighbours(P[26], P[38])));
    expect(done.state.successors).toEqual([P[26], P[32]]);
    expect(wants(done)).toEqual(['note successor 32 → 26', 'send 26 notify 21', 'request 26 getNeighbours']);
  });

  test('a dead successor is replaced by the next in the list, which is asked at once', () => {
    const done = step(node21(), { kind: 'failure', to: 32, reason: 'timeout', tag: asked });
    expect(done.state.successors).toEqual([P[38]]);
    expect(wants(done)).toEqual(['note successor 32 is dead', 'request 38 getNeighbours']);
  });

  test('an answer of one that is no successor any more is nothing', () => {
    const before = node21({ successors: [P[26], P[32]] });
    const done = step(before, answerTo(asked, neighbours(P[14], P[42])));
    expect([done.state === before, wants(done)]).toEqual([true, []]);
  });

  test('refresh: one asks for exactly one other entry', () => {
    const ctx = contextOf('paper', { refresh: 'one', fixFingers: 'off' });
    const list = step(node21(), { kind: 'timer', timer: { kind: 'stabilize', cursor: 0 } }, ctx);
    expect(wants(list)).toEqual(['request 32 getNeighbours', 'timer stabilize in 5000000', 'request 32 getNeighbours']);
    const finger = step(node21(), { kind: 'timer', timer: { kind: 'stabilize', cursor: 1 } }, ctx);
    expect(wants(finger)).toEqual([
      'request 32 nextFingerHop to 37?',
      'timer stabilize in 5000000',
      'request 32 getNeighbours',
    ]);
  });
});

describe('the corrected stabilize', () => {
  const ctx = contextOf('correct');
  const asked = { kind: 'stabilize', head: P[32], round: true } as const;

  test('waits for the answer, and lets state queries wait too, but no ping', () => {
    const begun = step(node21(), { kind: 'timer', timer: { kind: 'stabilize', cursor: 0 } }, ctx);
    expect(begun.state.busy).toBe(true);
    const queried = step(begun.state, { kind: 'request', from: 14, id: 7, message: { kind: 'getNeighbours' } }, ctx);
    expect([queried.state.deferred, wants(queried)]).toEqual([[7], []]);
    const pinged = step(queried.state, { kind: 'request', from: 14, id: 8, message: { kind: 'ping' } }, ctx);
    expect(wants(pinged)).toEqual(['reply 8 pong']);
    const answered = step(pinged.state, answerTo(asked, neighbours(P[21], P[42], P[1])), ctx);
    expect(answered.state).toMatchObject({ busy: false, deferred: [], successors: [P[32], P[42]] });
    expect(wants(answered)).toEqual(['reply 7 neighbours: predecessor 14, successors [32 42]']);
  });

  test('queries a candidate, and takes it with its list only if it answers', () => {
    const first = step(node21({ busy: true }), answerTo(asked, neighbours(P[26], P[42], P[1])), ctx);
    expect(first.state).toMatchObject({ busy: true, successors: [P[32], P[42]] });
    expect(wants(first)).toEqual(['request 26 getNeighbours']);
    const adopt = { kind: 'adopt', head: P[32], candidate: P[26] } as const;
    const taken = step(first.state, answerTo(adopt, neighbours(P[14], P[32], P[38]), 26), ctx);
    expect(taken.state).toMatchObject({ busy: false, successors: [P[26], P[32]] });
    expect(wants(taken)).toEqual(['note successor 32 → 26', 'send 26 notify 21']);
    const dead = step(first.state, { kind: 'failure', to: 26, reason: 'refused', tag: adopt }, ctx);
    expect(dead.state).toMatchObject({ busy: false, successors: [P[32], P[42]] });
    expect(wants(dead)).toEqual(['send 32 notify 21']);
  });

  test('after a mere time-out a ping decides: the head may be waiting itself', () => {
    const late = step(
      node21({ busy: true, deferred: [7] }),
      { kind: 'failure', to: 32, reason: 'timeout', tag: asked },
      ctx,
    );
    expect(late.state).toMatchObject({ busy: false, deferred: [], successors: [P[32], P[38]] });
    expect(wants(late)).toEqual(['reply 7 neighbours: predecessor 14, successors [32 38]', 'request 32 ping']);
    const probe = { kind: 'probe', head: P[32] } as const;
    expect(step(late.state, answerTo(probe, { kind: 'pong' }), ctx).state).toBe(late.state);
    const dead = step(late.state, { kind: 'failure', to: 32, reason: 'timeout', tag: probe }, ctx);
    expect(dead.state.successors, 'dropped, and the end padded with last + 1').toEqual([
      P[38],
      { id: 39, address: -1 },
    ]);
  });

  test('a refusal leaves no doubt', () => {
    const dead = step(node21({ busy: true }), { kind: 'failure', to: 32, reason: 'refused', tag: asked }, ctx);
    expect(wants(dead)).toEqual(['note successor 32 is dead', 'request 38 getNeighbours']);
  });
});

describe('notify', () => {
  const notify = (peerId: number): Input<ChordTypes> => ({
    kind: 'datagram',
    from: peerId,
    group: null,
    message: { kind: 'notify', peer: P[peerId] },
  });

  test.each([
    ['nobody is known', null, 1, 1],
    ['the newcomer lies between', P[8], 14, 14],
    ['it lies further back', P[14], 8, 14],
    ['it is known', P[14], 14, 14],
  ])('the original takes it when %s', (_when, predecessor, newcomer, expected) => {
    const done = step(node21({ predecessor }), notify(newcomer));
    expect(done.state.predecessor).toEqual(P[expected]);
    expect(wants(done).filter((line) => !line.startsWith('note'))).toEqual([]);
  });

  test('the corrected asks the predecessor whether it lives before one further back replaces it', () => {
    const ctx = contextOf('correct');
    const asked = step(node21(), notify(8), ctx);
    expect([asked.state.predecessor, wants(asked)]).toEqual([P[14], ['request 14 ping']]);
    const tag = { kind: 'rectify', predecessor: P[14], newcomer: P[8] } as const;
    expect(step(asked.state, answerTo(tag, { kind: 'pong' }, 14), ctx).state.predecessor).toEqual(P[14]);
    const dead = step(asked.state, { kind: 'failure', to: 14, reason: 'timeout', tag }, ctx);
    expect(dead.state.predecessor).toEqual(P[8]);
  });

  test('tellOldPredecessor tells the old one about the new one', () => {
    const done = step(node21({ predecessor: P[8] }), notify(14), contextOf('paper', { tellOldPredecessor: true }));
    expect(wants(done)).toEqual(['note predecessor 8 → 14', 'send 8 newPredecessor 14']);
  });
});

describe('check_predecessor', () => {
  test('pings, and flushes a dead one', () => {
    const asked = step(node21(), { kind: 'timer', timer: { kind: 'checkPredecessor' } });
    expect(wants(asked)).toEqual(['timer checkPredecessor in 5000000', 'request 14 ping']);
    const tag = { kind: 'checkPredecessor', predecessor: P[14] } as const;
    const dead = step(node21(), { kind: 'failure', to: 14, reason: 'timeout', tag });
    expect(dead.state.predecessor).toBe(null);
    const other = step(node21({ predecessor: P[8] }), { kind: 'failure', to: 14, reason: 'timeout', tag });
    expect(other.state.predecessor, 'another one has come meanwhile').toEqual(P[8]);
  });
});

describe('fix_fingers', () => {
  test('goes through the fingers beyond the successor; those before it are the successor', () => {
    const round = (index: number) => step(node21(), { kind: 'timer', timer: { kind: 'fixFingers', index } });
    expect(wants(round(0))).toEqual(['request 32 nextFingerHop to 37?', 'timer fixFingers in 5000000']);
    expect(wants(round(5))).toEqual(['request 38 nextFingerHop to 53?', 'timer fixFingers in 5000000']);
    expect(wants(round(6))).toEqual(wants(round(0)));
  });
});

describe('a process that is not on the ring', () => {
  test.each(['waiting', 'joining'] as const)('answers nobody while it is %s', (phase) => {
    const state = node21({ phase });
    const asked = step(state, { kind: 'request', from: 1, id: 3, message: { kind: 'ping' } });
    expect([asked.state === state, wants(asked)]).toEqual([true, ['reply 3 notMember']]);
    const passed: Message = {
      kind: 'findSuccessor',
      key: 50,
      initiator: P[1],
      lookup: 0,
      hops: 1,
      predecessor: null,
      trail: null,
    };
    expect(wants(step(state, { kind: 'datagram', from: 1, group: null, message: passed }))).toEqual([]);
  });
});

test('a machine’s step is a function of its arguments: made twice, it is the same', () => {
  const input: Input<ChordTypes> = { kind: 'timer', timer: { kind: 'stabilize', cursor: 0 } };
  expect(step(node21(), input)).toEqual(step(node21(), input));
});
