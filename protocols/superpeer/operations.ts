import { z } from 'zod';
import { type OperationDraw, type OperationSpec, type ProcessView, SetupError, settings } from '../../sim/protocol.ts';
import type { SuperpeerJudged } from './judged.ts';
import type { PeerState, SuperpeerTypes } from './state.ts';

type Draw = OperationDraw<SuperpeerTypes, SuperpeerJudged>;
type Spec = OperationSpec<SuperpeerTypes, SuperpeerJudged>;

const noArguments = settings({});

const nameArguments = settings({
  resource: z.string().min(1).optional().describe('Its name. Default: drawn from the catalogue.'),
});

const ownArguments = settings({
  resource: z.string().min(1).optional().describe('Its name. Default: drawn from what the peer has.'),
});

const changeArguments = settings({
  resource: z.string().min(1).optional().describe('What the peer has now. Default: drawn from that.'),
  into: z.string().min(1).optional().describe('What it has instead. Default: drawn from the catalogue.'),
});

export const operations = {
  search: {
    plural: 'searches',
    description: 'Ask who has a resource.',
    arguments: nameArguments,
    issuable: isPeer,
    make: (args, draw) => ({ kind: 'search', name: nameFrom(args, draw) }),
  },
  download: {
    plural: 'downloads',
    description: 'Search, and fetch the file from the peer that was found.',
    arguments: nameArguments,
    issuable: isPeer,
    make: (args, draw) => ({ kind: 'download', name: nameFrom(args, draw) }),
  },
  upload: {
    plural: 'uploads',
    description: 'Give a file to the network: the superpeer chooses a peer that stores it.',
    arguments: nameArguments,
    issuable: isPeer,
    make: (args, draw) => ({ kind: 'upload', name: nameFrom(args, draw) }),
  },
  addResource: {
    plural: 'additions',
    description: 'The peer gets a resource, and its superpeer is told.',
    arguments: nameArguments,
    issuable: isPeer,
    make(args, draw) {
      const { resource } = nameArguments.parse(args);
      const name = resource ?? drawLacking(draw);
      return name === null ? null : { kind: 'addResource', name };
    },
  },
  removeResource: {
    plural: 'removals',
    description: 'The peer loses a resource, and its superpeer is told.',
    arguments: ownArguments,
    issuable: isPeer,
    make(args, draw) {
      const { resource } = ownArguments.parse(args);
      const name = resource ?? drawOwn(draw);
      return name === null ? null : { kind: 'removeResource', name };
    },
  },
  changeResource: {
    plural: 'changes',
    description: 'The peer has another resource in place of one, and its superpeer is told.',
    arguments: changeArguments,
    issuable: isPeer,
    make(args, draw) {
      const said = changeArguments.parse(args);
      const from = said.resource ?? drawOwn(draw);
      const to = said.into ?? drawLacking(draw);
      return from === null || to === null ? null : { kind: 'changeResource', from, to };
    },
  },
  listResources: {
    plural: 'lists of resources',
    description: "Ask the peer's superpeer for all that it has in its index.",
    arguments: noArguments,
    issuable: isPeer,
    make: () => ({ kind: 'listResources' }),
  },
  listSuperpeers: {
    plural: 'lists of superpeers',
    description: "Ask the peer's superpeer for the superpeers that it thinks live.",
    arguments: noArguments,
    issuable: isPeer,
    make: () => ({ kind: 'listSuperpeers' }),
  },
} satisfies Record<string, Spec>;

function isPeer(process: ProcessView<SuperpeerTypes>): boolean {
  return process.role === 'peer';
}

function nameFrom(args: Readonly<Record<string, unknown>>, { world, index }: Draw): string {
  const { catalogue } = world.config;
  return nameArguments.parse(args).resource ?? catalogue[index(catalogue.length)];
}

function stateOf(draw: Draw): PeerState {
  const { state } = draw.world.process(draw.issuer);
  if (state.role !== 'peer') throw new SetupError('only a peer has resources');
  return state;
}

function drawOwn(draw: Draw): string | null {
  const { resources } = stateOf(draw);
  return resources.length === 0 ? null : draw.random.pick(resources);
}

const DRAWS = 8;

/** One that the peer does not have yet; a few draws, not a search, since a peer has but a small part of the catalogue. */
function drawLacking(draw: Draw): string | null {
  const { resources } = stateOf(draw);
  const { catalogue } = draw.world.config;
  for (let i = 0; i < DRAWS; i++) {
    const name = catalogue[draw.index(catalogue.length)];
    if (!resources.includes(name)) return name;
  }
  return null;
}
