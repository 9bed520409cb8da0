import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../sim/index.ts';
import { type Marker, Markers } from '../../tui/run/marker.ts';

const record = (id: number): OperationRecord => ({
  id,
  issuer: id % 7,
  operation: { kind: 'ask' },
  startUs: id,
  endUs: null,
  status: 'pending',
  outcome: null,
  judgement: null,
  startSequence: id,
});

interface Said {
  readonly gap: number;
  readonly kind: 'begun' | 'ended' | 'fault';
  readonly good: boolean;
}

/** Markers by columns, and the same as a plain list. */
function both(all: readonly Said[]): { markers: Markers; plain: Marker[] } {
  const markers = new Markers();
  const plain: Marker[] = [];
  let event = 0;
  all.forEach(({ gap, kind, good }, i) => {
    event += gap;
    const at = { event, injections: 0, timeUs: 10 * event };
    const own = record(i);
    if (kind === 'begun') {
      markers.begun(at, own);
      plain.push({ ...at, kind, process: own.issuer, operation: own.operation });
    } else if (kind === 'ended') {
      markers.ended(at, own, good);
      plain.push({ ...at, kind, record: own, good });
    } else {
      markers.add({ ...at, kind, label: `f${i}`, changed: 1 });
      plain.push({ ...at, kind, label: `f${i}`, changed: 1 });
    }
  });
  return { markers, plain };
}

const said: fc.Arbitrary<Said> = fc.record({
  gap: fc.nat(3),
  kind: fc.constantFrom('begun' as const, 'ended' as const, 'begun' as const, 'fault' as const),
  good: fc.boolean(),
});

/** Within one event the order is of no importance. */
const unordered = (list: readonly Marker[]) => list.map((marker) => JSON.stringify(marker)).sort();

describe('markers', () => {
  it('are found before and after any event, as in a plain list', () => {
    fc.assert(
      fc.property(fc.array(said, { maxLength: 60 }), fc.nat(130), fc.boolean(), (all, event, chaptersOnly) => {
        const { markers, plain } = both(all);
        const wanted = plain.filter(({ kind }) => !chaptersOnly || kind === 'fault');
        expect(unordered(markers.all())).toEqual(unordered(plain));
        expect(markers.before(event, chaptersOnly)?.event).toBe(wanted.findLast((each) => each.event < event)?.event);
        expect(markers.after(event, chaptersOnly)?.event).toBe(wanted.find((each) => each.event > event)?.event);
        const branch = markers.upTo({ event, injections: 0 });
        expect(unordered(branch.all())).toEqual(unordered(plain.filter((each) => each.event <= event)));
      }),
      { seed: 61, numRuns: 200 },
    );
  });

  it('are noted once, however often one comes by', () => {
    const { markers, plain } = both([
      { gap: 5, kind: 'begun', good: true },
      { gap: 3, kind: 'ended', good: true },
    ]);
    markers.heard({ event: 8, injections: 0 });
    markers.begun({ event: 5, injections: 0, timeUs: 50 }, record(0));
    markers.ended({ event: 8, injections: 0, timeUs: 80 }, record(1), true);
    expect(markers.all()).toEqual(plain);
    markers.begun({ event: 8, injections: 1, timeUs: 80 }, record(2));
    expect(markers.all()).toHaveLength(3);
  });

  it('of operations are the last thousands, and drown no fault', () => {
    const flood = Array.from({ length: 20_000 }, (_, i) => ({ gap: 1, kind: 'begun' as const, good: i % 2 === 0 }));
    const { markers, plain } = both([{ gap: 1, kind: 'fault', good: false }, ...flood]);
    const [fault, ...operations] = markers.all();
    expect(fault).toEqual(plain[0]);
    expect(operations.length).toBeGreaterThanOrEqual(4000);
    expect(operations).toEqual(plain.slice(-operations.length));
    expect(markers.before(9000, false)).toEqual(plain[0]);
    expect(markers.after(9000, false)).toEqual(operations[0]);
    const branch = markers.upTo({ event: 19_000, injections: 0 }).all();
    expect(branch.at(-1)).toEqual(plain[18_999]);
  });
});
