// The store against a dumb twin: the list of all receipts so far, from which what should be stored is worked out anew
// each time.

import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import type { Metadata } from '../../protocols/gossip/metadata.ts';
import type { Entry, PeerState } from '../../protocols/gossip/state.ts';
import { SECOND } from '../../sim/protocol.ts';
import { configOf, contextOf, pure } from './setting.ts';

const SELF = 1;
const EXPIRY_US = 100 * SECOND;
const CERTIFICATE_US = 150 * SECOND;

interface Receipt {
  readonly kind: 'receipt';
  readonly atUs: number;
  readonly metadata: Metadata;
  readonly ageUs: number | null;
}

interface Sweep {
  readonly kind: 'sweep';
  readonly atUs: number;
}

/** What is held of an origin, found by going through all that ever happened. */
function twin(past: readonly (Receipt | Sweep)[], origin: number, ageTravels: boolean, certificates: boolean) {
  let held = null as Omit<Entry, 'origin'> | null;
  let buried = null as { readonly rank: number; readonly atUs: number } | null;
  for (const event of past) {
    if (event.kind === 'sweep') {
      if (buried !== null && event.atUs - buried.atUs >= CERTIFICATE_US) buried = null;
      const since: number = held === null ? 0 : ageTravels ? held.bornAtUs : held.heardAtUs;
      if (held !== null && event.atUs - since >= EXPIRY_US) {
        if (certificates) buried = { rank: rankOf(held.metadata), atUs: event.atUs };
        held = null;
      }
    } else if (event.metadata.origin === origin) {
      const rank = rankOf(event.metadata);
      const known: number = Math.max(held === null ? -1 : rankOf(held.metadata), buried?.rank ?? -1);
      // What is past expiry when it arrives is as good as buried.
      const isPast = certificates && event.ageUs !== null && event.ageUs >= EXPIRY_US;
      if (rank > known && !isPast) {
        const { atUs, metadata, ageUs } = event;
        held = { metadata, bornAtUs: atUs - (ageUs ?? 0), adoptedAtUs: atUs, heardAtUs: atUs };
        buried = null;
      } else if (held !== null && rank === rankOf(held.metadata) && !ageTravels) {
        held = { ...held, heardAtUs: event.atUs };
      }
    }
  }
  return held;
}

function rankOf({ incarnation, version }: Metadata): number {
  return incarnation * 1000 + version;
}

const happening = fc.record({
  waitS: fc.integer({ min: 0, max: 60 }),
  event: fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('receipt' as const),
        origin: fc.integer({ min: 0, max: 4 }),
        incarnation: fc.integer({ min: 0, max: 2 }),
        version: fc.integer({ min: 0, max: 5 }),
        ageS: fc.integer({ min: 0, max: 120 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep' as const) }) },
  ),
});

test.prop([fc.array(happening, { maxLength: 60 }), fc.boolean(), fc.boolean()], { numRuns: 150 })(
  'the store is what the receipts make it',
  (happenings, ageTravels, deathCertificates) => {
    const config = configOf({
      nodes: 5,
      traits: { ageTravels, deathCertificates },
      settings: { expiry: '100s', certificateFor: '150s', suspicion: 'never' },
    });
    const boot = { publishes: true, files: [] };
    let state: PeerState = pure.start(boot, null, contextOf(config, SELF, 0)).state;
    const past: (Receipt | Sweep)[] = [];
    let atUs = 0;
    for (const { waitS, event } of happenings) {
      atUs += waitS * SECOND;
      const ctx = contextOf(config, SELF, atUs);
      if (event.kind === 'sweep') {
        past.push({ kind: 'sweep', atUs });
        state = pure.handle(state, { kind: 'timer', timer: { kind: 'expire' } }, ctx).state;
      } else {
        const { origin, incarnation, version, ageS } = event;
        const metadata = { origin, incarnation, version, files: [`v${version}`] };
        const ageUs = ageTravels ? ageS * SECOND : null;
        past.push({ kind: 'receipt', atUs, metadata, ageUs });
        const message = { kind: 'metadata', carried: { metadata, ageUs } } as const;
        state = pure.handle(state, { kind: 'datagram', from: 0, message, group: null }, ctx).state;
      }
      const expected = [0, 1, 2, 3, 4]
        .filter((origin) => origin !== SELF)
        .map((origin) => ({ origin, ...twin(past, origin, ageTravels, deathCertificates) }))
        .filter((entry) => 'metadata' in entry);
      expect(state.store).toEqual(expected);
    }
  },
);
