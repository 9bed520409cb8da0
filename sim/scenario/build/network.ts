import type { Distribution } from '../../random/distributions.ts';
import type { NetworkSettings } from '../language/network.ts';
import type { LinkRule, NetworkPlan, RegionsPlan, Selector } from '../plan.ts';
import { shown } from '../problem.ts';
import type { Path } from '../tree.ts';
import { type Draft, hasRest } from './draft.ts';

export function networkPlan(network: NetworkSettings, draft: Draft): NetworkPlan {
  const { latency, loss, duplicate, bandwidth, local, requests, regions, links, rounds } = network;
  const isInstant = (distribution: Distribution) => distribution.kind === 'constant' && distribution.us === 0;
  if (rounds !== undefined && draft.says(['network', 'latency']) && !isInstant(latency)) {
    draft.contradiction(
      ['network', 'latency'],
      'no latency beside `rounds`: in lock-step rounds messages take no time',
    );
  }
  if (regions !== undefined && draft.says(['network', 'latency'])) {
    draft.contradiction(['network', 'latency'], 'no latency beside `regions`, which give it for every pair');
  }
  return {
    latency,
    loss,
    duplicate,
    bandwidth: bandwidth ?? null,
    localLatency: local,
    requests: { transport: requests.transport, rtoUs: requests.rto, retries: requests.retries },
    regions: regions === undefined ? null : regionsPlan(regions, draft),
    links: links.map((link, index) => linkRule(link, ['network', 'links', index], draft)),
    roundUs: rounds ?? null,
  };
}

function regionsPlan(regions: NonNullable<NetworkSettings['regions']>, draft: Draft): RegionsPlan {
  const { names, placement, latency } = regions;
  const path = ['network', 'regions'];
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) draft.contradiction([...path, 'names', index], 'a name that no region before has');
  });
  if (latency.length !== names.length)
    draft.problems.value([...path, 'latency'], `${latency.length} rows`, `${names.length}, one for each region`);
  latency.forEach((row, index) => {
    if (row.length === names.length) return;
    draft.problems.value(
      [...path, 'latency', index],
      `${row.length} latencies`,
      `${names.length}, one for each region`,
    );
  });
  const placed = Object.entries(placement).map(([name, who]) => {
    const here = [...path, 'placement', name];
    const region = names.indexOf(name);
    if (region < 0) draft.problems.name(here, 'region', name, names);
    return { region, who };
  });
  const rests = Object.keys(placement).filter((name) => hasRest(placement[name]));
  if (rests.length > 1) draft.contradiction([...path, 'placement', rests[1]], '`rest` in one region only');
  // The last that matches wins, so the region of the rest comes first, as that of all.
  const all: Selector = [{ kind: 'all' }];
  return {
    names,
    placement: [
      ...placed.filter(({ who }) => hasRest(who)).map(({ region }) => ({ region, who: all })),
      ...placed
        .map(({ region, who }) => ({ region, who: who.filter((term) => term.kind !== 'rest') }))
        .filter(({ who }) => who.length > 0),
    ],
    latency,
  };
}

function linkRule(link: NetworkSettings['links'][number], path: Path, draft: Draft): LinkRule {
  const { latency, loss, duplicate, bandwidth } = link;
  const ends = endsOf(link, path, draft);
  if ([latency, loss, duplicate, bandwidth].every((value) => value === undefined)) {
    draft.contradiction(path, 'something that is different there: latency, loss, duplicate or bandwidth');
  }
  return {
    ...ends,
    ...(latency && { latency }),
    ...(loss !== undefined && { loss }),
    ...(duplicate !== undefined && { duplicate }),
    ...(bandwidth !== undefined && { bandwidth }),
  };
}

interface Ends {
  readonly from: Selector;
  readonly to: Selector;
  readonly bothWays: boolean;
}

interface EndsSettings {
  readonly between?: readonly Selector[] | undefined;
  readonly from?: Selector | undefined;
  readonly to?: Selector | undefined;
}

const ALL: Selector = [{ kind: 'all' }];

/** The two ends of links: `between`, or `from` and `to`, either of which is by default everybody. */
export function endsOf({ between, from, to }: EndsSettings, path: Path, draft: Draft): Ends {
  if (between !== undefined && (from !== undefined || to !== undefined)) {
    draft.contradiction(path, '`between` (both ways), or `from` and `to` (one way)');
  } else if (between === undefined && from === undefined && to === undefined) {
    draft.problems.value(path, shown(draft.written(path)), 'the ends of the links: `between`, or `from` and `to`');
  }
  if (to === undefined) draft.refuseRest([...path, 'from'], from);
  if (from === undefined) draft.refuseRest([...path, 'to'], to);
  const ends =
    between === undefined
      ? { from: from ?? ALL, to: to ?? ALL, bothWays: false }
      : { from: between[0], to: between[1], bothWays: true };
  if (hasRest(ends.from) && hasRest(ends.to)) draft.contradiction(path, '`rest` at one end only');
  return ends;
}
