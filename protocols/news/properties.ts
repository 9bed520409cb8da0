/**
 * What must hold. Sound answers come from two sides: what the judge has seen go wrong, which stays wrong, and what the tables and views are at
 * the moment.
 */
import type { Address, Property, Violation, World } from '../../sim/protocol.ts';
import type { Judged, Wrong } from './judged.ts';
import { failoverBoundUs, lateMessage, servedBy } from './services.ts';
import type { AgentState, NewsTypes, State } from './state.ts';
import { get, groups, keysWith, scan, type Table } from './table.ts';
import { SEPARATOR, type Tables } from './tables.ts';

type NewsProperty = Property<NewsTypes, Judged>;
type NewsWorld = World<NewsTypes>;

/** A property that is broken for good by something the judge has seen. */
function never(wrong: Wrong, description: string, source: string): NewsProperty {
  return {
    description,
    source,
    check: (_world, { wrongs }) => {
      const seen = wrongs[wrong];
      if (seen === undefined) return null;
      const times = seen.count === 1 ? '' : ` (${seen.count} such cases, this is the last)`;
      return { message: seen.message + times, processes: seen.processes };
    },
    touchedBy: touchesJudge,
  };
}

/** The judge changes by commits and by ends of operations, of which the engine tells by itself; no state is looked at. */
function touchesJudge(): boolean {
  return false;
}

function violation(message: string, processes: readonly Address[] = []): Violation {
  return { message, processes };
}

// ── Nothing outlives its area ─────────────────────────────────────────────────────────────────────────────────────

function orphan(tables: Tables): string | null {
  const missing = (area: string) => get(tables.areas, area) === undefined;
  const byArea: readonly (readonly [string, Table<unknown>])[] = [
    ['news', tables.news],
    ['subscriptions', tables.subscriptions],
    ['read marks', tables.marks],
  ];
  for (const [what, table] of byArea) {
    const area = groups(table, SEPARATOR).find(missing);
    if (area !== undefined) return `there are ${what} in ${area}, which does not exist`;
  }
  const assigned = keysWith(tables.assignments).find(missing);
  return assigned === undefined ? null : `${assigned}, which does not exist, is assigned to a node`;
}

// ── Assignments ───────────────────────────────────────────────────────────────────────────────────────────────────

/** What each live agent would answer from its view: as described it asks nobody else. */
function* beliefs(
  world: NewsWorld,
  databases: number,
): Iterable<{ readonly agent: Address; readonly view: NonNullable<AgentState['view']> }> {
  if (world.config.traits.comparesAndSets) return;
  for (let address = databases; address < databases + world.config.agents + 1 && address < world.size; address++) {
    const { state, status } = world.process(address);
    if (status === 'up' && state.role === 'agent' && state.view !== null) yield { agent: address, view: state.view };
  }
}

function servedByTwo(world: NewsWorld, judged: Judged): Violation | null {
  const first = new Map<string, { readonly agent: Address; readonly commission: string }>();
  for (const { agent, view } of beliefs(world, judged.databases.length)) {
    for (const { area, commission } of view.assignments) {
      const isOffered = view.commissions.some((row) => row.name === commission && row.alive);
      if (!isOffered || get(judged.tables.areas, area) === undefined) continue;
      const other = first.get(area);
      if (other === undefined) first.set(area, { agent, commission });
      else if (other.commission !== commission) {
        const [one, two] = [world.process(other.agent).name, world.process(agent).name];
        return violation(`${one} sends clients of ${area} to ${other.commission}, ${two} to ${commission}`, [
          other.agent,
          agent,
        ]);
      }
    }
  }
  return null;
}

function unserved(judged: Judged): Violation | null {
  for (const { name } of scan(judged.tables.areas)) {
    const { commission, live } = servedBy(judged, judged.tables, name);
    if (live) continue;
    if (commission === null) return violation(`${name} is assigned to no node`);
    const gateway = judged.services[commission]?.gateway;
    return violation(
      `${name} is assigned to ${commission}, which is down`,
      gateway === undefined || gateway === null ? [] : [gateway],
    );
  }
  return null;
}

function late(world: NewsWorld, judged: Judged): Violation | null {
  const seen = judged.wrongs['late fail-over'];
  if (seen !== undefined) return violation(seen.message);
  if (judged.possibleSinceUs === null) return null;
  const { broken } = judged.failovers;
  const area = Object.keys(broken).find((name) => {
    const from = Math.max(broken[name].dueFromUs, judged.possibleSinceUs ?? 0);
    return world.nowUs > from + failoverBoundUs(world.config);
  });
  return area === undefined ? null : violation(lateMessage(area));
}

function onePrimary(world: NewsWorld, judged: Judged): Violation | null {
  const seen = judged.wrongs.undone;
  if (seen !== undefined) return violation(seen.message, seen.processes);
  const alone = judged.databases.filter((address) => {
    const { state, status } = world.process(address);
    return status === 'up' && state.role === 'database' && state.duty === 'primary' && !state.replication.required;
  });
  if (alone.length < 2) return null;
  return violation(
    `${alone.map((address) => world.process(address).name).join(' and ')} both acknowledge transactions alone`,
    alone,
  );
}

function notLinearizable(judged: Judged): Violation | null {
  const record = scan(judged.areas).find(({ found }) => found === 'violated');
  return record === undefined ? null : violation(record.message);
}

const changesView = (before: State, after: State): boolean =>
  after.role === 'agent' && before.role === 'agent' && before.view !== after.view;
const changesDuty = (before: State, after: State): boolean =>
  after.role === 'database' &&
  before.role === 'database' &&
  (before.duty !== after.duty || before.replication.required !== after.replication.required);

export const PROPERTIES: Readonly<Record<string, NewsProperty>> = {
  'no acknowledged publish is lost': never(
    'lost publish',
    'News whose publication was acknowledged is in the database until its author deletes it or an administrator its area.',
    'Invariants; durability of the database',
  ),
  'no publish appears twice': never(
    'publish twice',
    'Each publication that a client asked for is one piece of news at most.',
    'Invariants; flaw 2',
  ),
  'only its author removes news': never(
    'removed by another',
    'News disappears by its author’s deletion, or with its area, and in no other way.',
    'Invariants',
  ),
  'nothing outlives its area': {
    description: 'News, subscriptions, read marks and assignments are of areas that exist.',
    source: 'Invariants; flaw 5',
    check: (_world, { tables }) => {
      const message = orphan(tables);
      return message === null ? null : violation(message);
    },
    touchedBy: touchesJudge,
  },
  'clients read their writes': never(
    'own write unseen',
    'What a client did, and was told was done, it sees in whatever it asks after that, whichever replica answers.',
    'Invariants',
  ),
  'area histories are linearizable': {
    description:
      'The operations on each area can be put into one order that respects real time and explains every outcome.',
    source: 'Invariants; Herlihy and Wing, TOPLAS 1990',
    check: (_world, judged) => notLinearizable(judged),
    touchedBy: touchesJudge,
  },
  'no unread news is delivered twice': never(
    'unread twice',
    'A reading of unread news never gives what its user was given before.',
    'Flaw 4',
  ),
  'no unread news is lost': never('unread lost', 'What counts as read by a user was delivered to that user.', 'Flaw 4'),
  'no area is served by two nodes': {
    description:
      'All agents send the clients of an area to the same node, and no assignment to a live node is overwritten.',
    source: 'Invariants; flaw 3',
    check: servedByTwo,
    touchedBy: changesView,
  },
  'no assignment is overwritten': never(
    'overwritten assignment',
    'Of an area that is assigned to a node marked as alive the assignment does not change (a lost update).',
    'Flaw 3',
  ),
  'every area is served': {
    description: 'Every area is assigned to one live node: a commission whose address and at least one replica are up.',
    source: 'Invariants',
    check: (_world, judged) => unserved(judged),
    touchedBy: touchesJudge,
  },
  'areas fail over in time': {
    description:
      'An area without a live node has one again within healthEvery, healthTimeout and one round (databaseTimeout) of the last start or stop of a part of the service, if there is one to be had.',
    source: 'Invariants',
    check: late,
    touchedBy: touchesJudge,
  },
  'no operation fails needlessly': never(
    'needless failure',
    'A client gives up only if at some moment of its operation no agent, no live node or no database was up. (Processes count, not links.)',
    'Flaws 1 and 6',
  ),
  'one database acknowledges': {
    description: 'No two databases acknowledge at a time, and what was committed stays so under any primary.',
    source: 'Flaw 6 and the rules in replication.ts; PacificA, MSR-TR-2008-25, section 2',
    check: onePrimary,
    touchedBy: changesDuty,
  },
};
