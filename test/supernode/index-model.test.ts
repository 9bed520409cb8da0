// A supernode's index, led by random inputs, against a plain map of who registered what last and how often it was missed.

import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { holdersOf } from '../../protocols/common/holder-index.ts';
import { addressesIn, get } from '../../protocols/common/trie.ts';
import { idFor, supernodeAt } from './stage.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const node = fc.integer({ min: 2, max: 5 });
const input = fc.oneof(
  fc.record({ kind: fc.constant('registers' as const), node, names: fc.subarray(NAMES) }),
  fc.record({ kind: fc.constant('misses' as const), node }),
  fc.record({ kind: fc.constant('answers' as const), node }),
  fc.record({ kind: fc.constant('left' as const), node }),
);

property.prop([fc.array(input, { maxLength: 60 }), fc.integer({ min: 1, max: 3 })])(
  'the index is what a map says',
  (inputs, strikes) => {
    const s = supernodeAt('hardened', {}, { strikes });
    const model = new Map<number, { names: readonly string[]; misses: number }>();
    for (const one of inputs) {
      const registration = get(s.state.registrations, one.node)?.number ?? -1;
      const tag = { kind: 'check', node: one.node, registration, run: null, reported: false } as const;
      const known = model.get(one.node);
      switch (one.kind) {
        case 'registers':
          s.registers(one.node, ...one.names);
          model.set(one.node, { names: one.names, misses: 0 });
          break;
        case 'misses':
          s.gets({ kind: 'failure', to: one.node, reason: 'timeout', tag });
          if (known !== undefined) known.misses += 1;
          if (known?.misses === strikes) model.delete(one.node);
          break;
        case 'answers':
          s.gets({ kind: 'reply', from: one.node, message: { kind: 'healthy' }, tag });
          if (known !== undefined) known.misses = 0;
          break;
        case 'left':
          s.gets({ kind: 'reply', from: one.node, message: { kind: 'registeredElsewhere' }, tag });
          model.delete(one.node);
      }
      expect(addressesIn(s.state.registrations)).toEqual([...model.keys()].sort());
      for (const name of NAMES) {
        const holders = holdersOf(s.state.index, idFor(name)).map((held) => held.holder);
        const wanted = [...model].filter(([, { names }]) => names.includes(name)).map(([one]) => one);
        expect(holders.toSorted()).toEqual(wanted.toSorted());
      }
      for (const [address, { misses }] of model) expect(get(s.state.strikes, address) ?? 0).toBe(misses);
    }
  },
);
