/**
 * What is worth telling of a stretch of a run: faults, properties that changed their truth, operations that went wrong, notes of the protocol.
 * An observer that keeps a few of each and counts the rest.
 */
import type { Effect } from '../contract/effect.ts';
import type { Address, Kinded } from '../contract/protocol-types.ts';
import type { System } from '../contract/system.ts';
import type { OperationRecord, World } from '../contract/world.ts';
import type { Observer } from '../engine/observer.ts';
import { kindedText, nameOf } from '../explore/words.ts';

export type HappeningKind = 'fault' | 'property' | 'operation' | 'note';

export interface Happening {
  readonly kind: HappeningKind;
  readonly us: number;
  readonly text: string;
  /** Whether it is bad news. */
  readonly bad: boolean;
}

const NO_HAPPENINGS: Readonly<Record<HappeningKind, number>> = { fault: 0, property: 0, operation: 0, note: 0 };

/** Of each kind the first so many of a stretch are kept. */
const KEPT: Readonly<Record<HappeningKind, number>> = { fault: 8, property: 8, operation: 4, note: 4 };

export class Happenings implements Observer {
  readonly system: System;
  private run: { readonly nowUs: number; readonly world: World } | null = null;
  private kept: Happening[] = [];
  private counts: Record<HappeningKind, number> = { ...NO_HAPPENINGS };

  constructor(system: System) {
    this.system = system;
  }

  /** What comes before is not heard: the starts, and the first look at the properties. */
  follow(run: { readonly nowUs: number; readonly world: World }): void {
    this.run = run;
  }

  /** What happened since the last call, and how many more of each kind there were. */
  take(): { readonly shown: readonly Happening[]; readonly more: Readonly<Record<HappeningKind, number>> } {
    const shown = this.kept;
    const more = { ...this.counts };
    for (const { kind } of shown) more[kind]--;
    this.kept = [];
    this.counts = { ...NO_HAPPENINGS };
    return { shown, more };
  }

  action(label: string, changed: number): void {
    this.add('fault', changed === 0 ? label : `${label} (${changed} changed)`, false);
  }

  property(name: string, holds: boolean, message: string | null): void {
    const why = message === null ? '' : `: ${message}`;
    this.add('property', holds ? `${name} holds` : `${name} is violated${why}`, !holds);
  }

  ended(record: OperationRecord): void {
    const { judgement, issuer, operation } = record;
    if (judgement === null || this.run === null) return;
    if (this.system.judge.verdicts[judgement.verdict]?.good === true) return;
    const what = kindedText('operation', operation, this);
    const why = judgement.why === undefined ? '' : `: ${judgement.why}`;
    this.add('operation', `${this.name(issuer)}: ${what}, ${judgement.verdict}${why}`, true);
  }

  effect(process: Address, effect: Effect): void {
    if (effect.kind === 'note' && this.run !== null)
      this.add('note', `${this.name(process)}: ${kindedText('note', effect.value as Kinded, this)}`, false);
  }

  private name(address: Address): string {
    return this.run === null ? String(address) : nameOf(address, this.run);
  }

  private add(kind: HappeningKind, text: string, bad: boolean): void {
    const { run } = this;
    if (run === null) return;
    if (this.counts[kind]++ < KEPT[kind]) this.kept.push({ kind, us: run.nowUs, text, bad });
  }
}
