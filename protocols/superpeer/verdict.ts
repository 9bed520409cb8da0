/** Whether an outcome was right, by all that the judge knows. */
import type { Address, Judgement, OperationRecord } from '../../sim/protocol.ts';
import { holdersOf } from '../common/holder-index.ts';
import { listed } from '../common/incidents.ts';
import { everServed, servedSince } from '../common/timeline.ts';
import { entriesOf, get, has } from '../common/trie.ts';
import type { SuperpeerJudged } from './judged.ts';
import type { SuperpeerOperation } from './messages.ts';
import type { SuperpeerTypes } from './state.ts';
import { isServing, keysOf, liveSuperpeers, nameOf, type SuperpeerWorld, servesNow } from './truth.ts';

export const verdicts = {
  correct: { good: true, description: 'The answer was right when it was given.' },
  stale: { good: false, description: 'The peer had it once and no longer serves it, or a list names what is no more.' },
  wrong: { good: false, description: 'That peer never had it.' },
  'false negative': {
    good: false,
    description:
      '"Not found", though a live peer that was registered with a live superpeer had it through the whole search.',
  },
  incomplete: { good: false, description: 'The same, but the answer said that not every superpeer was asked.' },
  lost: { good: false, description: 'The change was confirmed, but no live superpeer knows it.' },
  failed: { good: false, description: 'No answer, or a refusal, or a download that came to nothing.' },
} as const;

export function verdictOn(
  judged: SuperpeerJudged,
  record: OperationRecord<SuperpeerTypes>,
  world: SuperpeerWorld,
): Judgement {
  const { issuer, operation, outcome, startUs } = record;
  const name = 'name' in operation ? operation.name : '';
  switch (outcome?.kind) {
    case 'found':
      return verdictOnAnswer(judged, name, outcome.peer, false, startUs, world);
    case 'notFound':
      return verdictOnAnswer(judged, name, null, outcome.incomplete, startUs, world);
    case 'downloaded':
      return good(everServed(judged.timeline, outcome.from, name), 'wrong', 'the peer never had it');
    case 'uploaded':
      return good(
        isServing(outcome.peer, name, world),
        'lost',
        `no live superpeer knows that ${nameOf(outcome.peer, world)} has it`,
      );
    case 'indexed':
      return verdictOnIndexed(issuer, operation, world);
    case 'resources':
      return verdictOnResources(judged, outcome.superpeer, outcome.names, startUs, world);
    case 'superpeers': {
      const wrong = allSuperpeers(world).filter((one) => outcome.active.includes(one) !== world.alive(one));
      return good(wrong.length === 0, 'stale', `not as listed: ${listed(wrong.map((one) => nameOf(one, world)))}`);
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

export function verdictOnAnswer(
  judged: SuperpeerJudged,
  name: string,
  peer: Address | null,
  incomplete: boolean,
  startUs: number,
  world: SuperpeerWorld,
): Judgement {
  if (peer === null) {
    const holder = servedSince(judged.timeline, name, startUs);
    if (holder === null) return { verdict: 'correct' };
    const why = `${name} was not found, though ${nameOf(holder, world)} had it all the time`;
    return { verdict: incomplete ? 'incomplete' : 'false negative', why };
  }
  if (!everServed(judged.timeline, peer, name)) {
    return { verdict: 'wrong', why: `${nameOf(peer, world)} never had ${name}` };
  }
  return good(servesNow(peer, name, world), 'stale', `${nameOf(peer, world)} no longer serves ${name}`);
}

/**
 * A live superpeer has it registered, and every one that does knows of the change. Where the peer has changed the same
 * resource again meanwhile, what the superpeers should know is open.
 */
function verdictOnIndexed(issuer: Address, operation: SuperpeerOperation, world: SuperpeerWorld): Judgement {
  const { name, state } = world.process(issuer);
  const own = state.role === 'peer' ? state.resources : [];
  const knowing = liveSuperpeers(world).filter(([, superpeer]) => has(superpeer.registrations, issuer));
  const unknown = changesBy(operation).find(
    ([resource, isThere]) =>
      own.includes(resource) === isThere &&
      knowing.some(([, superpeer]) => keysOf(superpeer, issuer).includes(resource) !== isThere),
  );
  if (knowing.length === 0) return { verdict: 'lost', why: `no live superpeer has ${name} registered` };
  return good(unknown === undefined, 'lost', `a live superpeer does not know what ${name} did with ${unknown?.[0]}`);
}

/** Resources, and whether the peer has them after the change. */
function changesBy(operation: SuperpeerOperation): readonly (readonly [string, boolean])[] {
  switch (operation.kind) {
    case 'addResource':
      return [[operation.name, true]];
    case 'removeResource':
      return [[operation.name, false]];
    case 'changeResource':
      return operation.from === operation.to
        ? []
        : [
            [operation.from, false],
            [operation.to, true],
          ];
    default:
      return [];
  }
}

/** A list may name only what a live peer of that superpeer has, and must name what one has had all the time. */
function verdictOnResources(
  judged: SuperpeerJudged,
  superpeer: Address,
  names: readonly string[],
  startUs: number,
  world: SuperpeerWorld,
): Judgement {
  const { state } = world.process(superpeer);
  if (state.role !== 'superpeer') return { verdict: 'wrong', why: 'no superpeer answered' };
  const gone = names.filter(
    (name) => !holdersOf(state.index, name).some(({ holder }) => servesNow(holder, name, world)),
  );
  if (gone.length > 0) return { verdict: 'stale', why: `no live peer of it has ${listed(gone)}` };
  const missing = entriesOf(state.index.byKey)
    .filter(
      ([name, held]) =>
        !names.includes(String(name)) && held.some(({ holder }) => hasServed(judged, String(name), holder, startUs)),
    )
    .map(([name]) => String(name));
  return good(missing.length === 0, 'false negative', `its peers had ${listed(missing)} all the time`);
}

function hasServed(judged: SuperpeerJudged, name: string, holder: Address, startUs: number): boolean {
  return (get(judged.timeline.serving, name) ?? []).some((one) => one.holder === holder && one.sinceUs <= startUs);
}

function allSuperpeers(world: SuperpeerWorld): readonly Address[] {
  return Array.from({ length: world.config.superpeers }, (_, address) => address);
}

export function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
