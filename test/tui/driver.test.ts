import { describe, expect, it } from 'vitest';
import { Simulation } from '../../sim/index.ts';
import { livelyPlan, quietPlan } from './support/plans.ts';
import { sit } from './support/sitting.ts';

describe('the clock on the wall', () => {
  it('does nothing while nothing moves', () => {
    const { clock, frames } = sit(quietPlan());
    clock.pass(1000);
    expect(frames()).toBe(0);
    expect(clock.isIdle).toBe(true);
  });

  it('plays virtual time at its pace, and shows some thirty frames a second', () => {
    const { session, clock, frames, press } = sit(quietPlan());
    press('space');
    clock.pass(2000);
    const { simulation } = session.player;
    expect(simulation.nowUs).toBeGreaterThan(1_900_000);
    expect(simulation.nowUs).toBeLessThanOrEqual(2_010_000);
    expect(frames()).toBeGreaterThan(50);
    expect(frames()).toBeLessThan(65);
  });

  it('plays so many events a second', () => {
    const { session, clock, press } = sit(quietPlan(), { speed: { kind: 'events', perSecond: 4 } });
    const before = session.player.simulation.events;
    press('space');
    clock.pass(5000);
    expect(session.player.simulation.events - before).toBeGreaterThanOrEqual(19);
    expect(session.player.simulation.events - before).toBeLessThanOrEqual(20);
  });

  it('shows as many frames at full speed as before, whatever the rate of events', () => {
    const { session, clock, frames } = sit(livelyPlan(), { speed: { kind: 'max' }, playing: true });
    clock.costMs = 1.5;
    session.driver.redraw();
    clock.pass(8000);
    expect(session.player.isAtEnd).toBe(true);
    expect(session.ui.pace.playing).toBe(false);
    expect(session.ui.notice?.text).toBe('This is the end of the run.');
    expect(frames()).toBeGreaterThan(1);
    const bare = new Simulation(livelyPlan());
    bare.run();
    expect(session.player.simulation.fingerprint).toBe(bare.fingerprint);
    // What was played too fast to be heard is there to be read at the end.
    expect(session.moment().entries.length).toBeGreaterThan(300);
  });

  it('answers a key at full speed at once, though frames are few then', () => {
    const drawnAtMs: number[] = [];
    const plan = { ...quietPlan(), durationUs: 1e12 };
    const { session, clock } = sit(plan, {
      speed: { kind: 'max' },
      playing: true,
      draw() {
        // A frame is dear here, so they are rare.
        clock.costMs = 10;
        clock.now();
        clock.costMs = 1;
        drawnAtMs.push(clock.now());
      },
    });
    clock.costMs = 1;
    session.driver.redraw();
    clock.pass(3000);
    const calm = drawnAtMs.filter((ms) => ms > 1000).length;
    expect(calm).toBeGreaterThan(4);
    expect(calm).toBeLessThan(12);
    for (let i = 0; i < 20; i++) {
      clock.pass(137);
      const pressedMs = clock.now();
      session.press('n');
      clock.pass(50);
      expect(drawnAtMs.at(-1)).toBeGreaterThan(pressedMs);
      expect(drawnAtMs.find((ms) => ms > pressedMs)).toBeLessThan(pressedMs + 50);
    }
  });

  it('pauses at full speed with a log to read, and a step back at hand', () => {
    const { session, clock, press } = sit({ ...quietPlan(), durationUs: 1e12 }, { speed: { kind: 'max' } });
    const { player } = session;
    press('space');
    clock.costMs = 1.5;
    clock.pass(600);
    clock.costMs = 0;
    press('space');
    const { event } = player.position;
    expect(event).toBeGreaterThan(10_000);
    expect(player.recorder.coversFrom(event - 400)).toBe(true);
    const known = player.simulation.fingerprint;
    let executed = 0;
    const original = player.simulation.runUntil.bind(player.simulation);
    player.simulation.runUntil = (timeUs, atMost) => {
      const done = original(timeUs, atMost);
      executed += done;
      return done;
    };
    press('left');
    expect(player.position.event).toBe(event - 1);
    expect(executed).toBeLessThan(1000);
    press('right');
    expect(player.simulation.fingerprint).toBe(known);
  });

  it('plays backwards to the beginning, and stands', () => {
    const { session, clock, press } = sit(quietPlan());
    press('g', '3', 's', 'enter', 'r');
    clock.pass(1000);
    expect(session.player.simulation.nowUs).toBeGreaterThan(1_900_000);
    expect(session.player.simulation.nowUs).toBeLessThan(2_100_000);
    clock.pass(2500);
    expect(session.player.simulation.events).toBe(session.player.firstEvent);
    expect(session.ui.notice?.text).toBe('This is the beginning of the run.');
    expect(session.ui.pace.playing).toBe(false);
  });

  it('does not make up for a time when nothing ran: the machine slept', () => {
    const { session, clock, press } = sit(quietPlan());
    press('space');
    clock.pass(100);
    const before = session.player.simulation.nowUs;
    clock.costMs = 4000;
    clock.now();
    clock.costMs = 0;
    clock.pass(50);
    expect(session.player.simulation.nowUs - before).toBeLessThan(400_000);
  });

  it('answers a key within a slice, however long the way is', () => {
    const { session, clock } = sit(livelyPlan());
    clock.costMs = 3;
    session.press('end');
    clock.pass(30);
    expect(session.player.isTravelling).toBe(true);
    session.press('left');
    clock.costMs = 0;
    clock.pass(200);
    expect(session.player.isTravelling).toBe(false);
    expect(session.player.isAtEnd).toBe(false);
  });

  it('draws where a way ends, and counts quick keys from where they lead', () => {
    const drawn: number[] = [];
    const { session, clock } = sit(quietPlan(), { draw: () => drawn.push(session.player.simulation.events) });
    session.press('end');
    clock.pass(3000);
    expect(session.player.isAtEnd).toBe(true);
    expect(drawn.at(-1)).toBe(session.player.simulation.events);
    const end = session.player.simulation.events;
    for (let i = 0; i < 10; i++) session.press('left');
    clock.pass(100);
    expect(session.player.simulation.events).toBe(end - 10);
    for (let i = 0; i < 9; i++) session.press('right');
    session.press('left');
    clock.pass(100);
    expect(drawn.at(-1)).toBe(end - 2);
  });

  it('hands on what breaks in the run', () => {
    const plan = quietPlan();
    const { roles } = plan.system;
    const node = roles.node;
    const broken = {
      ...plan,
      system: {
        ...plan.system,
        roles: {
          node: {
            ...node,
            machine: {
              ...node.machine,
              handle: () => {
                throw new Error('a defect');
              },
            },
          },
        },
      },
    };
    const failures: unknown[] = [];
    const { session, clock } = sit(broken, { fail: (error) => failures.push(error) });
    session.press('space');
    clock.pass(1000);
    expect(failures).toHaveLength(1);
    expect(String(failures[0])).toContain('a defect');
    expect(clock.isIdle).toBe(true);
  });
});
