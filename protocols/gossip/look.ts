/** Activity 1: look at one's own folder and make metadata with the next version. */
import { type Context, note } from '../../sim/protocol.ts';
import { becomeInfective } from './hot.ts';
import { sameNames } from './stamps.ts';
import type { PeerState } from './state.ts';
import type { GossipEffect, GossipTypes } from './types.ts';

export function look(state: PeerState, ctx: Context<GossipTypes>, wishes: GossipEffect[]): PeerState {
  const { origin, incarnation, version, files } = state.own;
  const own = { origin, incarnation, version: version + 1, files: state.folder };
  wishes.push(note({ kind: 'looked', version: own.version, changed: !sameNames(files, own.files) }));
  const looked = { ...state, own, ownMadeAtUs: ctx.nowUs };
  return ctx.config.strategy === 'rumor' ? becomeInfective(looked, own, ctx, wishes) : looked;
}
