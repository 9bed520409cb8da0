/**
 * In place of `sim/engine/history.ts` where a benchmark asks what it costs: it gives out ids, and says of every operation that nobody waits for it.
 * So no operation is kept, and no judge is asked.
 */
import type { Judgement, OperationRecord } from '../../sim/contract/world.ts';
import type { HistoryState, History as Real } from '../../sim/engine/history.ts';
import type { ProtocolTypes } from '../../sim/index.ts';

export class History<P extends ProtocolTypes> implements Pick<Real<P>, keyof Real<P>> {
  readonly records: readonly OperationRecord<P>[] = [];
  readonly each = this.records;
  readonly lastEnded = null;
  skipped: Record<string, number> = {};
  private count = 0;

  get length(): number {
    return this.count;
  }
  begin(): number {
    return this.count++;
  }
  issuerOfPending(): number {
    return -1;
  }
  record(): OperationRecord<P> {
    return notKept();
  }
  complete(): Judgement {
    return notKept();
  }
  abort(): number[] {
    return [];
  }
  pending(): OperationRecord<P>[] {
    return [];
  }
  snapshot(): HistoryState<P> {
    return notKept();
  }
  restore(): void {
    notKept();
  }
}

function notKept(): never {
  throw new Error('this run keeps no history');
}
