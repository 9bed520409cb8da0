/** What clients and scripts can ask of a peer. */
import { z } from 'zod';
import { type OperationDraw, type OperationSpec, SetupError, settings, zSize } from '../../sim/protocol.ts';
import { identifierOf } from './identifiers.ts';
import { type Judged, storedCount, storedFile } from './judge.ts';
import type { ChordTypes, Operation } from './messages.ts';
import { isMember } from './state.ts';
import type { SharedFile } from './values.ts';

type ChordOperation = OperationSpec<ChordTypes, Judged>;
type Draw = OperationDraw<ChordTypes, Judged>;

/** Only who is on the ring can be asked. */
const issuable: NonNullable<ChordOperation['issuable']> = (process) => isMember(process.state);

const NOTHING = settings({});

function lookupOf(args: Readonly<Record<string, unknown>>, draw: Draw): Operation {
  const { idBits, ringSize } = draw.world.config;
  const { key, name, items } = args as { key?: number; name?: string; items?: number };
  if (key !== undefined) {
    if (key >= ringSize) throw new SetupError(`lookup: key ${key} does not fit, idBits allows 0 to ${ringSize - 1}`);
    return { kind: 'lookup', key };
  }
  if (name !== undefined) return { kind: 'lookup', key: identifierOf(name, idBits) };
  if (items !== undefined) return { kind: 'lookup', key: identifierOf(`item-${draw.index(items)}`, idBits) };
  return { kind: 'lookup', key: draw.index(ringSize) };
}

function uploadOf(args: Readonly<Record<string, unknown>>, draw: Draw): Operation {
  const { world, judged } = draw;
  const name = (args.file as string | undefined) ?? `file-${judged.uploads}`;
  const bytes = (args.size as number | undefined) ?? world.config.fileBytes;
  const file: SharedFile = { key: keyOf(args, name, draw), name, bytes };
  return { kind: 'upload', file };
}

function keyOf(args: Readonly<Record<string, unknown>>, name: string, draw: Draw): number {
  return (args.key as number | undefined) ?? identifierOf(name, draw.world.config.idBits);
}

function downloadOf(args: Readonly<Record<string, unknown>>, draw: Draw): Operation | null {
  const { judged } = draw;
  const given = args.file as string | undefined;
  if (given !== undefined) return { kind: 'download', key: keyOf(args, given, draw), name: given };
  const count = storedCount(judged);
  if (count === 0) return null;
  const { key, name } = storedFile(judged, draw.index(count));
  return { kind: 'download', key, name };
}

/** A single step of the protocol without arguments. */
function step(
  kind: 'stabilize' | 'notify' | 'reconcile' | 'update' | 'flush' | 'repair',
  description: string,
): ChordOperation {
  return { plural: kind, description, arguments: NOTHING, step: true, issuable, make: () => ({ kind }) };
}

const zKey = z.int().min(0).optional().describe("The key itself, in place of the name's SHA-1 (for small rings).");

export const operations: Readonly<Record<string, ChordOperation>> = {
  lookup: {
    plural: 'lookups',
    description: 'successor(key), with the path that it took.',
    arguments: settings({
      key: z
        .int()
        .min(0)
        .optional()
        .describe('The key; without key, name and items it is drawn from the whole circle.'),
      name: z.string().optional().describe('The name whose SHA-1 is the key.'),
      items: z
        .int()
        .min(1)
        .optional()
        .describe(
          'Draws one of so many names by the workload’s `keys` (a Zipf choice wants this: ranks next to each other on the circle would be one peer).',
        ),
    }),
    issuable,
    make: lookupOf,
  },
  upload: {
    plural: 'uploads',
    description: 'Stores a file at successor(SHA-1(name)) and its replicas; the issuer shares it from now on.',
    arguments: settings({
      file: z.string().optional().describe('Name; otherwise a new one.'),
      size: zSize.optional().describe('Size; default: that of config.files.'),
      key: zKey,
    }),
    issuable,
    make: uploadOf,
  },
  download: {
    plural: 'downloads',
    description: "Looks the file's holder up and fetches it.",
    arguments: settings({
      file: z
        .string()
        .optional()
        .describe('Name; otherwise one of all files that were stored, by the workload’s `keys`.'),
      key: zKey,
    }),
    issuable,
    make: downloadOf,
  },
  fingerTable: {
    plural: 'finger tables',
    description: "The peer's finger table.",
    arguments: NOTHING,
    issuable,
    make: () => ({ kind: 'fingerTable' }),
  },
  info: {
    plural: 'infos',
    description: 'The peer itself, its predecessor and successors, and how many files it keeps.',
    arguments: NOTHING,
    make: () => ({ kind: 'info' }),
  },
  files: {
    plural: 'file lists',
    description: 'The files that the peer keeps for the ring, and those that it shares itself.',
    arguments: NOTHING,
    make: () => ({ kind: 'files' }),
  },

  stabilize: step(
    'stabilize',
    'Asks the successor for its predecessor, adopts that if it lies between, and notifies. Corrected: with both queries.',
  ),
  notify: step('notify', 'Notifies the successor.'),
  reconcile: step('reconcile', "Takes over the successor's list. Corrected: stabilize."),
  update: step('update', 'Replaces the successor by the next in the list if it is dead. Corrected: stabilize.'),
  flush: step('flush', 'Forgets the predecessor if it is dead. Corrected: nothing, rectify does it.'),
  repair: step('repair', 'Looks after the copies of keys.'),
  rectify: {
    plural: 'rectify',
    description: 'Reacts as to a notify from this peer.',
    arguments: settings({
      peer: z.union([z.string(), z.int()]).describe('Name of the peer that might be the predecessor.'),
    }),
    step: true,
    issuable,
    make(args, { world }) {
      const named = world.named(String(args.peer));
      if (named === undefined) throw new SetupError(`rectify: there is no process "${args.peer}"`);
      return { kind: 'rectify', peer: named.boot.me };
    },
  },
  fixFinger: {
    plural: 'fixFinger',
    description: 'Looks one finger up.',
    arguments: settings({ index: z.int().min(0).describe('Which one: that of id + 2^index.') }),
    step: true,
    issuable,
    make: (args) => ({ kind: 'fixFinger', index: args.index as number }),
  },
};
