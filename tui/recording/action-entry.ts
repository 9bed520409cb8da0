/** What was done in a recording, as the entry of a scenario's `script:` that says the same: so that a branch off a recording can be saved. */
import { type Action, formatDuration, type Selector, type System } from '../../sim/index.ts';
import { selectorText } from '../../sim/scenario/label.ts';

type Entry = Readonly<Record<string, unknown>>;

/** Without its time. Null for what only a hand-written recording has: hosts, worse links, clocks, sizes of groups. */
export function entryOf(action: Action, { operations }: Pick<System, 'operations'>): Entry | null {
  switch (action.kind) {
    case 'crash': {
      const { who, restartAfterUs, guard } = action;
      const restart = restartAfterUs === null ? {} : { restart: `after ${formatDuration(restartAfterUs)}` };
      return { crash: short(who, { ...restart, ...(guard ? { guard } : {}) }) };
    }
    case 'restart':
    case 'resume':
      return { [action.kind]: said(action.who) };
    case 'leave':
      return { leave: short(action.who, action.guard ? { guard: true } : {}) };
    case 'pause':
      return { pause: short(action.who, lasting(action.forUs)) };
    case 'isolate':
      return { isolate: short(action.who, { ...lasting(action.forUs), ...answering(action.answers) }) };
    case 'partition': {
      const { sides, oneWay, answers, forUs } = action;
      const rest = { ...lasting(forUs), ...answering(answers), ...(oneWay ? { 'one-way': true } : {}) };
      const between = sides.map(said);
      return { partition: Object.keys(rest).length === 0 ? between : { between, ...rest } };
    }
    case 'heal':
      return { heal: 'all' };
    case 'join': {
      const { count, arguments: args } = action;
      return { join: Object.keys(args).length === 0 ? count : { count, ...args } };
    }
    case 'lose':
      return { lose: action.sequence };
    case 'operation': {
      const { name, node, arguments: args } = action;
      const at = { node: said(node) };
      return operations[name]?.step === true ? { step: { ...at, do: name, ...args } } : { [name]: { ...at, ...args } };
    }
    default:
      return null;
  }
}

/** One word, or a list of them. */
function said(selector: Selector): unknown {
  const words = selector.map((term) => selectorText([term]));
  return words.length === 1 ? words[0] : words;
}

/** Only whom it concerns, where there is no more to say. */
function short(who: Selector, rest: Entry): unknown {
  return Object.keys(rest).length === 0 ? said(who) : { nodes: said(who), ...rest };
}

function lasting(forUs: number | null): Entry {
  return forUs === null ? {} : { for: formatDuration(forUs) };
}

function answering(answers: boolean): Entry {
  return answers ? { answers: 'unreachable' } : {};
}
