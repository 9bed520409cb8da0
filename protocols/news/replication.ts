/**
 * A pair of databases, of which either may fail, and never two that both acknowledge. After PacificA (Lin et al., "PacificA:
 * Replication in log-based distributed storage systems", MSR-TR-2008-25): the data needs no consensus, only the configuration does,
 * and that is a register at a third process, the arbiter, that changes by compare-and-set.
 *
 * The configuration says who is primary and which databases are in sync, and has an epoch. The rules:
 *
 * 1. A primary answers a transaction, also one that only reads, when every database in sync has logged what came up to it.
 *    So what was acknowledged is in the log of everyone in sync, and an answer shows that no other primary had been made before.
 * 2. The arbiter makes only a database that is in sync primary, and changes the configuration only for one who knows its epoch.
 * 3. A database that heard of an epoch refuses what comes from an earlier one. So a primary that was replaced can acknowledge nothing more.
 * 4. A primary whose standby is silent expels it at the arbiter, and a standby whose primary is silent makes itself primary there: the
 *    first to arrive wins, the other one learns it. Without the arbiter neither goes on alone.
 * 5. Before a database is admitted as in sync the primary brings it up to date and waits for it already. It stops waiting only
 *    after a change of the configuration that it knows succeeded, since a request of its own may arrive late.
 *    For the same reason a primary that starts again takes a new epoch first.
 *
 * So any one of the three may fail: with the arbiter down the pair works on as it is. What is given up is work while two of them are down.
 */
import {
  type Address,
  type Context,
  cancelTimer,
  type Effect,
  NO_EFFECTS,
  note,
  type RequestId,
  reply,
  request,
  type Step,
  save,
  setTimer,
} from '../../sim/protocol.ts';
import { append, endOf, entriesAfter, executeAll, type Log, replay, samePosition } from './log.ts';
import type { Configuration, Message } from './messages.ts';
import type { DatabaseState, DatabaseTag, DatabaseTypes, Replication } from './state.ts';

type DatabaseStep = Step<DatabaseTypes>;
type DatabaseContext = Context<DatabaseTypes>;
type DatabaseEffect = Effect<DatabaseTypes>;
type MessageOf<Kind extends Message['kind']> = Extract<Message, { readonly kind: Kind }>;
type ShipTag = Extract<DatabaseTag, { readonly kind: 'ship' }>;

/** Ships in a row that fail before the standby is expelled. */
const MISSES = 2;

export const ALONE: Replication = {
  follower: null,
  required: false,
  shipping: false,
  followerAt: null,
  misses: 0,
  changing: false,
  term: 0,
};

export function startInPair(state: DatabaseState, isFirst: boolean, ctx: DatabaseContext): DatabaseStep {
  const effects: DatabaseEffect[] = isFirst ? [save(state.durable)] : [];
  effects.push(heartbeat(ctx), readConfiguration(state, ctx));
  return { state: { ...state, replication: { ...state.replication, changing: true } }, effects };
}

/** A primary that answers to nobody: the only database, or the only one in sync. */
export function becomePrimaryAlone(state: DatabaseState): DatabaseState {
  const { number } = endOf(state.durable.log);
  return {
    ...state,
    duty: 'primary',
    committed: state.tables,
    committedUpTo: number,
    replication: { ...ALONE, term: state.durable.configuration.epoch },
  };
}

export function mustConfirm(state: DatabaseState): boolean {
  return state.replication.required;
}

/** Answers all that was executed: nobody has to confirm it. */
export function confirmAlone(state: DatabaseState): DatabaseStep {
  const { executed } = state;
  const next = {
    ...state,
    executed: [],
    answered: state.answered + executed.length,
    committed: state.tables,
    committedUpTo: endOf(state.durable.log).number,
  };
  return { state: next, effects: executed.map(({ id, answer }) => reply(id, { kind: 'result', answer })) };
}

// ── Primary ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Ships to the follower what it lacks, if there is one and nothing is under way to it. */
export function shipIfIdle(state: DatabaseState, ctx: DatabaseContext): DatabaseStep {
  const { replication, durable } = state;
  if (replication.follower === null || replication.shipping) return unchanged(state);
  const { followerAt } = replication;
  const end = endOf(durable.log);
  const entries = followerAt === null ? null : entriesAfter(durable.log, followerAt);
  const message: Message = {
    kind: 'ship',
    configuration: durable.configuration,
    term: replication.term,
    after: entries === null ? durable.log.snapshotAt : followerAt!,
    entries: entries ?? durable.log.entries,
    confirmed: state.committedUpTo,
    snapshot: entries === null ? durable.log.snapshot : null,
  };
  const tag: ShipTag = {
    kind: 'ship',
    count: state.executed.length,
    tables: state.tables,
    upTo: end.number,
    term: replication.term,
    required: replication.required,
  };
  return {
    state: withReplication(state, { shipping: true }),
    effects: [request(replication.follower, message, tag, ctx.config.shipTimeoutUs)],
  };
}

export function onShipped(
  state: DatabaseState,
  message: MessageOf<'shipped'>,
  tag: ShipTag,
  ctx: DatabaseContext,
): DatabaseStep {
  if (!isOfThisTerm(state, tag)) return unchanged(state);
  const arrived = withReplication(state, { shipping: false, misses: 0, followerAt: message.end });
  if (!message.ok) {
    return message.epoch > state.durable.configuration.epoch ? askArbiter(arrived, ctx) : shipIfIdle(arrived, ctx);
  }
  const confirmed = tag.required
    ? confirm(arrived, tag)
    : { state: withReplication(arrived, { required: true }), effects: NO_EFFECTS };
  const admitted = admitIfReady(confirmed.state, tag, ctx);
  const isBehind = admitted.state.executed.length > 0 || !samePosition(message.end, endOf(state.durable.log));
  const shipped = isBehind ? shipIfIdle(admitted.state, ctx) : unchanged(admitted.state);
  return { state: shipped.state, effects: [...confirmed.effects, ...admitted.effects, ...shipped.effects] };
}

/** The follower has logged what the tag tells of: the first `count` answers can go. */
function confirm(state: DatabaseState, tag: ShipTag): DatabaseStep {
  const next = {
    ...state,
    executed: state.executed.slice(tag.count),
    answered: state.answered + tag.count,
    committed: tag.tables,
    committedUpTo: tag.upTo,
  };
  return {
    state: next,
    effects: state.executed.slice(0, tag.count).map(({ id, answer }) => reply(id, { kind: 'result', answer })),
  };
}

/** Rule 5: all that was ever acknowledged alone has arrived once a ship that was sent while waiting for the follower is confirmed. */
function admitIfReady(state: DatabaseState, tag: ShipTag, ctx: DatabaseContext): DatabaseStep {
  const { follower, changing } = state.replication;
  const { configuration } = state.durable;
  if (follower === null || changing || !tag.required || configuration.inSync.includes(follower))
    return unchanged(state);
  return change(state, ctx.self, [ctx.self, follower], ctx);
}

export function onShipFailure(state: DatabaseState, tag: ShipTag, ctx: DatabaseContext): DatabaseStep {
  if (!isOfThisTerm(state, tag)) return unchanged(state);
  const { required, misses, changing } = state.replication;
  const missed = withReplication(state, { shipping: false, misses: misses + 1 });
  if (misses + 1 < MISSES) return unchanged(missed);
  if (!required) return unchanged(withReplication(missed, { follower: null, misses: 0 }));
  return changing ? unchanged(missed) : change(missed, ctx.self, [ctx.self], ctx);
}

/** A database that is not in sync asks to be brought up to date. */
export function onFollow(state: DatabaseState, id: RequestId, from: Address, ctx: DatabaseContext): DatabaseStep {
  if (state.duty !== 'primary') return { state, effects: [reply(id, { kind: 'notPrimary', primary: null })] };
  const followed = reply<DatabaseTypes>(id, { kind: 'followed' });
  if (state.replication.follower !== null) return { state, effects: [followed] };
  const shipped = shipIfIdle(withReplication(state, { follower: from, followerAt: null, misses: 0 }), ctx);
  return { state: shipped.state, effects: [followed, ...shipped.effects] };
}

// ── Standby ───────────────────────────────────────────────────────────────────────────────────────────────────────

export function onShip(
  state: DatabaseState,
  id: RequestId,
  message: MessageOf<'ship'>,
  ctx: DatabaseContext,
): DatabaseStep {
  const { configuration, term, after, entries, confirmed, snapshot } = message;
  if (configuration.epoch < state.durable.configuration.epoch) return answerShip(state, state, id, false, NO_EFFECTS);
  const standby = state.duty === 'standby' ? unchanged(state) : becomeStandby(state, ctx);
  const effects = [...standby.effects, setTimer<DatabaseTypes>({ kind: 'takeover' }, ctx.config.takeoverAfterUs)];
  const heard = withConfiguration(standby.state, configuration);
  const { durable } = heard;
  const end = endOf(durable.log);

  if (snapshot !== null) {
    const log: Log = { snapshot, snapshotAt: after, entries };
    // One that was overtaken on its way would throw away what has been confirmed since.
    const isLate = durable.joined === term && endOf(log).number < end.number;
    if (isLate) return answerShip(state, heard, id, false, effects);
    const replaced = { ...heard, tables: replay(log, ctx.config), durable: { ...durable, log, joined: term } };
    return answerShip(state, replaced, id, true, effects);
  }
  if (!samePosition(end, after)) return answerShip(state, heard, id, false, effects);
  if (entries.length === 0 && durable.joined === term) return answerShip(state, heard, id, true, effects);
  const log = append(durable.log, entries, confirmed, ctx.config);
  const tables = executeAll(heard.tables, entries, ctx.config);
  return answerShip(state, { ...heard, tables, durable: { ...durable, log, joined: term } }, id, true, effects);
}

function withConfiguration(state: DatabaseState, configuration: Configuration): DatabaseState {
  if (configuration.epoch === state.durable.configuration.epoch) return state;
  return { ...state, durable: { ...state.durable, configuration } };
}

/** What it now holds, and whom it now follows, is saved before it says so. */
function answerShip(
  before: DatabaseState,
  after: DatabaseState,
  id: RequestId,
  ok: boolean,
  effects: readonly DatabaseEffect[],
): DatabaseStep {
  const { configuration, log } = after.durable;
  const saving = after.durable === before.durable ? NO_EFFECTS : [save<DatabaseTypes>(after.durable)];
  const answer: Message = { kind: 'shipped', ok, epoch: configuration.epoch, end: endOf(log) };
  return { state: after, effects: [...effects, ...saving, reply(id, answer)] };
}

/** The primary has been silent for long. */
export function onTakeover(state: DatabaseState, ctx: DatabaseContext): DatabaseStep {
  if (state.duty !== 'standby') return unchanged(state);
  const again = setTimer<DatabaseTypes>({ kind: 'takeover' }, ctx.config.takeoverAfterUs);
  const isInSync = state.durable.configuration.inSync.includes(ctx.self);
  if (!isInSync || state.replication.changing) return { state, effects: [again] };
  const asked = change(state, ctx.self, [ctx.self], ctx);
  return { state: asked.state, effects: [again, ...asked.effects] };
}

// ── Configuration ─────────────────────────────────────────────────────────────────────────────────────────────────

export function onHeartbeat(state: DatabaseState, ctx: DatabaseContext): DatabaseStep {
  const beaten = beat(state, ctx);
  return { state: beaten.state, effects: [heartbeat(ctx), ...beaten.effects] };
}

function beat(state: DatabaseState, ctx: DatabaseContext): DatabaseStep {
  switch (state.duty) {
    case 'asking':
      return askArbiter(state, ctx);
    case 'primary':
      return shipIfIdle(state, ctx);
    case 'standby': {
      const { configuration } = state.durable;
      if (configuration.inSync.includes(ctx.self)) return unchanged(state);
      return {
        state,
        effects: [request(configuration.primary, { kind: 'follow' }, { kind: 'follow' }, ctx.config.shipTimeoutUs)],
      };
    }
  }
}

/** The arbiter has said what the configuration is. */
export function onConfiguration(
  state: DatabaseState,
  message: MessageOf<'configuration'>,
  ctx: DatabaseContext,
): DatabaseStep {
  const { configuration, granted } = message;
  const heard = withReplication(state, { changing: false });
  const isOlder = configuration.epoch < state.durable.configuration.epoch;
  const isKnown = configuration.epoch === state.durable.configuration.epoch && state.duty !== 'asking';
  if (isOlder || isKnown) return unchanged(heard);
  if (configuration.primary !== ctx.self) return follow(heard, configuration, ctx);
  if (state.duty === 'asking' && !granted) {
    return change({ ...heard, durable: { ...heard.durable, configuration } }, ctx.self, configuration.inSync, ctx);
  }
  return lead(heard, configuration, ctx);
}

function follow(state: DatabaseState, configuration: Configuration, ctx: DatabaseContext): DatabaseStep {
  const standby = becomeStandby(state, ctx);
  const durable = { ...standby.state.durable, configuration };
  return { state: { ...standby.state, durable }, effects: [save(durable), ...standby.effects] };
}

/** Becomes primary, or stays it in a new configuration. */
function lead(state: DatabaseState, configuration: Configuration, ctx: DatabaseContext): DatabaseStep {
  const durable = { ...state.durable, configuration };
  const follower = configuration.inSync.find((address) => address !== ctx.self) ?? null;
  const effects: DatabaseEffect[] = [save(durable)];
  if (state.duty === 'standby') effects.push(note({ kind: 'tookOver', epoch: configuration.epoch }));

  if (follower === null) {
    if (state.duty === 'primary') effects.push(note({ kind: 'expelledStandby', epoch: configuration.epoch }));
    const alone = confirmAlone(becomePrimaryAlone({ ...state, durable }));
    return { state: alone.state, effects: [...effects, ...alone.effects] };
  }
  if (state.duty === 'primary' && state.replication.follower === follower) {
    effects.push(note({ kind: 'admittedStandby', epoch: configuration.epoch }));
    return { state: { ...state, durable }, effects };
  }
  const replication = { ...ALONE, follower, required: true, followerAt: endOf(durable.log), term: configuration.epoch };
  // What the log holds beyond what the standby has is not known to be committed before the standby has it.
  const shipped = shipIfIdle({ ...state, duty: 'primary', durable, replication, committedUpTo: UNKNOWN }, ctx);
  return { state: shipped.state, effects: [...effects, ...shipped.effects] };
}

/** `committedUpTo` of a primary that has not heard of its standby yet. */
export const UNKNOWN = -1;

/**
 * Stops whatever it did as a primary. What waits is sent elsewhere; what was executed is answered by nobody, since the standby
 * may have it or not.
 */
function becomeStandby(state: DatabaseState, ctx: DatabaseContext): DatabaseStep {
  const effects: DatabaseEffect[] = state.queue.map(({ id }) => reply(id, { kind: 'notPrimary', primary: null }));
  if (state.duty === 'primary') effects.push(note({ kind: 'deposed', epoch: state.durable.configuration.epoch }));
  effects.push(cancelTimer('execute'), setTimer({ kind: 'takeover' }, ctx.config.takeoverAfterUs));
  return { state: { ...state, duty: 'standby', queue: [], executed: [], replication: ALONE }, effects };
}

/** The arbiter did not answer: the heartbeat tries again. */
export function onConfigurationFailure(state: DatabaseState): DatabaseStep {
  return unchanged(withReplication(state, { changing: false }));
}

function askArbiter(state: DatabaseState, ctx: DatabaseContext): DatabaseStep {
  if (state.replication.changing) return unchanged(state);
  return { state: withReplication(state, { changing: true }), effects: [readConfiguration(state, ctx)] };
}

function change(
  state: DatabaseState,
  primary: Address,
  inSync: readonly Address[],
  ctx: DatabaseContext,
): DatabaseStep {
  const message: Message = {
    kind: 'changeConfiguration',
    expectedEpoch: state.durable.configuration.epoch,
    primary,
    inSync,
  };
  return {
    state: withReplication(state, { changing: true }),
    effects: [request(state.arbiter!, message, { kind: 'change' }, ctx.config.shipTimeoutUs)],
  };
}

function readConfiguration(state: DatabaseState, ctx: DatabaseContext): DatabaseEffect {
  return request(state.arbiter!, { kind: 'readConfiguration' }, { kind: 'configuration' }, ctx.config.shipTimeoutUs);
}

function heartbeat(ctx: DatabaseContext): DatabaseEffect {
  return setTimer({ kind: 'heartbeat' }, ctx.config.shipEveryUs);
}

function isOfThisTerm(state: DatabaseState, tag: ShipTag): boolean {
  return state.duty === 'primary' && state.replication.term === tag.term;
}

function withReplication(state: DatabaseState, some: Partial<Replication>): DatabaseState {
  return { ...state, replication: { ...state.replication, ...some } };
}

function unchanged(state: DatabaseState): DatabaseStep {
  return { state, effects: NO_EFFECTS };
}
