/**
 * A peer that gossips about the files in its folder. All peers know each other from a configuration file and talk by
 * datagrams, which are lost, duplicated and reordered.
 *
 * Five activities run in parallel:
 * 1. every t1 it looks at its folder and makes metadata, the file names, with the next version;
 * 2. every t2 it sends its own metadata to one random other peer;
 * 3. every t3 it sends another peer's metadata, a random one that it knows, to a random third peer;
 * 4. every t4 it deletes the metadata of peers that were not refreshed for `expiry`;
 * 5. always it receives: it keeps what is newer by version, ignores what is outdated, and notes when it arrived.
 *
 * With a textbook strategy a cycle of anti-entropy or rumor mongering, every t2, stands in for activities 2 and 3.
 * A failure detector reads the versions as heartbeats. Queries are answered from the local store.
 *
 * Subtle: versions begin at −1, "not looked yet", which is never sent. A version is made at each look whether names
 * changed or not, for it is also the sign of life that keeps the metadata from expiring.
 */
import {
  type Address,
  type Context,
  complete,
  type DatagramInput,
  exit,
  type Input,
  type Machine,
  NO_EFFECTS,
  type OperationInput,
  save,
  setTimer,
} from '../../sim/protocol.ts';
import { changeFolder, filesOf, sortedNames, whoHas, whoIsThere } from './answer.ts';
import { answerDigest, answerWant, exchange, receiveEntries } from './anti-entropy.ts';
import { suspectOverdue } from './detector.ts';
import { expire } from './expire.ts';
import { look } from './look.ts';
import { carriesMetadata, type GossipMessage, type GossipTimer, type PeerBoot, type PeerDurable } from './messages.ts';
import { NOT_LOOKED } from './metadata.ts';
import { receive } from './receive.ts';
import { answerPull, receiveFeedback, receiveRumors, spreadRumors } from './rumor.ts';
import type { PeerState } from './state.ts';
import { tellOther, tellOwn } from './tell.ts';
import type { GossipEffect, GossipStep, GossipTypes } from './types.ts';
import { sizeOf } from './wire.ts';

const LOOK = { kind: 'look' } as const;
const TELL_OWN = { kind: 'tellOwn' } as const;
const TELL_OTHER = { kind: 'tellOther' } as const;
const EXPIRE = { kind: 'expire' } as const;
const CYCLE = { kind: 'cycle' } as const;

const NOTHING: readonly never[] = [];

export const peer: Machine<GossipTypes> = { start, handle };

function start(boot: PeerBoot, durable: PeerDurable | null, ctx: Context<GossipTypes>): GossipStep {
  const { config, self } = ctx;
  const wishes: GossipEffect[] = [];
  const folder = durable?.folder ?? sortedNames(boot.files);
  const incarnation = config.traits.incarnations ? (durable?.incarnation ?? 0) + 1 : 0;
  // Before the first word: whoever lost count of its lives would be ignored again (flaw 2).
  if (config.traits.incarnations) wishes.push(save({ folder, incarnation }));

  if (boot.publishes) wishes.push(setTimer(LOOK, config.randomPhase ? ctx.random.int(config.t1Us) : 0));
  if (config.strategy === 'described') {
    wishes.push(
      setTimer(TELL_OWN, firstDelayUs(config.t2Us, ctx)),
      setTimer(TELL_OTHER, firstDelayUs(config.t3Us, ctx)),
    );
  } else if (config.strategy !== 'rumor' || config.rumor.direction !== 'push') {
    wishes.push(setTimer(CYCLE, firstDelayUs(config.t2Us, ctx)));
  }
  if (config.expiryUs !== null) wishes.push(setTimer(EXPIRE, firstDelayUs(config.t4Us, ctx)));

  const state: PeerState = {
    own: { origin: self, incarnation, version: NOT_LOOKED, files: NOTHING },
    ownMadeAtUs: ctx.nowUs,
    folder,
    store: NOTHING,
    certificates: NOTHING,
    suspects: NOTHING,
    hot: NOTHING,
    bytesSent: 0,
    receipts: 0,
  };
  return { state, effects: wishes };
}

function firstDelayUs(periodUs: number, ctx: Context<GossipTypes>): number {
  return ctx.config.randomPhase ? ctx.random.int(periodUs) + 1 : periodUs;
}

function handle(state: PeerState, input: Input<GossipTypes>, ctx: Context<GossipTypes>): GossipStep {
  const wishes: GossipEffect[] = [];
  const next = counted(transition(state, input, ctx, wishes), input, wishes);
  return { state: next, effects: wishes.length === 0 ? NO_EFFECTS : wishes };
}

/** Adds what was received and sent to the peer's own counts. */
function counted(state: PeerState, input: Input<GossipTypes>, wishes: readonly GossipEffect[]): PeerState {
  let bytes = 0;
  for (const { kind, value } of wishes) if (kind === 'send') bytes += sizeOf(value as GossipMessage);
  const received = input.kind === 'datagram' && carriesMetadata(input.message) ? 1 : 0;
  if (bytes === 0 && received === 0) return state;
  return { ...state, bytesSent: state.bytesSent + bytes, receipts: state.receipts + received };
}

function transition(
  state: PeerState,
  input: Input<GossipTypes>,
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
): PeerState {
  switch (input.kind) {
    case 'timer':
      return onTimer(state, input.timer, ctx, wishes);
    case 'datagram':
      return onDatagram(state, input, ctx, wishes);
    case 'operation':
      return onOperation(state, input, ctx, wishes);
    case 'leave':
      // As described nobody says goodbye: what the others hold expires.
      wishes.push(exit());
      return state;
    default:
      // Requests, which no peer makes.
      return state;
  }
}

function onTimer(state: PeerState, timer: GossipTimer, ctx: Context<GossipTypes>, wishes: GossipEffect[]): PeerState {
  const { config } = ctx;
  switch (timer.kind) {
    case 'look':
      wishes.push(setTimer(LOOK, config.t1Us));
      return look(state, ctx, wishes);
    case 'tellOwn':
      wishes.push(setTimer(TELL_OWN, config.t2Us));
      tellOwn(state, ctx, wishes);
      return state;
    case 'tellOther':
      wishes.push(setTimer(TELL_OTHER, config.t3Us));
      tellOther(state, ctx, wishes);
      return state;
    case 'expire':
      wishes.push(setTimer(EXPIRE, config.t4Us));
      return expire(state, ctx, wishes);
    case 'cycle': {
      const next = cycle(state, ctx, wishes);
      const resting = config.strategy === 'rumor' && config.rumor.direction === 'push' && next.hot.length === 0;
      if (!resting) wishes.push(setTimer(CYCLE, config.t2Us));
      return next;
    }
    case 'suspect':
      return suspectOverdue(state, ctx, wishes);
  }
}

/** One cycle of a textbook strategy, towards `to` if that is said. */
function cycle(
  state: PeerState,
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
  to?: readonly Address[],
): PeerState {
  const { strategy } = ctx.config;
  switch (strategy) {
    case 'described':
      tellOwn(state, ctx, wishes, to);
      tellOther(state, ctx, wishes, to);
      return state;
    case 'rumor':
      return spreadRumors(state, ctx, wishes, to);
    default:
      exchange(state, strategy, ctx, wishes, to);
      return state;
  }
}

function onDatagram(
  state: PeerState,
  { from, message }: DatagramInput<GossipTypes>,
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
): PeerState {
  switch (message.kind) {
    case 'metadata':
      return receive(state, message.carried, ctx, wishes);
    case 'digest':
      answerDigest(state, from, message, ctx, wishes);
      return state;
    case 'want':
      answerWant(state, from, message.origins, ctx, wishes);
      return state;
    case 'entries':
      return receiveEntries(state, message.carried, ctx, wishes);
    case 'rumors':
      return receiveRumors(state, from, message, ctx, wishes);
    case 'pull':
      return answerPull(state, from, ctx, wishes);
    case 'feedback':
      return receiveFeedback(state, message.replies);
  }
}

function onOperation(
  state: PeerState,
  { id, operation }: OperationInput<GossipTypes>,
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
): PeerState {
  switch (operation.kind) {
    case 'addFile':
      return changeFolder(state, id, operation.file, true, wishes);
    case 'removeFile':
      return changeFolder(state, id, operation.file, false, wishes);
    case 'whoHas':
      wishes.push(complete(id, whoHas(state, operation.file, ctx)));
      return state;
    case 'filesOf':
      wishes.push(complete(id, filesOf(state, operation.origin, ctx)));
      return state;
    case 'whoIsThere':
      wishes.push(complete(id, whoIsThere(state, ctx.self)));
      return state;
    case 'step':
      wishes.push(complete(id, { kind: 'stepped' }));
      return doOnce(state, operation, ctx, wishes);
  }
}

/** An activity outside its timetable, because a script says so. */
function doOnce(
  state: PeerState,
  { activity, to, about }: Extract<OperationInput<GossipTypes>['operation'], { kind: 'step' }>,
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
): PeerState {
  const partners = to === null ? undefined : [to];
  switch (activity) {
    case 'look':
      return look(state, ctx, wishes);
    case 'tellOwn':
      tellOwn(state, ctx, wishes, partners);
      return state;
    case 'tellOther':
      tellOther(state, ctx, wishes, partners, about);
      return state;
    case 'expire':
      return expire(state, ctx, wishes);
    case 'cycle':
      return cycle(state, ctx, wishes, partners);
  }
}
