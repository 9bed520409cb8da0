/** The moves of a path in words. */
import type { Kinded } from '../../contract/protocol-types.ts';
import { kindedText, nameOf, type Speaker } from '../words.ts';
import type { Model } from './moves.ts';
import type { PathStep } from './search.ts';
import { ModelWorld } from './world.ts';

export function moveText({ before, move, after }: PathStep, model: Model): string {
  const { plan, nowUs } = model;
  const speaker: Speaker = { system: plan.system, world: new ModelWorld(after, plan.config, nowUs) };
  const name = (address: number) => nameOf(address, speaker);
  switch (move.kind) {
    case 'deliver':
    case 'duplicate':
    case 'lose': {
      const { kind, from, to, message } = before.messages[move.message];
      const verb = { datagram: 'tells', request: 'asks', reply: 'answers' }[kind];
      const said = `${name(from)} ${verb} ${name(to)}: ${kindedText('message', message, speaker)}`;
      return move.kind === 'lose' ? `lost: ${said}` : move.kind === 'duplicate' ? `${said} (and once more)` : said;
    }
    case 'fire': {
      const { timer } = before.processes[move.address].timers[move.timer];
      return `${name(move.address)}: ${kindedText('timer', timer, speaker)}`;
    }
    case 'fail':
    case 'timeout': {
      const { from, to, doomed } = before.requests[move.request];
      return `${name(from)} gets no answer from ${name(to)} (${doomed ?? 'timeout'})`;
    }
    case 'restart':
      return `${name(move.address)} starts again`;
    case 'act':
      return actText(move.act, move.on, { before, move, after }, model, speaker);
  }
}

function actText(
  act: number,
  on: readonly number[],
  { before, after }: PathStep,
  model: Model,
  speaker: Speaker,
): string {
  const { action, label } = model.acts[act];
  const names = on.map((address) => nameOf(address, speaker));
  switch (action.kind) {
    case 'join':
      return `${
        after.processes
          .slice(before.processes.length)
          .map(({ name }) => name)
          .join(', ') || 'nobody'
      } joins`;
    case 'crash':
      return `${names.join(', ')} crashes`;
    case 'leave':
      return `${names.join(', ')} is asked to leave`;
    case 'operation': {
      const issued = after.operations.find(({ record }) => record.id === act)?.record.operation;
      return `${names.join(', ')} is asked: ${issued === undefined ? action.name : kindedText('operation', issued as Kinded, speaker)}`;
    }
    default:
      return label;
  }
}
