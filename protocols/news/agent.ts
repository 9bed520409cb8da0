/**
 * An agent: it registers and logs in users, lists areas and lets administrators add and delete them; it says which node serves an
 * area, and sees to it that there is one.
 *
 * Every `healthEvery` it asks the database for the whole picture and each commission for a sign of life. One that gives none is
 * marked as not alive, and its areas are assigned to others; one that is back is marked as alive. An area without a live
 * commission, new or left over, is assigned in the same round.
 *
 * As described, an agent answers from its view, which is the picture of its last round and what it did since; it writes assignments without
 * looking (flaw 3). With `comparesAndSets` the view serves to choose only: every answer and every assignment is settled in the database.
 */
import {
  type Context,
  type Effect,
  type Machine,
  NO_EFFECTS,
  note,
  type RequestId,
  reply,
  request,
  type Step,
  setTimer,
} from '../../sim/protocol.ts';
import { type Called, calledBack, callFailed, firstCall, sendCall } from './calls.ts';
import { type Answer, isAreaOperation, type Overview, type Statement, type UserRequest } from './messages.ts';
import { afterAnswer, transactionOf } from './serving.ts';
import type { AgentState, AgentTag, AgentTypes, Serving } from './state.ts';
import type { CommissionRow } from './tables.ts';

type AgentStep = Step<AgentTypes>;
type AgentContext = Context<AgentTypes>;
type AgentEffect = Effect<AgentTypes>;
type TagOf<Kind extends AgentTag['kind']> = Extract<AgentTag, { readonly kind: Kind }>;
type LocateTag = TagOf<'locate'>;

export const agent: Machine<AgentTypes> = {
  start(boot) {
    const { databases } = boot;
    const state: AgentState = { role: 'agent', databases, primary: databases[0], view: null, checking: [] };
    return { state, effects: [setTimer({ kind: 'health' }, 0)] };
  },

  handle(state, input, ctx) {
    switch (input.kind) {
      case 'request':
        switch (input.message.kind) {
          case 'ask':
            return onAsk(state, input.id, input.message.area, input.message.avoid, ctx);
          case 'perform':
            return onPerform(state, input.id, input.message.request, ctx);
          case 'registerCommission': {
            const statement: Statement = { kind: 'registerCommission', name: input.message.name, address: input.from };
            return {
              state,
              effects: [call(state, statement, (call) => ({ kind: 'register', call, id: input.id }), ctx)],
            };
          }
          default:
            return unchanged(state);
        }
      case 'timer':
        return { state, effects: [setTimer({ kind: 'health' }, ctx.config.healthEveryUs), refresh(state, ctx)] };
      case 'reply':
        if (input.tag.kind === 'check')
          return onHealthy(state, input.message.kind === 'healthy', input.tag.commission, ctx);
        return onCalled(
          { ...state, primary: input.from },
          input.tag,
          calledBack(state.databases, input.from, input.message, input.tag.call),
          ctx,
        );
      case 'failure':
        if (input.tag.kind === 'check') return onHealthy(state, false, input.tag.commission, ctx);
        return onCalled(state, input.tag, callFailed(state.databases, input.to, input.reason, input.tag.call), ctx);
      default:
        return unchanged(state);
    }
  },
};

// ── Which node serves an area ─────────────────────────────────────────────────────────────────────────────────────

function onAsk(state: AgentState, id: RequestId, area: string, avoid: string | null, ctx: AgentContext): AgentStep {
  if (!ctx.config.traits.comparesAndSets && state.view !== null) {
    const commission = servedBy(state.view, area);
    if (commission !== null) return { state, effects: [offer(id, commission)] };
  }
  const locating = call(state, { kind: 'locate', area }, (call) => ({ kind: 'locate', call, id, area, avoid }), ctx);
  return suspect(state, avoid, [locating], ctx);
}

/** What the database knows of the area has arrived: offer its commission, or assign one first. */
function onLocated(state: AgentState, tag: LocateTag, answer: Answer, ctx: AgentContext): AgentStep {
  const { id, area, avoid } = tag;
  if (answer.kind !== 'located') return { state, effects: [reply(id, { kind: 'answer', answer })] };
  const { commission, candidates } = answer;
  if (commission?.alive === true) {
    const other = commission.name === avoid ? candidates.find(({ name }) => name !== avoid) : undefined;
    return { state, effects: [offer(id, other ?? commission)] };
  }
  if (candidates.length === 0) return { state, effects: [reply(id, { kind: 'unavailable', executed: 'no' })] };
  const to = choose(candidates, state.view, ctx);
  if (ctx.config.traits.comparesAndSets) {
    const statement: Statement = {
      kind: 'compareAndSet',
      area,
      expected: commission?.name ?? null,
      commission: to.name,
    };
    return { state, effects: [call(state, statement, (call) => ({ ...tag, call }), ctx)] };
  }
  const assigning = call(
    state,
    { kind: 'assign', area, commission: to.name },
    (call) => ({ kind: 'assign', call, area }),
    ctx,
  );
  return { state: believing(state, area, to), effects: [assigning, offer(id, to)] };
}

function offer(id: RequestId, commission: CommissionRow): AgentEffect {
  return reply(id, { kind: 'offer', commission: commission.name, node: commission.address });
}

/** The live commission that a view assigns the area to, or null. */
function servedBy(view: Overview, area: string): CommissionRow | null {
  const name = view.assignments.find((assignment) => assignment.area === area)?.commission;
  return view.commissions.find((commission) => commission.name === name && commission.alive) ?? null;
}

/** One of those with the fewest areas, drawn: nothing else tells them apart. */
function choose(candidates: readonly CommissionRow[], view: Overview | null, ctx: AgentContext): CommissionRow {
  const load = ({ name }: CommissionRow) =>
    view?.assignments.filter(({ commission }) => commission === name).length ?? 0;
  const least = Math.min(...candidates.map(load));
  return ctx.random.pick(candidates.filter((candidate) => load(candidate) === least));
}

function believing(state: AgentState, area: string, { name }: CommissionRow): AgentState {
  if (state.view === null) return state;
  const others = state.view.assignments.filter((assignment) => assignment.area !== area);
  return { ...state, view: { ...state.view, assignments: [...others, { area, commission: name }] } };
}

// ── Operations of users ───────────────────────────────────────────────────────────────────────────────────────────

function onPerform(state: AgentState, id: RequestId, userRequest: UserRequest, ctx: AgentContext): AgentStep {
  if (isAreaOperation(userRequest.operation))
    return { state, effects: [reply(id, { kind: 'unavailable', executed: 'no' })] };
  return serve(state, { id, request: userRequest, stage: 0, held: null }, ctx);
}

function serve(state: AgentState, serving: Serving, ctx: AgentContext): AgentStep {
  const transaction = transactionOf(serving, ctx.config.traits);
  if (transaction === null) return unchanged(state);
  const first = firstCall(state.databases, transaction);
  return { state, effects: [sendCall(state.primary, first, { kind: 'serve', call: first, serving }, ctx.config)] };
}

function onServed(state: AgentState, serving: Serving, answer: Answer, ctx: AgentContext): AgentStep {
  const after = afterAnswer(serving, answer, ctx.config.traits);
  if ('next' in after) return serve(state, after.next, ctx);
  const { operation } = serving.request;
  const answering = reply<AgentTypes>(serving.id, { kind: 'answer', answer: after.answer });
  if (operation.kind !== 'addArea' || after.answer.kind !== 'done') return { state, effects: [answering] };
  // A new area without a node gets one at once and not only in the next round.
  return { state, effects: [answering, refresh(state, ctx)] };
}

// ── Health ────────────────────────────────────────────────────────────────────────────────────────────────────────

function refresh(state: AgentState, ctx: AgentContext): AgentEffect {
  return call(state, { kind: 'overview' }, (call) => ({ kind: 'refresh', call }), ctx);
}

/** The whole picture has arrived: assign what nobody serves, and check everybody's health. */
function onOverview(state: AgentState, overview: Overview, ctx: AgentContext): AgentStep {
  const repaired = repair({ ...state, view: overview }, ctx);
  const checks: AgentEffect[] = [];
  const checking = [...repaired.state.checking];
  for (const commission of overview.commissions) {
    if (checking.includes(commission.name)) continue;
    checking.push(commission.name);
    checks.push(check(commission, ctx));
  }
  return { state: { ...repaired.state, checking }, effects: [...repaired.effects, ...checks] };
}

function check({ name, address }: CommissionRow, ctx: AgentContext): AgentEffect {
  return request(address, { kind: 'checkHealth' }, { kind: 'check', commission: name }, ctx.config.healthTimeoutUs);
}

/** A client could not reach a commission: check it now and not only in the next round. */
function suspect(
  state: AgentState,
  name: string | null,
  effects: readonly AgentEffect[],
  ctx: AgentContext,
): AgentStep {
  const commission = state.view?.commissions.find((row) => row.name === name);
  if (commission === undefined || state.checking.includes(commission.name)) return { state, effects };
  return {
    state: { ...state, checking: [...state.checking, commission.name] },
    effects: [check(commission, ctx), ...effects],
  };
}

function onHealthy(state: AgentState, isAlive: boolean, name: string, ctx: AgentContext): AgentStep {
  const checked = { ...state, checking: state.checking.filter((other) => other !== name) };
  const known = state.view?.commissions.find((commission) => commission.name === name);
  if (known === undefined || known.alive === isAlive) return unchanged(checked);
  const marking = call(
    checked,
    { kind: 'setAlive', name, alive: isAlive },
    (call) => ({ kind: 'setAlive', call }),
    ctx,
  );
  const effects: AgentEffect[] = [note({ kind: isAlive ? 'readmitted' : 'dropped', commission: name }), marking];
  if (ctx.config.traits.comparesAndSets) return { state: checked, effects };
  // It acts on what it believes; what the database holds by now is for the next round.
  const repaired = repair(markedInView(checked, name, isAlive), ctx);
  return { state: repaired.state, effects: [...effects, ...repaired.effects] };
}

function markedInView(state: AgentState, name: string, alive: boolean): AgentState {
  if (state.view === null) return state;
  const commissions = state.view.commissions.map((row) => (row.name === name ? { ...row, alive } : row));
  return { ...state, view: { ...state.view, commissions } };
}

/** Assigns each area that no live commission serves. */
function repair(state: AgentState, ctx: AgentContext): AgentStep {
  const { view } = state;
  const candidates = view?.commissions.filter(({ alive }) => alive) ?? [];
  if (view === null || candidates.length === 0) return unchanged(state);
  let next = state;
  const effects: AgentEffect[] = [];
  for (const area of view.areas) {
    if (servedBy(view, area) !== null) continue;
    const to = choose(candidates, next.view, ctx);
    effects.push(call(next, assignment(view, area, to, ctx), (call) => ({ kind: 'assign', call, area }), ctx));
    next = believing(next, area, to);
  }
  return { state: next, effects };
}

function assignment(view: Overview, area: string, to: CommissionRow, ctx: AgentContext): Statement {
  if (!ctx.config.traits.comparesAndSets) return { kind: 'assign', area, commission: to.name };
  const expected = view.assignments.find((row) => row.area === area)?.commission ?? null;
  return { kind: 'compareAndSet', area, expected, commission: to.name };
}

// ── Calls of the database ─────────────────────────────────────────────────────────────────────────────────────────

type Calling = Exclude<AgentTag, TagOf<'check'>>;

function call(
  state: AgentState,
  statement: Statement,
  tag: (call: Calling['call']) => Calling,
  ctx: AgentContext,
): AgentEffect {
  const first = firstCall(state.databases, { statement, key: null, operation: null });
  return sendCall(state.primary, first, tag(first), ctx.config);
}

function onCalled(state: AgentState, tag: Calling, called: Called, ctx: AgentContext): AgentStep {
  switch (called.kind) {
    case 'again':
      return {
        state: { ...state, primary: called.to },
        effects: [sendCall(called.to, called.call, { ...tag, call: called.call }, ctx.config)],
      };
    case 'failed':
      return { state, effects: onCallFailed(tag, called.executed) };
    case 'answered':
      return onAnswer(state, tag, called.answer, ctx);
  }
}

/** Whoever waits is told; what belongs to a round is left to the next one. */
function onCallFailed(tag: Calling, executed: 'no' | 'unknown'): readonly AgentEffect[] {
  switch (tag.kind) {
    case 'serve':
      return [reply(tag.serving.id, { kind: 'unavailable', executed })];
    case 'locate':
      return [reply(tag.id, { kind: 'unavailable', executed: 'no' })];
    case 'register':
      return [reply(tag.id, { kind: 'unavailable', executed })];
    default:
      return NO_EFFECTS;
  }
}

function onAnswer(state: AgentState, tag: Calling, answer: Answer, ctx: AgentContext): AgentStep {
  switch (tag.kind) {
    case 'serve':
      return onServed(state, tag.serving, answer, ctx);
    case 'locate':
      return onLocated(state, tag, answer, ctx);
    case 'register':
      return { state, effects: [reply(tag.id, { kind: 'registered' }), refresh(state, ctx)] };
    case 'refresh':
      return answer.kind === 'overview' ? onOverview(state, answer.overview, ctx) : unchanged(state);
    case 'setAlive':
      // Settled in the database; from there, not from what was believed before, it goes on.
      if (answer.kind !== 'overview' || !ctx.config.traits.comparesAndSets) return unchanged(state);
      return repair({ ...state, view: answer.overview }, ctx);
    case 'assign':
      return onAssigned(state, tag.area, answer, ctx);
  }
}

function onAssigned(state: AgentState, area: string, answer: Answer, ctx: AgentContext): AgentStep {
  if (answer.kind !== 'located' || answer.commission === null) return unchanged(state);
  const told = note<AgentTypes>({ kind: 'assigned', area, commission: answer.commission.name });
  return {
    state: ctx.config.traits.comparesAndSets ? believing(state, area, answer.commission) : state,
    effects: [told],
  };
}

function unchanged(state: AgentState): AgentStep {
  return { state, effects: NO_EFFECTS };
}
