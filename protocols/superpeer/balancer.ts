/**
 * The balancer: the one public address. It pings the superpeers all the time, and hands each peer that asks to one of the
 * groups with a live superpeer: each in turn (round robin), or the one with the fewest peers by the last answers.
 */
import { type Address, exit, note, type RequestId, reply, request, setTimer } from '../../sim/protocol.ts';
import { quiet } from '../common/step.ts';
import { groupCount, groupOf, membersOf, type SuperpeerConfig } from './config.ts';
import type { BalancerContext, BalancerMachine, BalancerRole, BalancerState, BalancerStep, Other } from './state.ts';
import { answered, type Change, dropped, otherOf } from './superpeer-mesh.ts';

export const balancer: BalancerMachine = {
  start(_boot, _durable, ctx) {
    const others = Array.from({ length: ctx.config.superpeers }, (_, superpeer) => otherOf(superpeer));
    return {
      state: { role: 'balancer', others, next: 0, handed: 0 },
      effects: [setTimer({ kind: 'ping' }, ctx.config.pingEveryUs)],
    };
  },

  handle(state, input, ctx) {
    switch (input.kind) {
      case 'request':
        return input.message.kind === 'assign' ? hand(state, input.id, input.from, ctx) : quiet(state);
      case 'reply': {
        const peers = input.message.kind === 'pong' ? input.message.peers : 0;
        return changed(state, answered(state.others, input.from, peers, ctx.nowUs));
      }
      case 'failure':
        return changed(state, dropped(state.others, input.to));
      case 'datagram':
        return input.message.kind === 'goodbye' ? changed(state, dropped(state.others, input.from)) : quiet(state);
      case 'timer':
        return pingAll(state, ctx);
      case 'leave':
        return { state, effects: [exit()] };
      case 'operation':
        return quiet(state);
    }
  },
};

function pingAll(state: BalancerState, ctx: BalancerContext): BalancerStep {
  const { pingEveryUs, pingTimeoutUs } = ctx.config;
  const pings = state.others.map(({ superpeer }) =>
    request<BalancerRole>(superpeer, { kind: 'ping' }, { kind: 'ping' }, pingTimeoutUs),
  );
  return { state, effects: [setTimer({ kind: 'ping' }, pingEveryUs), ...pings] };
}

function changed(state: BalancerState, { others, news }: Change): BalancerStep {
  return {
    state: others === state.others ? state : { ...state, others },
    effects: news === null ? [] : [note<BalancerRole>(news)],
  };
}

/** Hands the peer to a group; both partners of it, even if one is down, since it may come back. */
function hand(state: BalancerState, id: RequestId, peer: Address, ctx: BalancerContext): BalancerStep {
  const { config } = ctx;
  const live = liveGroups(state, config);
  if (live.length === 0) return { state, effects: [reply(id, { kind: 'noSuperpeer' })] };
  const group = config.leastLoaded ? leastLoaded(state, live, config) : inTurn(live, state.next);
  return {
    state: {
      ...state,
      others: state.others.map((other) => (groupOf(config, other.superpeer) === group ? oneMore(other) : other)),
      next: (group + 1) % groupCount(config),
      handed: state.handed + 1,
    },
    effects: [
      note<BalancerRole>({ kind: 'handed', peer, group }),
      reply(id, { kind: 'assigned', superpeers: membersOf(config, group) }),
    ],
  };
}

/** The groups with a superpeer that answers, in ascending order. */
export function liveGroups(state: BalancerState, config: SuperpeerConfig): readonly number[] {
  const groups = state.others.filter((other) => other.active).map((other) => groupOf(config, other.superpeer));
  return [...new Set(groups)];
}

/** The first live group at or after that place, round the list. */
function inTurn(live: readonly number[], next: number): number {
  return live.find((group) => group >= next) ?? live[0];
}

/** The group whose live superpeers have the fewest peers, the first of them in a tie. */
function leastLoaded(state: BalancerState, live: readonly number[], config: SuperpeerConfig): number {
  const load = (group: number) =>
    Math.max(
      ...state.others
        .filter((other) => other.active && groupOf(config, other.superpeer) === group)
        .map((other) => other.peers),
    );
  return live.reduce((best, group) => (load(group) < load(best) ? group : best));
}

/** Until it answers the next ping, those that were handed to it count as its peers. */
function oneMore(other: Other): Other {
  return { ...other, peers: other.peers + 1 };
}
