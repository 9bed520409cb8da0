import { z } from 'zod';
import { type OperationDraw, type OperationSpec, type ProcessView, SetupError, settings } from '../../sim/protocol.ts';
import type { SupernodeJudged } from './judged.ts';
import { contentNamed, FILE_NAME, type Resource, resourceOf } from './resources.ts';
import type { NodeState, SupernodeTypes } from './state.ts';

type Draw = OperationDraw<SupernodeTypes, SupernodeJudged>;
type Spec = OperationSpec<SupernodeTypes, SupernodeJudged>;

const noArguments = settings({});

const resourceName = z.string().describe('Name of a file of the catalogue. Default: drawn.');

const findArguments = settings({
  resource: resourceName.optional(),
  id: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe('A resource id itself: 64 lower-case hexadecimal digits.'),
});

const findManyArguments = settings({
  resources: z.array(z.string()).min(1).optional().describe('Names of files of the catalogue. Default: drawn.'),
  howMany: z.int().min(1).max(100).default(3).describe('How many are drawn if none are named.'),
});

const addArguments = settings({
  resource: z
    .string()
    .regex(FILE_NAME)
    .optional()
    .describe(
      'Name of the file: one of the catalogue, or a new one. Default: one of the catalogue that the node lacks.',
    ),
  content: z.string().optional().describe("Its content, if it is a new file. Default: made from the file's name."),
});

const removeArguments = settings({
  resource: z.string().optional().describe('Name of a file that the node has. Default: drawn.'),
});

export const operations = {
  find: {
    plural: 'finds',
    description: 'Look for one resource: GET /node/resources/<id>.',
    arguments: findArguments,
    issuable: isNode,
    make(args, draw) {
      const { resource, id } = findArguments.parse(args);
      return { kind: 'find', id: id ?? (resource === undefined ? drawResource(draw) : named(resource, draw)).id };
    },
  },
  findMany: {
    plural: 'finds of many',
    description: 'Look for several resources at once: GET /node/resources/find?hash_ids=a,b,c.',
    arguments: findManyArguments,
    issuable: isNode,
    make(args, draw) {
      const { resources, howMany } = findManyArguments.parse(args);
      const wanted =
        resources?.map((name) => named(name, draw)) ?? Array.from({ length: howMany }, () => drawResource(draw));
      return { kind: 'findMany', ids: [...new Set(wanted.map((resource) => resource.id))] };
    },
  },
  list: {
    plural: 'lists',
    description: "List the node's own resources: GET /node/resources.",
    arguments: noArguments,
    issuable: isNode,
    make: () => ({ kind: 'list' }),
  },
  register: {
    plural: 'registrations',
    description: 'Register again: POST /supernode/register.',
    arguments: noArguments,
    issuable: isNode,
    make: () => ({ kind: 'register' }),
  },
  addResource: {
    plural: 'additions',
    description: 'The node gets a file, and registers again with it.',
    arguments: addArguments,
    issuable: isNode,
    make(args, draw) {
      const { resource, content } = addArguments.parse(args);
      const added = resource === undefined ? drawLacking(draw) : fileNamed(resource, content, draw);
      return added === null ? null : { kind: 'addResource', file: { name: added.name, content: added.content } };
    },
  },
  removeResource: {
    plural: 'removals',
    description: 'The node loses a file, and registers again without it.',
    arguments: removeArguments,
    issuable: isNode,
    make(args, draw) {
      const { resource } = removeArguments.parse(args);
      if (resource !== undefined) return { kind: 'removeResource', name: resource };
      const { resources } = stateOf(draw);
      return resources.length === 0 ? null : { kind: 'removeResource', name: draw.random.pick(resources).name };
    },
  },
  alive: {
    plural: 'alive queries',
    description: "Ask the node's supernode for the nodes that it thinks alive: GET /supernode/alive.",
    arguments: noArguments,
    issuable: isNode,
    make: () => ({ kind: 'alive' }),
  },
  evaluate: {
    plural: 'evaluations',
    description: 'One liveness evaluation now, at a supernode: GET /supernode/xxx.',
    arguments: noArguments,
    issuable: (process) => process.role === 'supernode',
    make: () => ({ kind: 'evaluate' }),
  },
} satisfies Record<string, Spec>;

function isNode(process: ProcessView<SupernodeTypes>): boolean {
  return process.role === 'node';
}

function stateOf(draw: Draw): NodeState {
  const { state } = draw.world.process(draw.issuer);
  if (state.role !== 'node') throw new SetupError('only a node has resources');
  return state;
}

function named(name: string, { world }: Draw): Resource {
  const found = world.config.catalogue.find((resource) => resource.name === name);
  if (found === undefined) throw new SetupError(`there is no file "${name}" in the catalogue`);
  return found;
}

function drawResource({ world, index }: Draw): Resource {
  return world.config.catalogue[index(world.config.catalogue.length)];
}

function fileNamed(name: string, content: string | undefined, { world }: Draw): Resource {
  const found = world.config.catalogue.find((resource) => resource.name === name);
  return content === undefined && found !== undefined
    ? found
    : resourceOf({ name, content: content ?? contentNamed(name) });
}

const DRAWS = 8;

/** One that the node does not have yet; a few draws, not a search, since a node has but a small part of the catalogue. */
function drawLacking(draw: Draw): Resource | null {
  const { resources } = stateOf(draw);
  for (let i = 0; i < DRAWS; i++) {
    const resource = drawResource(draw);
    if (!resources.some((own) => own.name === resource.name)) return resource;
  }
  return null;
}
