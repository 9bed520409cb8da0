// A superpeer's index, led by random inputs, against a plain map of who registered what last and how often it was missed.

import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { holdersOf } from '../../protocols/common/holder-index.ts';
import { addressesIn, get } from '../../protocols/common/trie.ts';
import { superpeerAt } from './stage.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const peer = fc.integer({ min: 9, max: 12 });
const input = fc.oneof(
  fc.record({
    kind: fc.constant('registers' as const),
    peer,
    names: fc.subarray(NAMES),
    version: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({ kind: fc.constant('unregisters' as const), peer }),
  fc.record({ kind: fc.constant('misses' as const), peer }),
  fc.record({ kind: fc.constant('answers' as const), peer }),
  fc.record({ kind: fc.constant('stores' as const), peer, version: fc.integer({ min: 1, max: 9 }) }),
);

interface Entry {
  names: readonly string[];
  version: number;
  misses: number;
}

property.prop([fc.array(input, { maxLength: 60 }), fc.integer({ min: 1, max: 3 })])(
  'the index is what a map says, and an older registration changes nothing',
  (inputs, strikes) => {
    const s = superpeerAt('hardened', { strikes });
    const model = new Map<number, Entry>();
    const register = (address: number, names: readonly string[], version: number) => {
      if ((model.get(address)?.version ?? 0) <= version) model.set(address, { names, version, misses: 0 });
    };
    for (const one of inputs) {
      const registration = get(s.state.registrations, one.peer)?.number ?? -1;
      const tag = { kind: 'pingPeer', peer: one.peer, registration } as const;
      const known = model.get(one.peer);
      switch (one.kind) {
        case 'registers':
          s.registers(one.peer, one.names, one.version);
          register(one.peer, one.names, one.version);
          break;
        case 'unregisters':
          s.gets({ kind: 'request', from: one.peer, id: 1, message: { kind: 'unregister' } });
          model.delete(one.peer);
          break;
        case 'misses':
          s.gets({ kind: 'failure', to: one.peer, reason: 'timeout', tag });
          if (known !== undefined) known.misses += 1;
          if (known?.misses === strikes) model.delete(one.peer);
          break;
        case 'answers':
          s.gets({ kind: 'reply', from: one.peer, message: { kind: 'pong', peers: 0 }, tag });
          if (known !== undefined) known.misses = 0;
          break;
        case 'stores': {
          const stored = { kind: 'stored', version: one.version, resources: ['d'] } as const;
          const store = { kind: 'store', request: 1, name: 'd', peer: one.peer } as const;
          s.gets({ kind: 'reply', from: one.peer, message: stored, tag: store });
          // One who has left meanwhile is not brought back by it.
          if (known !== undefined) register(one.peer, ['d'], one.version);
        }
      }
      expect(addressesIn(s.state.registrations)).toEqual([...model.keys()].sort((a, b) => a - b));
      for (const name of NAMES) {
        const holders = holdersOf(s.state.index, name).map((held) => held.holder);
        const wanted = [...model].filter(([, { names }]) => names.includes(name)).map(([address]) => address);
        expect(holders.toSorted()).toEqual(wanted.toSorted());
      }
      for (const [address, { misses }] of model) expect(get(s.state.strikes, address) ?? 0).toBe(misses);
    }
  },
);
