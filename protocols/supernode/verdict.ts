/** Whether an outcome was right, by all that the judge knows. */
import type { Judgement, OperationRecord } from '../../sim/protocol.ts';
import { listed } from '../common/incidents.ts';
import { everServed, servedSince } from '../common/timeline.ts';
import { get, has } from '../common/trie.ts';
import type { SupernodeJudged } from './judged.ts';
import type { Finding, SupernodeOperation } from './messages.ts';
import type { SupernodeTypes } from './state.ts';
import {
  idsOf,
  isAliveByName,
  isIndexed,
  isServing,
  liveSupernodes,
  nameOf,
  ownerOf,
  type SupernodeWorld,
  servesNow,
} from './truth.ts';

export const verdicts = {
  correct: { good: true, description: 'The answer was right when it was given.' },
  stale: { good: false, description: 'The location had it once and no longer serves it, or a name is of a dead node.' },
  wrong: { good: false, description: 'That location never had it.' },
  'false negative': {
    good: false,
    description:
      '"Not found", though a live node that was registered with a live supernode had it through the whole search.',
  },
  lost: { good: false, description: 'The registration was confirmed, but no live supernode has it.' },
  failed: { good: false, description: 'No answer, or a refusal.' },
} as const;

type Verdict = 'correct' | 'stale' | 'false negative' | 'wrong';

export function verdictOn(
  judged: SupernodeJudged,
  record: OperationRecord<SupernodeTypes>,
  world: SupernodeWorld,
): Judgement {
  const { issuer, operation, outcome, startUs } = record;
  const { name, state } = world.process(issuer);
  switch (outcome?.kind) {
    case 'found':
      return verdictOnFindings(judged, [{ id: wanted(operation), location: outcome.location }], startUs, world);
    case 'notFound':
      return verdictOnFindings(judged, [{ id: wanted(operation), location: null }], startUs, world);
    case 'foundMany':
      return verdictOnFindings(judged, outcome.findings, startUs, world);
    case 'listed':
      return good(
        state.role === 'node' && sameTexts(outcome.ids, idsOf(state)),
        'wrong',
        `${name} has other resources`,
      );
    case 'added':
      return good(isServing(issuer, outcome.id, world), 'lost', `no live supernode knows that ${name} has it`);
    case 'removed':
      return good(!isIndexed(issuer, outcome.id, world), 'stale', `a live supernode still has it under ${name}`);
    case 'registered':
      return good(
        liveSupernodes(world).some(([, supernode]) => has(supernode.registrations, issuer)),
        'lost',
        `no live supernode has ${name} registered`,
      );
    case 'aliveNodes':
    case 'evaluated': {
      const dead = outcome.names.filter((one) => !isAliveByName(one, world));
      return good(dead.length === 0, 'stale', `named as alive, but dead: ${listed(dead)}`);
    }
    case 'failed':
      return { verdict: 'failed', why: outcome.reason };
    case undefined:
      return { verdict: 'failed', why: 'it has no outcome' };
  }
}

function good(isGood: boolean, otherwise: keyof typeof verdicts, why: string): Judgement {
  return isGood ? { verdict: 'correct' } : { verdict: otherwise, why };
}

function wanted(operation: SupernodeOperation): string {
  return operation.kind === 'find' ? operation.id : '';
}

const WORST_FIRST: readonly Verdict[] = ['wrong', 'false negative', 'stale', 'correct'];

/** Several at once are as good as the worst of them. */
function verdictOnFindings(
  judged: SupernodeJudged,
  findings: readonly Finding[],
  startUs: number,
  world: SupernodeWorld,
): Judgement {
  for (const verdict of WORST_FIRST) {
    const finding = findings.find((one) => verdictOnFinding(judged, one, startUs, world) === verdict);
    if (finding === undefined || verdict === 'correct') continue;
    const { location } = finding;
    const deadForUs = verdict === 'stale' && location !== null ? deadFor(judged, location, world) : null;
    return {
      verdict,
      why: why(judged, finding, verdict, startUs, world),
      ...(deadForUs === null ? {} : { measures: { 'dead for': deadForUs } }),
    };
  }
  return { verdict: 'correct' };
}

export function verdictOnFinding(
  judged: SupernodeJudged,
  { id, location }: Finding,
  startUs: number,
  world: SupernodeWorld,
): Verdict {
  if (location === null) return servedSince(judged.timeline, id, startUs) === null ? 'correct' : 'false negative';
  if (!everServed(judged.timeline, location, id)) return 'wrong';
  return servesNow(location, id, world) ? 'correct' : 'stale';
}

function deadFor(judged: SupernodeJudged, location: string, world: SupernodeWorld): number | null {
  const owner = ownerOf(location, world);
  const sinceUs = owner === null ? undefined : get(judged.deadSinceUs, owner);
  return sinceUs === undefined ? null : world.nowUs - sinceUs;
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

export function why(
  judged: SupernodeJudged,
  { id, location }: Finding,
  verdict: Verdict,
  startUs: number,
  world: SupernodeWorld,
): string {
  const what = nameOf(id, world);
  switch (verdict) {
    case 'wrong':
      return `${location} never had ${what}`;
    case 'stale':
      return `${location} no longer serves ${what}`;
    case 'false negative': {
      const holder = servedSince(judged.timeline, id, startUs);
      return `${what} was not found, though ${holder === null ? 'nobody' : world.process(holder).name} had it all the time`;
    }
    case 'correct':
      return '';
  }
}
