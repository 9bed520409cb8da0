/** What a scenario can ask of a peer. */
import { z } from 'zod';
import { type Address, type OperationDraw, type OperationSpec, SetupError, settings } from '../../sim/protocol.ts';
import type { Judged } from './judged.ts';
import { fileName } from './membership.ts';
import type { GossipTypes } from './types.ts';

type Spec = OperationSpec<GossipTypes, Judged>;
type Draw = OperationDraw<GossipTypes, Judged>;

const fileArguments = settings({ file: z.string().optional().describe('Name of the file; default: drawn.') });
const peerArguments = settings({
  peer: z.string().optional().describe('Name of the peer asked about; default: drawn.'),
});
const noArguments = settings({});
const stepArguments = settings({
  do: z
    .enum(['look', 'tellOwn', 'tellOther', 'expire', 'cycle'])
    .describe('The activity: 1 look, 2 tellOwn, 3 tellOther, 4 expire; or a cycle of the strategy.'),
  to: z.string().optional().describe('Name of the peer to address; default: drawn.'),
  about: z.string().optional().describe('Name of the peer whose metadata is forwarded (tellOther); default: drawn.'),
});

const publishers: Spec['issuable'] = ({ boot }) => boot.publishes;

export const OPERATIONS = {
  addFile: {
    plural: 'files added',
    description: "A user puts a file into the peer's folder: one of the catalogue that is not there yet.",
    arguments: fileArguments,
    issuable: publishers,
    make(args, draw) {
      const { file } = fileArguments.parse(args);
      if (file !== undefined) return { kind: 'addFile', file };
      const folder = folderOf(draw);
      const { catalogue } = draw.world.config;
      const absent = Array.from({ length: catalogue }, (_, i) => fileName(i)).filter((name) => !folder.includes(name));
      return absent.length === 0 ? null : { kind: 'addFile', file: absent[draw.index(absent.length)] };
    },
  },
  removeFile: {
    plural: 'files removed',
    description: "A user deletes a file from the peer's folder: one that is there.",
    arguments: fileArguments,
    issuable: publishers,
    make(args, draw) {
      const { file } = fileArguments.parse(args);
      if (file !== undefined) return { kind: 'removeFile', file };
      const folder = folderOf(draw);
      return folder.length === 0 ? null : { kind: 'removeFile', file: folder[draw.index(folder.length)] };
    },
  },
  whoHas: {
    plural: 'queries',
    description: 'Who has this file? Answered from what the peer knows, and judged against all folders as they are.',
    arguments: fileArguments,
    make(args, draw) {
      const { file } = fileArguments.parse(args);
      return { kind: 'whoHas', file: file ?? fileName(draw.index(draw.world.config.catalogue)) };
    },
  },
  filesOf: {
    plural: 'listings',
    description: 'What does this peer offer? Answered from what the peer asked knows.',
    arguments: peerArguments,
    make(args, draw) {
      const { peer } = peerArguments.parse(args);
      return { kind: 'filesOf', origin: peer === undefined ? draw.index(draw.world.size) : addressOf(peer, draw) };
    },
  },
  whoIsThere: {
    plural: 'member lists',
    description: 'Who is there? The peers that are known and not suspected by the failure detector.',
    arguments: noArguments,
    make: () => ({ kind: 'whoIsThere' }),
  },
  step: {
    plural: 'steps',
    description: 'One activity, done once and at once, as a script says.',
    arguments: stepArguments,
    step: true,
    make(args, draw) {
      const { do: activity, to, about } = stepArguments.parse(args);
      const named = (name: string | undefined) => (name === undefined ? null : addressOf(name, draw));
      return { kind: 'step', activity, to: named(to), about: named(about) };
    },
  },
} satisfies Readonly<Record<string, Spec>>;

function folderOf({ world, issuer }: Draw): readonly string[] {
  return world.process(issuer).state.folder;
}

function addressOf(name: string, { world }: Draw): Address {
  const process = world.named(name);
  if (process === undefined) throw new SetupError(`there is no peer ${name}`);
  return process.address;
}
