/** A look at the world by one who sees everything: what all gauges and statements of a moment are read from. */
import type { World } from '../../sim/protocol.ts';
import { FileOverview } from './file-overview.ts';
import type { Judged } from './judge.ts';
import type { ChordTypes } from './messages.ts';
import { Overview } from './overview.ts';
import { RingOverview } from './ring-overview.ts';
import { TableOverview } from './table-overview.ts';

/** Answers are those of the moment of the look; a later look at the same world changes them. */
export interface Look {
  readonly world: World<ChordTypes>;
  readonly overview: Overview;
  readonly ring: RingOverview;
  readonly tables: TableOverview;
  readonly files: FileOverview;
  /** What was last said of a member, by whoever said it. */
  readonly said: Map<unknown, Said>;
}

interface Said {
  readonly membership: number;
  readonly at: number;
  readonly successors: unknown;
  readonly predecessor: unknown;
  readonly fingers: unknown;
  readonly answer: unknown;
}

/** What `say` says of the member at this position: it is not asked again while membership and tables are those of the last time. */
export function saidOf<T>(look: Look, at: number, say: (look: Look, at: number) => T): T {
  const { membership, successors, predecessors, fingers } = look.overview;
  const last = look.said.get(say);
  if (
    last !== undefined &&
    last.membership === membership &&
    last.at === at &&
    last.successors === successors[at] &&
    last.predecessor === predecessors[at] &&
    last.fingers === fingers[at]
  ) {
    return last.answer as T;
  }
  const answer = say(look, at);
  look.said.set(say, {
    membership,
    at,
    successors: successors[at],
    predecessor: predecessors[at],
    fingers: fingers[at],
    answer,
  });
  return answer;
}

/** One for each world: nothing but a memo, so it may live and die with it. */
const looks = new WeakMap<World<ChordTypes>, Look>();

export function lookAt(world: World<ChordTypes>, judged: Judged): Look {
  let look = looks.get(world);
  if (look === undefined) {
    look = firstLook(world);
    looks.set(world, look);
  }
  look.overview.look(judged.timeline);
  look.files.look(judged);
  return look;
}

function firstLook(world: World<ChordTypes>): Look {
  const overview = new Overview(world);
  return {
    world,
    overview,
    ring: new RingOverview(overview),
    tables: new TableOverview(overview),
    files: new FileOverview(overview),
    said: new Map(),
  };
}
