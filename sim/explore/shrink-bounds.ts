/**
 * What a smaller scenario may not make worse. A system stands so many failures, by its settings; a run with less of a margin, or with fewer members left
 * than its churn was to leave, fails for a reason of its own.
 */
import type { System } from '../contract/system.ts';
import type { Plan } from '../scenario/plan.ts';
import { churnOf } from './churn-written.ts';
import { entriesOf, isPlainMap, type Plain } from './plain.ts';
import { countsOf } from './settings-counts.ts';

export class Bounds {
  private readonly system: System;
  private readonly margins: readonly { readonly name: string; readonly least: number }[];
  /** No departure leaves fewer. */
  private readonly keep: number;

  constructor(original: Plain, plan: Plan) {
    this.system = plan.system;
    this.margins = (this.system.margins ?? []).flatMap((name) => {
      const least = this.setting(original, name);
      return least === null ? [] : [{ name, least }];
    });
    const written = entriesOf(original, 'churn').length > 0 ? plan.churn.map(({ keep }) => keep) : [];
    this.keep = written.length === 0 ? 0 : Math.min(...written);
  }

  /** Whether its settings leave as much of a margin. */
  allows(said: Plain): boolean {
    return this.margins.every(({ name, least }) => (this.setting(said, name) ?? least) >= least);
  }

  /** Whether in its run, up to that time, as many are left after each departure. */
  allowsRun(plan: Plan, untilUs: number): boolean {
    if (this.keep === 0) return true;
    return churnOf(plan, untilUs).strikes.every(({ members, changes }) => {
      const gone = new Set(changes.flatMap(({ kind, address }) => (kind === 'join' ? [] : [address])));
      const left = members.filter((address) => !gone.has(address)).length;
      return left === members.length || left >= this.keep;
    });
  }

  private setting({ config }: Plain, name: string): number | null {
    const value = isPlainMap(config) ? config[name] : undefined;
    if (typeof value === 'number') return value;
    return countsOf(this.system).get(name)?.usual ?? null;
  }
}
