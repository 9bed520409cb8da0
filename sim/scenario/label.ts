/** Actions and selectors as people read them, in log lines, markers and reports. */
import { formatDuration } from '../time.ts';
import type { Action, Selector, SelectorTerm } from './plan.ts';

/** `partition 0-9 from rest for 20s`. */
export function labelOf(action: Action): string {
  switch (action.kind) {
    case 'crash':
    case 'crashHost': {
      const what = action.kind === 'crash' ? 'crash' : 'crash host';
      const again = action.restartAfterUs === null ? '' : `, restart after ${formatDuration(action.restartAfterUs)}`;
      return `${what} ${selectorText(action.who)}${again}`;
    }
    case 'restart':
    case 'resume':
    case 'leave':
      return `${action.kind} ${selectorText(action.who)}`;
    case 'restartHost':
      return `restart host ${selectorText(action.who)}`;
    case 'pause':
      return `pause ${selectorText(action.who)}${lasting(action.forUs)}`;
    case 'isolate':
      return `isolate ${selectorText(action.who)}${lasting(action.forUs)}`;
    case 'partition':
      return `partition ${action.sides.map(selectorText).join(action.oneWay ? ' towards ' : ' from ')}${lasting(action.forUs)}`;
    case 'degrade':
      return `degrade ${selectorText(action.from)} ${action.bothWays ? 'and' : 'to'} ${selectorText(action.to)}${lasting(action.forUs)}`;
    case 'heal':
      return 'heal';
    case 'skew': {
      const offset = action.offsetUs === 0 ? [] : [`by ${formatDuration(action.offsetUs)}`];
      const drift = action.driftPpm === 0 ? [] : [`drifting ${action.driftPpm}ppm`];
      return `skew ${[selectorText(action.who), ...offset, ...drift].join(' ')}${lasting(action.forUs)}`;
    }
    case 'join':
      return `join ${action.count}${argumentsText(action.arguments)}`;
    case 'scale':
      return `scale ${action.group} to ${action.size}`;
    case 'operation':
      return `${action.name}${argumentsText(action.arguments)} at ${selectorText(action.node)}`;
    case 'lose':
      return `lose message ${action.sequence}`;
  }
}

/** `0-9, n12, any 3`. */
export function selectorText(selector: Selector): string {
  return selector.map(termText).join(', ');
}

function termText(term: SelectorTerm): string {
  switch (term.kind) {
    case 'name':
      return term.name;
    case 'range':
      return `${term.from}-${term.to}`;
    case 'any':
      return `any ${term.count}`;
    default:
      return term.kind;
  }
}

function lasting(forUs: number | null): string {
  return forUs === null ? '' : ` for ${formatDuration(forUs)}`;
}

function argumentsText(args: Readonly<Record<string, unknown>>): string {
  const said = Object.entries(args).map(
    ([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}
