/** What can happen next in a state of the model, and what comes of it. */
import type { Address } from '../../contract/protocol-types.ts';
import type { OperationDraw } from '../../contract/system.ts';
import type { Action, Selector } from '../../scenario/plan.ts';
import { type Choices, everyChoice } from './choices.ts';
import { Draft, type Setting } from './machine.ts';
import type { ModelMessage, ModelState } from './state.ts';

/** Something that a scenario allows to happen once, at any moment. */
export interface Act {
  readonly label: string;
  readonly action: Action;
}

export interface Bounds {
  /** How often each kind of timer of each process may fire. */
  readonly rounds: number;
}

export interface Model extends Setting {
  readonly acts: readonly Act[];
  readonly bounds: Bounds;
  /** Whether processes that crashed may start again. */
  readonly restarts: boolean;
}

export type Move =
  /** Indices are those of the state's own lists. */
  | { readonly kind: 'deliver' | 'lose' | 'duplicate'; readonly message: number }
  | { readonly kind: 'fire'; readonly address: Address; readonly timer: number }
  /** A request that cannot be answered any more comes to nothing. */
  | { readonly kind: 'fail'; readonly request: number }
  /** A request that could still be answered is given up. */
  | { readonly kind: 'timeout'; readonly request: number }
  | { readonly kind: 'act'; readonly act: number; readonly on: readonly Address[] }
  | { readonly kind: 'restart'; readonly address: Address };

export function movesFrom(at: ModelState, model: Model): readonly Move[] {
  const { messages, requests, processes, left } = at;
  const udp = model.plan.network.requests.transport === 'udp';
  const moves: Move[] = messages.map((_, message) => ({ kind: 'deliver', message }));
  requests.forEach(({ doomed }, request) => {
    if (doomed !== null) moves.push({ kind: 'fail', request });
    else if (left.timeouts > 0) moves.push({ kind: 'timeout', request });
  });
  for (const { address, status, timers, fired } of processes) {
    if (status === 'down' && model.restarts) moves.push({ kind: 'restart', address });
    timers.forEach(({ timer }, index) => {
      if ((fired[timer.kind] ?? 0) < model.bounds.rounds) moves.push({ kind: 'fire', address, timer: index });
    });
  }
  for (const act of left.actions)
    for (const on of targetsOf(model.acts[act].action, at, model)) moves.push({ kind: 'act', act, on });
  messages.forEach(({ kind }, message) => {
    // TCP sends again what was lost.
    if (left.losses > 0 && (kind === 'datagram' || udp)) moves.push({ kind: 'lose', message });
    if (left.duplicates > 0 && kind === 'datagram') moves.push({ kind: 'duplicate', message });
  });
  return moves;
}

/** What may come of a move: one state for each way that chance can go. */
export function after(at: ModelState, move: Move, model: Model) {
  return everyChoice((random) => {
    const draft = new Draft(at, model, random);
    carryOut(draft, move, model, random);
    return draft.state;
  });
}

function carryOut(draft: Draft, move: Move, model: Model, random: Choices): void {
  const { state } = draft;
  switch (move.kind) {
    case 'deliver':
      deliver(draft, state.messages[move.message], true);
      return;
    case 'duplicate':
      draft.change(({ left }) => ({ left: { ...left, duplicates: left.duplicates - 1 } }));
      deliver(draft, state.messages[move.message], false);
      return;
    case 'lose': {
      const lost = state.messages[move.message];
      draft.change(({ messages, left, requests }) => ({
        messages: messages.filter((each) => each !== lost),
        left: { ...left, losses: left.losses - 1 },
        requests:
          lost.kind === 'datagram'
            ? requests
            : requests.map((each) => (each.id === lost.id ? { ...each, doomed: 'timeout' as const } : each)),
      }));
      return;
    }
    case 'fire': {
      const process = state.processes[move.address];
      const { timer } = process.timers[move.timer];
      const fired = { ...process.fired, [timer.kind]: (process.fired[timer.kind] ?? 0) + 1 };
      const timers = process.timers.toSpliced(move.timer, 1);
      draft.change(({ processes }) => ({ processes: processes.with(move.address, { ...process, timers, fired }) }));
      draft.hand(move.address, { kind: 'timer', timer });
      return;
    }
    case 'fail':
    case 'timeout': {
      const request = state.requests[move.request];
      draft.change(({ requests, left }) => ({
        requests: requests.filter((each) => each !== request),
        left: move.kind === 'timeout' ? { ...left, timeouts: left.timeouts - 1 } : left,
      }));
      const { from, to, tag } = request;
      draft.hand(from, { kind: 'failure', to, reason: request.doomed ?? 'timeout', tag });
      return;
    }
    case 'restart':
      restart(draft, move.address, random);
      return;
    case 'act':
      draft.change(({ left }) => ({ left: { ...left, actions: left.actions.filter((each) => each !== move.act) } }));
      strike(draft, model.acts[move.act], move, random);
  }
}

function deliver(draft: Draft, message: ModelMessage, takesIt: boolean): void {
  if (takesIt) draft.change(({ messages }) => ({ messages: messages.filter((each) => each !== message) }));
  const { from, to } = message;
  switch (message.kind) {
    case 'datagram':
      draft.hand(to, { kind: 'datagram', from, message: message.message, group: message.group });
      return;
    case 'request': {
      const request = draft.state.requests.find(({ id }) => id === message.id);
      if (request !== undefined) draft.putRequest({ ...request, heldBy: draft.state.processes[to].incarnation });
      draft.hand(to, { kind: 'request', from, id: message.id, message: message.message });
      return;
    }
    case 'reply': {
      const request = draft.state.requests.find(({ id }) => id === message.id);
      if (request === undefined) return;
      draft.change(({ requests }) => ({ requests: requests.filter((each) => each !== request) }));
      draft.hand(to, { kind: 'reply', from, message: message.message, tag: request.tag });
    }
  }
}

function restart(draft: Draft, address: Address, random: Choices): void {
  const { membership } = draft.setting.plan.system;
  const view = draft.world.process(address);
  const boot = membership.reboot === undefined ? view.boot : membership.reboot(draft.world, view, random);
  draft.change(({ processes }) => ({ processes: processes.with(address, { ...processes[address], boot }) }));
  draft.start(address);
}

function strike(draft: Draft, { action }: Act, { act, on }: Move & { kind: 'act' }, random: Choices): void {
  const { system } = draft.setting.plan;
  switch (action.kind) {
    case 'crash':
      for (const address of on) draft.end(address, 'down');
      return;
    case 'restart':
      for (const address of on) restart(draft, address, random);
      return;
    case 'leave':
      for (const address of on) draft.hand(address, { kind: 'leave' });
      return;
    case 'join': {
      const spec = system.membership.join(draft.world, action.arguments, random);
      if (spec !== null) draft.start(draft.spawn(spec));
      return;
    }
    case 'operation': {
      const spec = system.operations[action.name];
      const [issuer] = on;
      const draw: OperationDraw<never, unknown> = {
        world: draft.world as never,
        judged: draft.state.judged,
        issuer,
        random,
        index: (n) => random.int(n),
      };
      const operation = spec.make(action.arguments, draw as never);
      if (operation !== null) draft.issue(spec, operation, issuer, act);
    }
  }
}

/** Whom an action may strike now: one list for each way to choose. */
function targetsOf(action: Action, at: ModelState, model: Model): readonly (readonly Address[])[] {
  switch (action.kind) {
    case 'join':
      return [[]];
    case 'crash':
    case 'leave': {
      const world = new Draft(at, model, NO_CHOICES).world;
      const mayFail = (address: Address) =>
        !action.guard || (model.plan.system.membership.mayFail?.(world, address) ?? true);
      return chosen(action.who, at, 'up').filter((on) => on.every(mayFail));
    }
    case 'restart':
      return chosen(action.who, at, 'down');
    case 'operation': {
      const spec = model.plan.system.operations[action.name];
      const world = new Draft(at, model, NO_CHOICES).world;
      return chosen(action.node, at, 'up').filter(
        ([issuer]) => issuer !== undefined && (spec.issuable?.(world.process(issuer) as never) ?? true),
      );
    }
    default:
      return [];
  }
}

const NO_CHOICES = null as never;

/** `any` is one of them, each in its turn; all else is who is meant, together. */
function chosen(selector: Selector, { processes }: ModelState, status: 'up' | 'down'): readonly (readonly Address[])[] {
  const candidates = processes.filter((process) => process.status === status);
  if (selector.some((term) => term.kind === 'any')) return candidates.map(({ address }) => [address]);
  const meant = candidates.filter(({ address, name, role, host }) =>
    selector.some((term) => {
      switch (term.kind) {
        case 'all':
          return true;
        case 'range':
          return term.from <= address && address <= term.to;
        case 'name':
          return [name, host, role, String(address)].includes(term.name);
        default:
          return false;
      }
    }),
  );
  return meant.length === 0 ? [] : [meant.map(({ address }) => address)];
}
