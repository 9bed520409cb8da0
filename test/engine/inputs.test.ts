import { describe, expect, test } from 'vitest';
import { Inputs } from '../../sim/engine/inputs.ts';
import { planOf, Simulation, type TimedAction } from '../../sim/index.ts';
import { who } from './support/names.ts';
import { doing, type PuppetTypes, puppets, remark, tell } from './support/puppet.ts';

const S = 1_000_000;

describe('inputs', () => {
  test('are the same object again for each kind, with what it is about now', () => {
    const inputs = new Inputs<PuppetTypes>(false);
    const first = inputs.datagram(1, { kind: 'tell', n: 1 } as never, null);
    expect({ ...first }).toEqual({ kind: 'datagram', from: 1, message: { kind: 'tell', n: 1 }, group: null });
    const second = inputs.datagram(2, { kind: 'tell', n: 2 } as never, 'all');
    expect(second).toBe(first);
    expect({ ...second }).toEqual({ kind: 'datagram', from: 2, message: { kind: 'tell', n: 2 }, group: 'all' });
  });

  test('that are kept stay what they were', () => {
    const inputs = new Inputs<PuppetTypes>(false);
    const kept = inputs.kept(inputs.failure(7, 'refused', 'a tag' as never));
    inputs.failure(8, 'timeout', 'another' as never);
    expect(kept).toEqual({ kind: 'failure', to: 7, reason: 'refused', tag: 'a tag' });
  });

  test('are fresh where somebody may keep them', () => {
    const inputs = new Inputs<PuppetTypes>(true);
    const first = inputs.timer({ kind: 'tick' } as never);
    expect(inputs.timer({ kind: 'tick' } as never)).not.toBe(first);
    expect(inputs.kept(first)).toBe(first);
  });

  test('fresh or not, the run is the same', () => {
    const actions: readonly (Pick<TimedAction, 'action'> & Partial<TimedAction>)[] = [
      doing(0, 0, [tell(1, 1), tell(1, 2), remark(1)]),
      doing(1 * S, 1, [tell(0, 3)]),
      { atUs: 2 * S, action: { kind: 'pause', who: who(1), forUs: S } },
      doing(2.5 * S, 0, [tell(1, 4), tell(1, 5)]),
    ];
    const plan = planOf(puppets, { durationUs: 5 * S, actions });
    const runs = [{}, { freeze: true }, { observer: { input: () => {} } }].map((options) => {
      const simulation = new Simulation(plan, options);
      simulation.run();
      return [simulation.fingerprint, simulation.world.process(1).state];
    });
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
  });
});
