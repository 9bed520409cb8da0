import type { System } from '../../contract/system.ts';
import { labelOf } from '../label.ts';
import { type FaultSettings, WHEN_KEYS } from '../language/actions.ts';
import type { Action, FaultRate, Selector, TimedAction } from '../plan.ts';
import type { Path } from '../tree.ts';
import { type Draft, hasRest } from './draft.ts';
import { endsOf } from './network.ts';

/** An entry of `faults` or `script` as the schemas give it: when, and one action by its name. */
export type ActionSettings = FaultSettings & WhenSettings & Readonly<Record<string, unknown>>;

interface WhenSettings {
  readonly at?: number | undefined;
  readonly 'after-event'?: number | undefined;
  readonly rate?: number | undefined;
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

export interface BuiltActions {
  readonly actions: readonly TimedAction[];
  readonly faultRates: readonly FaultRate[];
}

/** An entry's actions (a `scale` of several groups is several). */
export function builtActions(entry: ActionSettings, path: Path, system: System, draft: Draft): BuiltActions {
  const kind = Object.keys(entry).find((key) => !WHEN_KEYS.includes(key)) ?? '';
  const place = draft.place(path);
  const described = actionsOf(kind, entry, path, system, draft).map((action) => ({
    action,
    label: labelOf(action),
    place,
  }));
  const said = (['at', 'after-event', 'rate'] as const).filter((key) => entry[key] !== undefined);
  if (said.length !== 1) {
    const scripted = path[0] === 'script';
    draft.problems.value(
      path,
      said.length === 0 ? `a ${kind} without a time` : `${said.join(' and ')}`,
      `exactly one of: at, after-event${scripted ? '' : ', rate'}`,
    );
  }
  for (const key of ['from', 'until'] as const) {
    if (entry[key] !== undefined && entry.rate === undefined)
      draft.contradiction([...path, key], `no \`${key}\` without a \`rate\``);
  }
  if (entry.rate !== undefined) {
    const window = draft.window(path, entry.from, entry.until);
    const perSecond = entry.rate;
    return { actions: [], faultRates: described.map((fault) => ({ perSecond, ...window, ...fault })) };
  }
  const atUs = entry.at === undefined ? 0 : draft.instant([...path, 'at'], entry.at);
  const afterEvent = entry['after-event'] ?? null;
  return { actions: described.map((action) => ({ atUs, afterEvent, ...action })), faultRates: [] };
}

function actionsOf(kind: string, entry: ActionSettings, path: Path, system: System, draft: Draft): readonly Action[] {
  const here = [...path, kind];
  if (kind === 'scale') return scalings(entry.scale ?? {}, here, system, draft);
  const action = faultOf(kind, entry, here, draft) ?? operationOf(kind, entry, system);
  if ('who' in action) {
    const isShort = !draft.says([...here, 'nodes']);
    draft.refuseRest(isShort ? here : [...here, 'nodes'], action.who);
  } else if (action.kind === 'operation') {
    draft.refuseRest([...here, 'node'], action.node);
  }
  return [action];
}

/** A fault's settings as an action; null if `kind` is an operation. */
function faultOf(kind: string, entry: FaultSettings, path: Path, draft: Draft): Action | null {
  switch (kind) {
    case 'crash':
      return entry.crash
        ? { kind, who: entry.crash.nodes, restartAfterUs: entry.crash.restart ?? null, guard: entry.crash.guard }
        : null;
    case 'crashHost':
      return entry.crashHost
        ? { kind, who: entry.crashHost.nodes, restartAfterUs: entry.crashHost.restart ?? null }
        : null;
    case 'restart':
    case 'restartHost':
    case 'resume': {
      const said = entry[kind];
      return said ? { kind, who: said.nodes } : null;
    }
    case 'pause':
      return entry.pause ? { kind, who: entry.pause.nodes, forUs: entry.pause.for ?? null } : null;
    case 'partition':
      return entry.partition ? partitionOf(entry.partition, path, draft) : null;
    case 'isolate': {
      const said = entry.isolate;
      return said ? { kind, who: said.nodes, answers: said.answers === 'unreachable', forUs: said.for ?? null } : null;
    }
    case 'degrade':
      return entry.degrade ? degradeOf(entry.degrade, path, draft) : null;
    case 'heal':
      return { kind };
    case 'skew':
      return entry.skew ? skewOf(entry.skew, path, draft) : null;
    case 'join':
      return entry.join === undefined ? null : joinOf(entry.join);
    case 'leave':
      return entry.leave ? { kind, who: entry.leave.nodes, guard: entry.leave.guard } : null;
    case 'lose':
      return entry.lose === undefined ? null : { kind, sequence: entry.lose };
    default:
      return null;
  }
}

function partitionOf(said: NonNullable<FaultSettings['partition']>, path: Path, draft: Draft): Action {
  const rests = said.between.filter(hasRest);
  if (rests.length > 1) draft.contradiction(path, '`rest` on one side only');
  return {
    kind: 'partition',
    sides: said.between,
    oneWay: said['one-way'],
    answers: said.answers === 'unreachable',
    forUs: said.for ?? null,
  };
}

const ALL: Selector = [{ kind: 'all' }];

function degradeOf(said: NonNullable<FaultSettings['degrade']>, path: Path, draft: Draft): Action {
  const { nodes, between, from, to, latency, loss, duplicate } = said;
  const saysEnds = between !== undefined || from !== undefined || to !== undefined;
  if (nodes !== undefined && saysEnds)
    draft.contradiction(path, '`nodes`, `between`, or `from` and `to`, one of the three');
  if (
    latency === undefined &&
    loss === 0 &&
    duplicate === 0 &&
    !draft.says([...path, 'loss']) &&
    !draft.says([...path, 'duplicate'])
  ) {
    draft.contradiction(path, 'something that gets worse: latency, loss or duplicate');
  }
  draft.refuseRest([...path, 'nodes'], nodes);
  const ends = saysEnds ? endsOf(said, path, draft) : { from: nodes ?? ALL, to: ALL, bothWays: true };
  return { kind: 'degrade', ...ends, extraLatency: latency ?? null, loss, duplicate, forUs: said.for ?? null };
}

function skewOf(said: NonNullable<FaultSettings['skew']>, path: Path, draft: Draft): Action {
  if (!draft.says([...path, 'by']) && !draft.says([...path, 'drift'])) {
    draft.contradiction(path, 'how the clock is off: by (a duration) or drift (parts per million)');
  }
  return { kind: 'skew', who: said.nodes, offsetUs: said.by, driftPpm: said.drift, forUs: said.for ?? null };
}

function joinOf(said: NonNullable<FaultSettings['join']>): Action {
  if (typeof said === 'number') return { kind: 'join', arguments: {}, count: said };
  const { count, ...rest } = said;
  return { kind: 'join', arguments: rest, count };
}

function scalings(
  groups: Readonly<Record<string, number>>,
  path: Path,
  system: System,
  draft: Draft,
): readonly Action[] {
  if (system.membership.scale === undefined)
    draft.problems.key(path, 'scale', `an action that ${system.name} knows; it has no groups to scale`);
  return Object.entries(groups).map(([group, size]) => ({ kind: 'scale', group, size }));
}

function operationOf(kind: string, entry: Readonly<Record<string, unknown>>, system: System): Action {
  const { node, ...said } = entry[kind] as { readonly node: Selector; readonly do?: unknown };
  // Under `step`, `do` names the operation, unless the system has one that is called `step`.
  if (kind !== 'step' || Object.hasOwn(system.operations, kind))
    return { kind: 'operation', name: kind, node, arguments: said };
  const { do: name, ...args } = said;
  return { kind: 'operation', name: String(name), node, arguments: args };
}

/** When the last of what the timetable and the rates do to the run is over, or null if they do nothing. */
export function lastDisturbanceUs({ actions, faultRates }: BuiltActions): number | null {
  const ends = [
    ...actions
      .filter((timed) => isFault(timed.action) && timed.afterEvent === null)
      .map((timed) => timed.atUs + lastsUs(timed.action)),
    ...faultRates.filter((rate) => rate.perSecond > 0).map((rate) => rate.untilUs + lastsUs(rate.action)),
  ];
  return ends.length === 0 ? null : Math.max(...ends);
}

function isFault(action: Action): boolean {
  return action.kind !== 'operation';
}

function lastsUs(action: Action): number {
  if ('forUs' in action) return action.forUs ?? 0;
  return 'restartAfterUs' in action ? (action.restartAfterUs ?? 0) : 0;
}
