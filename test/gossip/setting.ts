// What the tests of gossip share: configurations, contexts, and a machine that proves its purity at each step.

import { expect } from 'vitest';
import type { GossipConfig } from '../../protocols/gossip/config.ts';
import { gossip } from '../../protocols/gossip/index.ts';
import { peer } from '../../protocols/gossip/peer.ts';
import type { GossipTypes } from '../../protocols/gossip/types.ts';
import { deepFreeze } from '../../sim/engine/freeze.ts';
import type { Address, Context, Machine, Random, Step, Traits } from '../../sim/protocol.ts';
import { Stream } from '../../sim/random/stream.ts';

export interface Circumstances {
  readonly nodes?: number;
  readonly variant?: 'described' | 'hardened';
  readonly traits?: Traits;
  readonly settings?: Readonly<Record<string, unknown>>;
}

export function configOf({
  nodes = 4,
  variant = 'hardened',
  traits = {},
  settings = {},
}: Circumstances = {}): GossipConfig {
  const chosen = gossip.variants[variant];
  return deepFreeze(
    gossip.configure(gossip.settings.parse(settings), { ...chosen.traits, ...traits }, { variant, nodes }),
  );
}

export function contextOf(
  config: GossipConfig,
  self: Address,
  nowUs: number,
  random: Random = new Stream(1 + self),
): Context<GossipTypes> {
  return { config, self, nowUs, random };
}

/**
 * The peer's machine, checked at each step: it changes none of its arguments (they are frozen), the same step from
 * the same stream gives the same again, what it gives is plain data, and "nothing changed" is the same object.
 */
export const pure: Machine<GossipTypes> = {
  start: (boot, durable, ctx) => twice(ctx, (context) => peer.start(deepFreeze(boot), deepFreeze(durable), context)),
  handle(state, input, ctx) {
    deepFreeze(state);
    deepFreeze(input);
    const step = twice(ctx, (context) => peer.handle(state, input, context));
    if (step.state !== state) expect(step.state, 'an equal state should be the same object').not.toEqual(state);
    return step;
  },
};

function twice(ctx: Context<GossipTypes>, take: (ctx: Context<GossipTypes>) => Step<GossipTypes>): Step<GossipTypes> {
  const stream = ctx.random as Stream;
  const before = stream.snapshot();
  const first = take(ctx);
  const after = stream.snapshot();
  stream.restore(before);
  const second = take(ctx);
  expect(second).toEqual(first);
  expect(stream.snapshot()).toEqual(after);
  expect(JSON.parse(JSON.stringify(first))).toEqual(first);
  return deepFreeze(first);
}
