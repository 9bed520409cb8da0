/** Where the stored files are, and whose they are: derived anew where a store has changed, and when more is stored. */
import type { Address } from '../../sim/protocol.ts';
import { forEachDifference } from '../common/trie.ts';
import { byKey, comesBefore, fileIn } from './files.ts';
import { betweenOrLast, successorIndex } from './identifiers.ts';
import { forEachStored, type Judged } from './judge.ts';
import type { Overview } from './overview.ts';
import { storeOfIdealMember } from './placement.ts';
import { NO_FILES } from './state.ts';
import { NONE } from './survey.ts';
import type { Peer, SharedFile } from './values.ts';

/** A member without a file that it should have. */
export interface Gap {
  readonly file: SharedFile;
  readonly member: Peer;
}

/** How many keys belong to each member and to each host by the membership, ascending; empty where no file is stored. */
export interface Loads {
  readonly perMember: Int32Array;
  readonly perHost: Int32Array;
}

/** What a member lacks, and from what that follows. */
interface Lack {
  /** The number of what is stored: moved on as long as nothing that is new belongs on the member. */
  edition: number;
  readonly store: readonly SharedFile[];
  /** The keys that belong on the member: beyond the one, up to the other. */
  readonly after: number;
  readonly upTo: number;
  readonly files: readonly SharedFile[];
}

/** With more than that at once it is not worth to find out whom new files leave alone. */
const FEW_FILES = 8;

export class FileOverview {
  private readonly overview: Overview;

  /** What was ever acknowledged as stored, and the number of that, from 1. */
  private judged: Judged | null = null;
  private edition = 0;
  private sorted: readonly SharedFile[] = NO_FILES;
  /** In the order in which they are told of; null until somebody asks. */
  private ordered: readonly SharedFile[] | null = null;

  /** Null until somebody asks. */
  private holders: Holders | null = null;

  /** By address. */
  private readonly lacks: Lack[] = [];
  private gap: Gap | null = null;
  private gapIn = { membership: 0, edition: 0, stores: 0 };

  private sums: Loads = NO_LOADS;
  private sumsIn = { membership: 0, edition: 0 };

  constructor(overview: Overview) {
    this.overview = overview;
  }

  /** Belongs to each look: what is stored now. */
  look(judged: Judged): void {
    const before = this.judged;
    if (before !== null && judged.placed === before.placed && judged.added === before.added) return;
    this.judged = judged;
    this.edition++;
    this.ordered = null;
    const fresh = before === null ? null : freshFiles(before, judged);
    if (fresh === null) {
      this.sorted = this.inOrder().toSorted(byKey);
      this.holders = null;
    } else {
      this.sorted = merged(this.sorted, fresh.sort(byKey));
      this.holders?.store(fresh);
      this.leaveAlone(fresh);
    }
  }

  /** The stored files that no live member has. */
  lostFiles(): readonly SharedFile[] {
    this.holders ??= new Holders(this.inOrder());
    const { holders } = this;
    holders.count(this.overview);
    return holders.lost === 0 ? NO_FILES : this.inOrder().filter(({ name }) => holders.of(name) === 0);
  }

  /** Of the first stored file that is not with all `replicas` members from its successor on: the first of them without it. */
  firstGap(): Gap | null {
    const { membership, storesSeen: stores } = this.overview;
    const { edition, gapIn } = this;
    const isSame = gapIn.membership === membership && gapIn.edition === edition;
    if (isSame && gapIn.stores === stores) return this.gap;
    this.gapIn = { membership, edition, stores };
    if (this.findLacks() || !isSame) this.gap = this.findGap();
    return this.gap;
  }

  loads(): Loads {
    const { membership } = this.overview;
    const { edition, sumsIn } = this;
    if (sumsIn.membership !== membership || sumsIn.edition !== edition) {
      this.sumsIn = { membership, edition };
      this.sums = loadsOf(this.overview, this.sorted);
    }
    return this.sums;
  }

  private inOrder(): readonly SharedFile[] {
    if (this.ordered !== null) return this.ordered;
    const files: SharedFile[] = [];
    if (this.judged !== null) forEachStored(this.judged, (file) => files.push(file));
    this.ordered = files;
    return files;
  }

  /** Members on whom none of these belongs lack what they lacked. */
  private leaveAlone(fresh: readonly SharedFile[]): void {
    if (fresh.length > FEW_FILES) return;
    for (const address of this.overview.addresses) {
      const lack = this.lacks[address];
      if (lack === undefined || lack.edition !== this.edition - 1) continue;
      if (!fresh.some(({ key }) => betweenOrLast(lack.after, key, lack.upTo))) lack.edition = this.edition;
    }
  }

  private findGap(): Gap | null {
    const { members, addresses } = this.overview;
    const lacking = new Set<SharedFile>();
    for (const address of addresses) for (const file of this.lacks[address].files) lacking.add(file);
    const file = lacking.size === 0 ? undefined : this.inOrder().find((each) => lacking.has(each));
    if (file === undefined) return null;
    let at = successorIndex(members, file.key);
    while (!this.lacks[addresses[at]].files.includes(file)) at = at + 1 === members.length ? 0 : at + 1;
    return { file, member: members[at] };
  }

  /** Brings them up to date, and tells whether any is another one than before. */
  private findLacks(): boolean {
    const { lacks } = this;
    const { addresses } = this.overview;
    let isAnother = false;
    for (let at = 0; at < addresses.length; at++) {
      const address = addresses[at];
      while (lacks.length <= address) lacks.push(NO_LACK);
      const before = lacks[address];
      const lack = this.lackAt(at, before);
      if (lack === before) continue;
      lacks[address] = lack;
      if (lack.files !== before.files) isAnother = true;
    }
    return isAnother;
  }

  /** Another membership mostly leaves it as it is: what counts is who is `replicas` places before. */
  private lackAt(at: number, before: Lack): Lack {
    const { sorted, edition } = this;
    const { members, ids, stores, world } = this.overview;
    const { replicas } = world.config;
    const { length } = ids;
    const store = stores[at];
    const upTo = ids[at];
    const after = replicas < length ? ids[at < replicas ? at + length - replicas : at - replicas] : upTo;
    const isSame = before.store === store && before.after === after && before.upTo === upTo;
    if (isSame && before.edition === edition) return before;
    const missing = storeOfIdealMember(members, at, sorted, replicas).filter(
      ({ key, name }) => fileIn(store, key, name) === null,
    );
    return { edition, store, after, upTo, files: missing.length === 0 ? NO_FILES : missing };
  }
}

/** How many members have a file, by its name. */
class Holders {
  /** How many stored files nobody has. */
  lost = 0;
  private readonly counts = new Map<string, Count>();
  /** By address, the store that is counted. */
  private readonly counted: (readonly SharedFile[])[] = [];
  /** Whose stores those are, and which. */
  private addresses = new Int32Array();
  private stores = 0;

  constructor(stored: readonly SharedFile[]) {
    this.store(stored);
  }

  of(name: string): number {
    return this.counts.get(name)?.members ?? 0;
  }

  /** These are stored files. */
  store(files: readonly SharedFile[]): void {
    for (const { name } of files) {
      const count = this.countOf(name);
      if (!count.isStored && count.members === 0) this.lost++;
      count.isStored = true;
    }
  }

  count({ addresses, stores, storesSeen }: Overview): void {
    if (this.stores === storesSeen) return;
    this.stores = storesSeen;
    if (addresses !== this.addresses) {
      const members = new Set(addresses);
      for (const address of this.addresses) if (!members.has(address)) this.put(address, NO_FILES);
      this.addresses = addresses;
    }
    for (let at = 0; at < addresses.length; at++) this.put(addresses[at], stores[at]);
  }

  private put(address: Address, store: readonly SharedFile[]): void {
    while (this.counted.length <= address) this.counted.push(NO_FILES);
    const before = this.counted[address];
    if (before === store) return;
    this.counted[address] = store;
    for (const { name } of store) this.add(this.countOf(name), 1);
    for (const { name } of before) this.add(this.countOf(name), -1);
  }

  private add(count: Count, members: 1 | -1): void {
    const before = count.members;
    count.members += members;
    if (!count.isStored) return;
    if (before === 0) this.lost--;
    else if (count.members === 0) this.lost++;
  }

  private countOf(name: string): Count {
    let count = this.counts.get(name);
    if (count === undefined) {
      count = { members: 0, isStored: false };
      this.counts.set(name, count);
    }
    return count;
  }
}

interface Count {
  members: number;
  isStored: boolean;
}

const NO_LACK: Lack = { edition: 0, store: NO_FILES, after: NONE, upTo: NONE, files: NO_FILES };

const NO_LOADS: Loads = { perMember: new Int32Array(), perHost: new Int32Array() };

/** What is stored now and was not before; null if that is not the whole difference. */
function freshFiles(before: Judged, now: Judged): SharedFile[] | null {
  if (before.placed !== now.placed) return null;
  const fresh: SharedFile[] = [];
  let isMore = true;
  forEachDifference(before.added, now.added, (_, was, is) => {
    if (was !== undefined || is === undefined) isMore = false;
    else fresh.push(is);
  });
  return isMore ? fresh : null;
}

/** Two lists by key and name as one. */
function merged(a: readonly SharedFile[], b: readonly SharedFile[]): readonly SharedFile[] {
  const both: SharedFile[] = [];
  let next = 0;
  for (const file of a) {
    while (next < b.length && comesBefore(b[next], file)) both.push(b[next++]);
    both.push(file);
  }
  while (next < b.length) both.push(b[next++]);
  return both;
}

/** Keys by the membership, so that load balance is that of the ring and not of a moment's transfers. */
function loadsOf({ members, ids, addresses, world }: Overview, sorted: readonly SharedFile[]): Loads {
  // Nobody has any: all numbers on the loads are 0, however many members there are.
  if (sorted.length === 0 || members.length === 0) return NO_LOADS;
  const perMember = new Int32Array(members.length);
  let at = 0;
  for (const { key } of sorted) {
    while (at < ids.length && ids[at] < key) at++;
    perMember[at === ids.length ? 0 : at]++;
  }
  const perHost = new Map<string, number>();
  for (let at = 0; at < addresses.length; at++) {
    const { host } = world.process(addresses[at]);
    perHost.set(host, (perHost.get(host) ?? 0) + perMember[at]);
  }
  return { perMember: perMember.sort(), perHost: Int32Array.from(perHost.values()).sort() };
}
