import { describe, expect, test } from 'vitest';
import { type Action, planOf, Simulation, type TimedAction } from '../../sim/index.ts';
import { who } from './support/names.ts';
import { alarm, ask, doing, echo, logOf, type PuppetTypes, puppets, storyOf, tell } from './support/puppet.ts';

const MS = 1_000;
const S = 1_000_000;

type Timed = Pick<TimedAction, 'action'> & Partial<TimedAction>;

function run(actions: readonly Timed[], perHost = 1): Simulation<PuppetTypes> {
  const simulation = new Simulation(planOf(puppets, { durationUs: 20 * S, actions, settings: { perHost } }));
  simulation.run();
  return simulation;
}

const skew = (seconds: number, name: string | number, said: Partial<Extract<Action, { kind: 'skew' }>>): Timed => ({
  atUs: seconds * S,
  action: { kind: 'skew', who: who(name), offsetUs: 0, driftPpm: 0, forUs: null, ...said },
});

describe('a clock', () => {
  test('that is off shows another time and measures durations alike', () => {
    const simulation = run([skew(1, 0, { offsetUs: -300 * MS }), doing(2 * S, 0, [alarm(1, S)])]);
    expect(logOf(simulation, 0)).toEqual(['0.000 start 1', '1.700 do', '2.700 alarm 1']);
    expect(simulation.nowUs).toBe(20 * S);
  });

  test('that runs fast fires timers and time-outs early', () => {
    const times: number[] = [];
    const simulation = new Simulation(
      planOf(puppets, {
        durationUs: 20 * S,
        actions: [
          skew(1, 0, { driftPpm: 250_000 }),
          doing(5 * S, 0, [alarm(1, S), ask(1, { kind: 'silence', n: 2 }, 2 * S)]),
        ],
      }),
      { observer: { event: ({ kind, process, timeUs }) => process === 0 && /time/.test(kind) && times.push(timeUs) } },
    );
    simulation.run();
    // A second of its own lasts 0.8 s.
    expect(times).toEqual([5.8 * S, 6.6 * S]);
    // At 5 s it shows 1 + 4 · 1.25.
    expect(storyOf(simulation, 0)).toEqual(['7.000 alarm 1', '8.000 timeout of 2 to 1']);
  });

  test('that runs slow fires them late', () => {
    const simulation = run([skew(0, 0, { driftPpm: -500_000 }), doing(2 * S, 0, [alarm(1, S), tell(1, 4)])]);
    expect(logOf(simulation, 0)).toEqual(['0.000 start 1', '1.000 do', '2.000 alarm 1']);
    expect(storyOf(simulation, 1)).toEqual(['2.050 echo 4 from 0']);
  });

  test('is true again after the fault, and only its own end ends it', () => {
    const simulation = run([
      skew(1, 0, { offsetUs: S, forUs: 4 * S }),
      skew(3, 0, { offsetUs: 2 * S, forUs: 4 * S }),
      ...[2, 4, 6, 8].map((seconds) => doing(seconds * S, 0, [])),
    ]);
    expect(logOf(simulation, 0).slice(1)).toEqual(['3.000 do', '6.000 do', '8.000 do', '8.000 do']);
  });

  test('is the host’s: all that runs there reads it, and the fault counts the host once', () => {
    const simulation = run([skew(1, 'all', { offsetUs: S }), doing(2 * S, 0, []), doing(2 * S, 1, [])], 2);
    expect(logOf(simulation, 0)).toContain('3.000 do');
    expect(logOf(simulation, 1)).toContain('3.000 do');
    expect(simulation.faults[0].changed).toBe(1);
  });

  test('goes on across a crash of the process', () => {
    const simulation = run([
      skew(1, 0, { offsetUs: S }),
      { atUs: 2 * S, action: { kind: 'crash', who: who(0), restartAfterUs: S, guard: false } },
      doing(4 * S, 1, [ask(0, echo(1))]),
    ]);
    expect(logOf(simulation, 0)).toEqual(['4.000 start 2', '5.150 asked to echo 1 by 1']);
  });
});
