/**
 * What a presenter can do to the world: each as the engine's action, and as the entry of a scenario's `script:` that says the same.
 * The two must stay one: a branch that is saved and run again is the branch.
 */
import type { Action, Selector } from '../../sim/index.ts';
import { labelOf } from '../../sim/scenario/label.ts';
import type { Injection } from '../run/line.ts';
import type { Flight, Moment, OperationFacts, Peer } from '../run/moment.ts';
import type { Ui } from './ui.ts';

export type WhatIf = Pick<Injection, 'action' | 'label' | 'entry'>;

function whatIf(action: Action, entry: Injection['entry']): WhatIf {
  return { action, label: labelOf(action), entry };
}

const named = (name: string): Selector => [{ kind: 'name', name }];
const REST: Selector = [{ kind: 'rest' }];

export function crash({ name }: Peer): WhatIf {
  return whatIf({ kind: 'crash', who: named(name), restartAfterUs: null, guard: false }, { crash: name });
}

export function restart({ name }: Peer): WhatIf {
  return whatIf({ kind: 'restart', who: named(name) }, { restart: name });
}

export function pause({ name }: Peer): WhatIf {
  return whatIf({ kind: 'pause', who: named(name), forUs: null }, { pause: name });
}

export function resume({ name }: Peer): WhatIf {
  return whatIf({ kind: 'resume', who: named(name) }, { resume: name });
}

export function leave({ name }: Peer): WhatIf {
  return whatIf({ kind: 'leave', who: named(name), guard: false }, { leave: name });
}

export function join(): WhatIf {
  return whatIf({ kind: 'join', arguments: {}, count: 1 }, { join: 1 });
}

export function isolate({ name }: Peer): WhatIf {
  return whatIf({ kind: 'isolate', who: named(name), answers: false, forUs: null }, { isolate: name });
}

/** Nothing passes between two processes. */
export function cutLink(a: Peer, b: Peer): WhatIf {
  return whatIf(
    { kind: 'partition', sides: [named(a.name), named(b.name)], oneWay: false, answers: false, forUs: null },
    { partition: [a.name, b.name] },
  );
}

/** Nothing passes between some processes and all others. */
export function partition(side: readonly Peer[]): WhatIf {
  const names = side.map(({ name }) => name);
  const who: Selector = names.map((name) => ({ kind: 'name', name }));
  return whatIf(
    { kind: 'partition', sides: [who, REST], oneWay: false, answers: false, forUs: null },
    { partition: [names.length === 1 ? names[0] : names, 'rest'] },
  );
}

export function heal(): WhatIf {
  return whatIf({ kind: 'heal' }, { heal: 'all' });
}

export function lose({ sequence }: Flight): WhatIf {
  return whatIf({ kind: 'lose', sequence }, { lose: sequence });
}

/** @param args as the engine takes them. @param said the same as a scenario writes them. */
export function operate(
  { name, isStep }: OperationFacts,
  at: Peer,
  args: Readonly<Record<string, unknown>>,
  said: Readonly<Record<string, unknown>>,
): WhatIf {
  const action: Action = { kind: 'operation', name, node: named(at.name), arguments: args };
  const entry = isStep ? { step: { node: at.name, do: name, ...said } } : { [name]: { node: at.name, ...said } };
  return whatIf(action, entry);
}

/** An item of the menu: a letter, what it would do, and why it cannot. */
export interface Choice {
  readonly key: string;
  readonly text: string;
  /** Null where it can be chosen. */
  readonly obstacle: string | null;
  readonly chosen: ChoiceName;
}

export type ChoiceName =
  | 'crash'
  | 'restart'
  | 'pause'
  | 'isolate'
  | 'cut'
  | 'partition'
  | 'lose'
  | 'operate'
  | 'join'
  | 'leave'
  | 'heal';

/** The menu as it stands for what is selected. */
export function choices(ui: Ui, moment: Moment): readonly Choice[] {
  const peer = selectedPeer(ui, moment);
  const flight = selectedFlight(ui, moment);
  const name = peer?.name ?? 'the node';
  const noNode = peer === null ? 'select a node first (n)' : null;
  const unless = (isFine: boolean, why: string) => noNode ?? (isFine ? null : why);
  const isLive = peer?.status === 'up' || peer?.status === 'paused';
  const side = sideOf(ui, moment);
  const choice = (key: string, chosen: ChoiceName, text: string, obstacle: string | null): Choice => ({
    key,
    text,
    obstacle,
    chosen,
  });
  return [
    choice('c', 'crash', `crash ${name}`, unless(isLive, `${name} is not running`)),
    choice('r', 'restart', `restart ${name}`, unless(peer?.status === 'down', `${name} is not down`)),
    peer?.status === 'paused'
      ? choice('z', 'pause', `resume ${name}`, null)
      : choice('z', 'pause', `pause ${name}`, unless(peer?.status === 'up', `${name} is not running`)),
    choice('i', 'isolate', `isolate ${name}`, noNode),
    choice('k', 'cut', `cut the link from ${name} to …`, noNode),
    choice(
      'g',
      'partition',
      side.length > 1 ? `partition ${side.length} marked nodes from the rest` : `partition ${name} from the rest`,
      side.length === 0 ? noNode : null,
    ),
    choice(
      'm',
      'lose',
      flight === null ? 'lose the message' : `lose the message ${flight.kind}`,
      flight === null ? 'select a message first (m)' : null,
    ),
    choice('o', 'operate', `start an operation at ${name} …`, unless(isLive, `${name} is not running`)),
    choice('j', 'join', 'let a new node join', null),
    choice('l', 'leave', `let ${name} leave in good order`, unless(peer?.status === 'up', `${name} is not running`)),
    choice('h', 'heal', 'end every partition and isolation', null),
  ];
}

export function selectedPeer(ui: Ui, moment: Moment): Peer | null {
  return ui.selected === null ? null : (moment.peers[ui.selected] ?? null);
}

export function selectedFlight(ui: Ui, moment: Moment): Flight | null {
  return ui.message === null ? null : (moment.flights.find(({ sequence }) => sequence === ui.message) ?? null);
}

/** Those on one side of a partition: the marked ones, or the selected one. */
export function sideOf(ui: Ui, moment: Moment): readonly Peer[] {
  const chosen = ui.marked.length > 0 ? ui.marked : ui.selected === null ? [] : [ui.selected];
  return chosen.map((address) => moment.peers[address]).filter((peer) => peer !== undefined);
}
