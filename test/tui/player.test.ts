import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, planOf, Simulation } from '../../sim/index.ts';
import { Player } from '../../tui/run/player.ts';
import { livelyPlan, quietPlan } from './support/plans.ts';
import { relay } from './support/relay.ts';

/** The fingerprint after each event of an undisturbed run. */
function fingerprints(plan = livelyPlan()): Map<number, string> {
  const simulation = new Simulation(plan);
  const found = new Map([[simulation.events, simulation.fingerprint]]);
  while (simulation.step()) found.set(simulation.events, simulation.fingerprint);
  return found;
}

const crash = (name: string): Action => ({
  kind: 'crash',
  who: [{ kind: 'name', name }],
  restartAfterUs: null,
  guard: false,
});
const join = (count: number): Action => ({ kind: 'join', arguments: {}, count });

describe('moving about in a run', () => {
  it('changes nothing: the run has the fingerprint that it has without a dashboard', () => {
    const alone = new Simulation(livelyPlan());
    alone.run();
    const player = new Player(livelyPlan());
    player.forward(Infinity);
    expect(player.simulation.fingerprint).toBe(alone.fingerprint);
    expect(player.simulation.finished).toBe(true);
  });

  it('is exact back and forth, whatever the way', () => {
    const known = fingerprints();
    const player = new Player(livelyPlan());
    const events = [...known.keys()];
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.nat(events.length - 1).map((index) => ({ to: 'event' as const, event: events[index] })),
            fc.nat(10_000_000).map((timeUs) => ({ to: 'time' as const, timeUs })),
            fc.nat(200).map((count) => ({ to: 'forward' as const, count })),
          ),
          { maxLength: 12 },
        ),
        (moves) => {
          for (const move of moves) {
            if (move.to === 'forward') player.forward(Infinity, move.count);
            else if (move.to === 'event') player.goToEvent(move.event);
            else player.goToTime(move.timeUs);
            player.arrive();
            if (move.to === 'event') expect(player.simulation.events).toBe(move.event);
            if (move.to === 'time') expect(player.simulation.nowUs).toBe(move.timeUs);
            expect(player.simulation.fingerprint).toBe(known.get(player.simulation.events));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('shows the same history, series and log after going back and forth as after going straight on', () => {
    const straight = new Player(livelyPlan());
    straight.goToTime(6_000_000);
    straight.arrive();
    const wandering = new Player(livelyPlan());
    for (const timeUs of [9_000_000, 2_500_000, 7_000_000, 10_000, 6_000_000]) {
      wandering.goToTime(timeUs);
      wandering.arrive();
    }
    expect(wandering.simulation.history).toEqual(straight.simulation.history);
    expect(wandering.simulation.series).toEqual(straight.simulation.series);
    const lastOf = (player: Player) => player.recorder.window.slice(-300);
    expect(lastOf(wandering)).toEqual(lastOf(straight));
    // Markers are kept of all that was ever seen, each once.
    straight.goToTime(9_000_000);
    straight.arrive();
    expect(wandering.recorder.markers.all()).toEqual(straight.recorder.markers.all());
  });

  it('lands on the nearest event where a crowd joins in one', () => {
    const player = new Player(livelyPlan());
    player.goToTime(2_999_999);
    player.arrive();
    const before = player.simulation.events;
    while (player.simulation.nowUs < 3_000_000) player.forward(Infinity, 1);
    const after = player.simulation.events;
    expect(after - before).toBeGreaterThan(40);
    player.goToEvent(after - 20);
    player.arrive();
    expect(player.simulation.events).toBe(after);
    player.goToEvent(1);
    player.arrive();
    player.goToEvent(after + 5);
    player.arrive();
    expect(player.simulation.events).toBe(after + 5);
  });
});

describe('what if', () => {
  it('branches off, and the trunk stays what it was', () => {
    const known = fingerprints();
    const player = new Player(livelyPlan());
    player.goToTime(1_500_000);
    player.arrive();
    const trunk = player.line;
    const { stands } = player.inject(crash('n2'), 'crash n2', { crash: 'n2' });
    expect(stands).toBe(true);
    expect(player.line.name).toBe('branch 1');
    expect(player.simulation.world.process(2).status).toBe('down');
    const forkedAt = player.simulation.events;
    player.goToTime(9_000_000);
    player.arrive();
    const branch = player.line;
    const [onBranch, fingerprint] = [player.simulation.events, player.simulation.fingerprint];
    player.switchTo(trunk);
    player.arrive();
    expect(player.simulation.events).toBe(forkedAt);
    expect(player.simulation.fingerprint).toBe(known.get(forkedAt));
    expect(player.simulation.world.process(2).status).toBe('up');
    player.goToTime(9_500_000);
    player.arrive();
    expect(player.simulation.fingerprint).toBe(known.get(player.simulation.events));
    player.switchTo(branch);
    player.arrive();
    expect(player.simulation.events).toBe(onBranch);
    expect(player.simulation.fingerprint).toBe(fingerprint);
  });

  it('is done again wherever the branch passes that moment', () => {
    const player = new Player(livelyPlan());
    player.goToTime(1_500_000);
    player.arrive();
    player.inject(crash('n2'), 'crash n2', { crash: 'n2' });
    const forkedAt = player.simulation.events;
    player.forward(Infinity, 500);
    const [event, fingerprint] = [player.simulation.events, player.simulation.fingerprint];
    player.goToEvent(forkedAt - 50);
    player.arrive();
    expect(player.simulation.world.process(2).status).toBe('up');
    expect(player.line.name).toBe('branch 1');
    player.goToTime(1_499_000);
    player.arrive();
    player.goToEvent(event);
    player.arrive();
    expect(player.simulation.world.process(2).status).toBe('down');
    expect(player.simulation.fingerprint).toBe(fingerprint);
  });

  it('makes a branch longer at its end, and another branch before', () => {
    const player = new Player(quietPlan());
    player.forward(Infinity, 100);
    player.inject(crash('n1'), 'crash n1', { crash: 'n1' });
    player.forward(Infinity, 100);
    player.inject(crash('n2'), 'crash n2', { crash: 'n2' });
    expect(player.lines.map((line) => line.injections.map(({ label }) => label))).toEqual([
      [],
      ['crash n1', 'crash n2'],
    ]);
    player.forward(Infinity, 100);
    player.goToEvent(player.simulation.events - 50);
    player.arrive();
    player.inject(crash('n3'), 'crash n3', { crash: 'n3' });
    expect(player.lines.map((line) => line.injections.map(({ label }) => label))).toEqual([
      [],
      ['crash n1', 'crash n2'],
      ['crash n1', 'crash n2', 'crash n3'],
    ]);
    expect(player.line).toBe(player.lines[2]);
  });

  it('is taken back where it changes nothing', () => {
    const player = new Player(quietPlan());
    player.forward(Infinity, 100);
    player.inject(crash('n1'), 'crash n1', { crash: 'n1' });
    const { fingerprint } = player.simulation;
    const { stands, tally } = player.inject(crash('n1'), 'crash n1', { crash: 'n1' });
    expect(stands).toBe(false);
    expect(tally.why).toBe('n1 was not running');
    expect(player.simulation.fingerprint).toBe(fingerprint);
    expect(player.lines).toHaveLength(2);
  });

  it('is, from between two events too, what a scenario with the action after that event is', () => {
    const player = new Player(quietPlan());
    player.goToTime(1_234_567);
    player.arrive();
    player.inject(join(3), 'join 3', { join: 3 });
    player.forward(Infinity, 40);
    player.inject(crash('n6'), 'crash n6', { crash: 'n6' });
    player.forward(Infinity);
    const actions = player.line.injections.map(({ action, afterEvent, label }) => ({ action, afterEvent, label }));
    const plan = quietPlan();
    const headless = new Simulation({ ...plan, actions: actions.map((each) => ({ ...each, atUs: 0, place: null })) });
    headless.run();
    expect(player.simulation.fingerprint).toBe(headless.fingerprint);
    expect(player.simulation.events).toBe(headless.events);
  });

  it('keeps every line the same through random wanderings', () => {
    type Move =
      | { do: 'time'; share: number }
      | { do: 'forward'; count: number }
      | { do: 'crash'; node: number }
      | { do: 'join' }
      | { do: 'switch'; to: number };
    const moves = fc.array(
      fc.oneof(
        fc.record({ do: fc.constant('time' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
        fc.record({ do: fc.constant('forward' as const), count: fc.nat(300) }),
        fc.record({ do: fc.constant('crash' as const), node: fc.nat(5) }),
        fc.record({ do: fc.constant('join' as const) }),
        fc.record({ do: fc.constant('switch' as const), to: fc.nat(10) }),
      ),
      { maxLength: 14 },
    );
    fc.assert(
      fc.property(fc.nat(1000), moves, (seed, script: readonly Move[]) => {
        const plan = livelyPlan(seed);
        const player = new Player(plan);
        for (const move of script) {
          if (move.do === 'time') player.goToTime(move.share * plan.durationUs);
          else if (move.do === 'forward') player.forward(Infinity, move.count);
          else if (move.do === 'crash') player.inject(crash(`n${move.node}`), `crash n${move.node}`, {});
          else if (move.do === 'join') player.inject(join(7), 'join 7', {});
          else player.switchTo(player.lines[move.to % player.lines.length]);
          player.arrive();
          const reference = new Simulation({
            ...plan,
            actions: [...plan.actions, ...player.line.injections.map((each) => ({ ...each, atUs: 0, place: null }))],
          });
          while (reference.events < player.simulation.events && reference.step());
          expect([player.simulation.events, player.simulation.fingerprint]).toEqual([
            reference.events,
            reference.fingerprint,
          ]);
        }
      }),
      { numRuns: 25 },
    );
  });
});

it('keeps steps back cheap a million events on', () => {
  const plan = planOf(relay, { nodes: 20, durationUs: 40_000_000_000, settings: { everyUs: 100_000 } });
  const player = new Player(plan as never);
  player.recorder.mute(true);
  player.forward(Infinity, 1_000_000);
  player.recorder.mute(false);
  let worst = 0;
  for (let i = 0; i < 50; i++) {
    const started = performance.now();
    player.goToEvent(player.simulation.events - 1);
    player.arrive();
    worst = Math.max(worst, performance.now() - started);
  }
  // The aim is 100 ms on a quiet machine; tests share theirs.
  expect(worst).toBeLessThan(1_000);
});
