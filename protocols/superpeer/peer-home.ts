/**
 * Where a peer belongs: how it finds a superpeer (or a group of two partners), registers there, notices its end, and finds
 * another one.
 *
 * How a peer notices: every `keepAliveEvery` it asks its superpeer whether it is still there, and any request that fails
 * counts as a miss. A refused or cut connection is certain: that process has ended, and its index with it. Time-outs need
 * `strikes` in a row. An answer "unknown peer" says that the superpeer has restarted meanwhile, or has struck it out.
 *
 * What is subtle: a superpeer that does not answer may be alive, behind a partition, and still have the peer registered.
 * To be registered once at any time, the peer waits until that superpeer must have struck it out (it misses pings too), or
 * has learned by a ping that the peer is no longer its own.
 */
import {
  type Address,
  complete,
  type Effect,
  exit,
  type FailureReason,
  note,
  request,
  save,
  setTimer,
} from '../../sim/protocol.ts';
import { andThen, forEachItem, quiet } from '../common/step.ts';
import { groupCount, membersOf, strikeOutUs } from './config.ts';
import type { Partner, PeerContext, PeerRole, PeerState, PeerStep } from './state.ts';

// --- Finding a home ---

/** Asks the balancer for a superpeer, or takes the next group of its list. */
export function seek(state: PeerState, ctx: PeerContext): PeerStep {
  const homeless: PeerState = { ...state, phase: 'seeking', partners: [], settled: false };
  const { balancer, requestTimeoutUs } = ctx.config;
  if (balancer === null) return takeFromList(homeless, ctx);
  return { state: homeless, effects: [request(balancer, { kind: 'assign' }, { kind: 'assign' }, requestTimeoutUs)] };
}

/** The balancer has none, or does not answer: a peer that re-homes has its list; the others try again later. */
export function assignmentFailed(state: PeerState, ctx: PeerContext): PeerStep {
  if (state.phase !== 'seeking') return quiet(state);
  return ctx.config.traits.rehomes ? takeFromList(state, ctx) : waitToSeek(state, ctx.config.retryEveryUs);
}

function takeFromList(state: PeerState, ctx: PeerContext): PeerStep {
  const nextGroup = (state.nextGroup + 1) % groupCount(ctx.config);
  return settle({ ...state, nextGroup }, membersOf(ctx.config, state.nextGroup), ctx);
}

/** Belongs to these superpeers from now on. It writes that down first: it may crash before they answer. */
export function settle(state: PeerState, superpeers: readonly Address[], ctx: PeerContext): PeerStep {
  const partners = superpeers.map(
    (superpeer): Partner => ({
      superpeer,
      sending: null,
      confirmed: null,
      epoch: 0,
      misses: 0,
      lost: false,
      gone: false,
      heardOfUs: ctx.nowUs,
    }),
  );
  const home: PeerState = { ...state, phase: 'home', partners, settled: false };
  return andThen({ state: home, effects: [saved(home)] }, (now) => registerAll(now, ctx));
}

function waitToSeek(state: PeerState, delayUs: number): PeerStep {
  return { state: { ...state, phase: 'waiting' }, effects: [setTimer({ kind: 'seek' }, delayUs)] };
}

/** What must survive a crash. */
export function saved(state: PeerState): Effect<PeerRole> {
  const home = state.partners.map((partner) => partner.superpeer);
  return save({ resources: state.resources, starts: state.starts, home });
}

// --- Registering ---

/** Tells each partner that does not know it yet what it has now. */
export function registerAll(state: PeerState, ctx: PeerContext): PeerStep {
  const behind = state.partners.filter((partner) => partner.sending === null && partner.confirmed !== state.version);
  return forEachItem<PeerRole, Partner>(state, behind, (now, partner) => sendRegistration(now, partner, ctx));
}

function sendRegistration(state: PeerState, partner: Partner, ctx: PeerContext): PeerStep {
  const { requestTimeoutUs, traits } = ctx.config;
  const epoch = partner.epoch + 1;
  const message = {
    kind: 'register' as const,
    name: state.name,
    version: traits.ordersRegistrations ? state.version : null,
    resources: state.resources,
  };
  // It may be learned of as late as its time-out, and what is learned then is new life: no certainty of the past remains.
  const heardOfUs = ctx.nowUs + requestTimeoutUs;
  return {
    state: withPartner(state, { ...partner, sending: state.version, epoch, gone: false, heardOfUs }),
    effects: [request(partner.superpeer, message, { kind: 'register', epoch }, requestTimeoutUs)],
  };
}

/** A partner has entered it. */
export function becomeRegistered(state: PeerState, superpeer: Address, epoch: number, ctx: PeerContext): PeerStep {
  const partner = partnerOf(state, superpeer);
  if (partner === undefined || partner.epoch !== epoch || state.phase !== 'home') return quiet(state);
  const confirmed: Partner = { ...partner, sending: null, confirmed: partner.sending, misses: 0, lost: false };
  const registered = { ...withPartner(state, confirmed), settled: true };
  return andThen(completeWaiters(registered), (now) => registerAll(now, ctx));
}

/** Completes the operations whose change every live partner knows. */
function completeWaiters(state: PeerState): PeerStep {
  if (state.waiters.length === 0) return quiet(state);
  const versions = state.partners.filter((partner) => !partner.lost).map((partner) => partner.confirmed ?? 0);
  if (versions.length === 0) return quiet(state);
  const known = Math.min(...versions);
  const done = state.waiters.filter((waiter) => waiter.version <= known);
  if (done.length === 0) return quiet(state);
  return {
    state: { ...state, waiters: state.waiters.filter((waiter) => waiter.version > known) },
    effects: done.map(({ operation }) => complete<PeerRole>(operation, { kind: 'indexed' })),
  };
}

// --- Noticing the end of a superpeer ---

/** Asks each partner whether it is still there; one that should know more is told, one that was lost is tried again. */
export function keepAlive(state: PeerState, ctx: PeerContext): PeerStep {
  const again = setTimer<PeerRole>({ kind: 'keepAlive' }, ctx.config.keepAliveEveryUs);
  if (state.phase !== 'home') return { state, effects: [again] };
  const asked = state.partners
    .filter((partner) => partner.sending === null && partner.confirmed === state.version)
    .map(({ superpeer, epoch }) =>
      request<PeerRole>(superpeer, { kind: 'keepAlive' }, { kind: 'keepAlive', epoch }, ctx.config.pingTimeoutUs),
    );
  return andThen({ state, effects: [again, ...asked] }, (now) => registerAll(now, ctx));
}

/** A partner answered, so its misses are no longer in a row. */
export function partnerAnswered(state: PeerState, superpeer: Address): PeerState {
  const partner = partnerOf(state, superpeer);
  return partner === undefined || partner.misses === 0 ? state : withPartner(state, { ...partner, misses: 0 });
}

/**
 * A request to a partner has failed.
 * @param epoch of the partner when the request was sent: what was sent before the last registration says nothing of it.
 */
export function partnerFailed(
  state: PeerState,
  superpeer: Address,
  reason: FailureReason,
  epoch: number,
  wasRegistration: boolean,
  ctx: PeerContext,
): PeerStep {
  const partner = partnerOf(state, superpeer);
  if (partner === undefined || partner.epoch !== epoch || state.phase !== 'home') return quiet(state);
  const sending = wasRegistration ? null : partner.sending;
  const isCertain = (reason === 'refused' || reason === 'reset') && sending === null;
  const misses = partner.misses + 1;
  if (!isCertain && misses < ctx.config.strikes) return quiet(withPartner(state, { ...partner, sending, misses }));
  return losePartner(state, { ...partner, sending }, isCertain, ctx);
}

/** A partner says that it does not know it. */
export function becomeUnknown(state: PeerState, superpeer: Address, epoch: number, ctx: PeerContext): PeerStep {
  const partner = partnerOf(state, superpeer);
  if (partner === undefined || partner.epoch !== epoch || state.phase !== 'home') return quiet(state);
  if (!ctx.config.traits.rehomes) return losePartner(state, partner, true, ctx);
  return registerAll(withPartner(state, { ...partner, confirmed: null }), ctx);
}

/** A partner leaves in good order. */
export function hearGoodbye(state: PeerState, superpeer: Address, ctx: PeerContext): PeerStep {
  const partner = partnerOf(state, superpeer);
  if (partner === undefined || state.phase !== 'home') return quiet(state);
  return losePartner(state, partner, partner.sending === null, ctx);
}

function losePartner(state: PeerState, partner: Partner, isGone: boolean, ctx: PeerContext): PeerStep {
  const lost: Partner = { ...partner, confirmed: null, misses: 0, lost: true, gone: isGone };
  const after = withPartner(state, lost);
  return after.partners.every((one) => one.lost) ? becomeOrphan(after, ctx) : completeWaiters(after);
}

/** No partner is left: it shuts itself down (flaw 1), or looks for another home once it may. */
function becomeOrphan(state: PeerState, ctx: PeerContext): PeerStep {
  const superpeers = state.partners.map((partner) => partner.superpeer);
  if (state.settled && !ctx.config.traits.rehomes) {
    return {
      state: { ...state, phase: 'leaving' },
      effects: [note<PeerRole>({ kind: 'shutDown', superpeers }), exit()],
    };
  }
  const effects = state.settled ? [note<PeerRole>({ kind: 'orphaned', superpeers })] : [];
  // A superpeer that was just assigned and is dead already: the balancer needs a moment to notice, too.
  const pauseUs = state.settled ? 0 : ctx.config.retryEveryUs;
  const delayUs = Math.max(pauseUs, waitOutUs(state, ctx));
  return andThen({ state, effects }, (now) => (delayUs > 0 ? waitToSeek(now, delayUs) : seek(now, ctx)));
}

/** For how long a partner may still have it registered. */
function waitOutUs(state: PeerState, ctx: PeerContext): number {
  if (!ctx.config.traits.waitsOutRegistration) return 0;
  const heardOfUs = state.partners.filter((partner) => !partner.gone).map((partner) => partner.heardOfUs);
  return heardOfUs.length === 0 ? 0 : Math.max(0, Math.max(...heardOfUs) + strikeOutUs(ctx.config) - ctx.nowUs);
}

// --- Partners ---

export function partnerOf(state: PeerState, superpeer: Address): Partner | undefined {
  return state.partners.find((partner) => partner.superpeer === superpeer);
}

export function withPartner(state: PeerState, partner: Partner): PeerState {
  return {
    ...state,
    partners: state.partners.map((one) => (one.superpeer === partner.superpeer ? partner : one)),
  };
}

/** The partners that have it registered. */
export function livePartners(state: PeerState): readonly Partner[] {
  if (state.phase !== 'home') return [];
  return state.partners.filter((partner) => partner.confirmed !== null && !partner.lost);
}
