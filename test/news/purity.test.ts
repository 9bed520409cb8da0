/** Machines are functions: they change nothing that they are given, say the same twice, and deal in plain data only. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { news } from '../../protocols/news/index.ts';
import { type Machine, planOf, SECOND, Simulation } from '../../sim/index.ts';
import { configOf, FIRST } from './stage.ts';
import { crash, everything, isolate, often, runNews, withRoles } from './support.ts';

const parts = {
  durationUs: 30 * SECOND,
  workload: everything(2),
  faultRates: [
    often(crash(['database'], SECOND), 0.1, 20 * SECOND),
    often(isolate('commission1', 3 * SECOND), 0.1, 20 * SECOND),
    often(crash(['commission1-1'], SECOND), 0.1, 20 * SECOND),
  ],
};

/** Each call is made twice, with chance that comes out the same, and compared. */
function twice(machine: Machine<never>, count: () => void): Machine<never> {
  const context = (ctx: object) => ({ ...ctx, random: FIRST });
  return {
    start: (boot: never, durable: never, ctx: { self: number; nowUs: number; config: unknown }) => {
      const own = { self: ctx.self, nowUs: ctx.nowUs, config: ctx.config };
      const first = machine.start(boot, durable, context(own) as never);
      expect(machine.start(boot, durable, context(own) as never)).toEqual(first);
      return first;
    },
    handle: (state: never, input: never, ctx: { self: number; nowUs: number; config: unknown }) => {
      count();
      const own = { self: ctx.self, nowUs: ctx.nowUs, config: ctx.config };
      const first = machine.handle(state, input, context(own) as never);
      const second = machine.handle(state, input, context(own) as never);
      expect(second).toEqual(first);
      // A state that did not change is the same object.
      if (second.state === state) expect(first.state).toBe(state);
      return first;
    },
  } as unknown as Machine<never>;
}

describe('every machine', () => {
  for (const [variant, settings] of [
    ['described', { users: 4, agents: 2 }],
    ['hardened', { users: 4, agents: 2 }],
    ['hardened', { users: 4, standby: true }],
  ] as const) {
    test(`says the same twice and changes nothing that it is given (${variant}${'standby' in settings ? ', standby' : ''})`, () => {
      let calls = 0;
      const roles = Object.fromEntries(
        Object.entries(news.roles).map(([name, { machine }]) => [
          name,
          twice(machine as Machine<never>, () => calls++),
        ]),
      );
      // Every state, message and input is frozen through and through on the way.
      runNews({ ...parts, variant, settings, seed: 3 }, withRoles(roles));
      expect(calls).toBeGreaterThan(2_000);
    });
  }

  test('keeps and sends nothing but plain data: it survives being written and read', () => {
    const plan = planOf(news, { ...parts, variant: 'hardened', settings: { users: 4, standby: true }, seed: 5 });
    const plain = (value: unknown) => expect(JSON.parse(JSON.stringify(value))).toEqual(value);
    const simulation = new Simulation(plan, {
      observer: {
        input: (_process, input) => plain(input),
        effect: (_process, effect) => plain(effect),
      },
    });
    simulation.runUntil(12 * SECOND);
    for (let address = 0; address < simulation.world.size; address++) plain(simulation.world.process(address).state);
    plain(simulation.judged);
    plain(news.view(simulation.world, simulation.judged as never, { selected: 0 }));
  });
});

describe('a run', () => {
  test('is the same for the same seed, and another for another', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('described', 'hardened'), (seed, variant) => {
        const fingerprint = (n: number) => {
          const simulation = new Simulation(planOf(news, { ...parts, durationUs: 5 * SECOND, variant, seed: n }));
          simulation.run();
          return simulation.fingerprint;
        };
        expect(fingerprint(seed)).toBe(fingerprint(seed));
        expect(fingerprint(seed)).not.toBe(fingerprint(seed + 1));
      }),
      { numRuns: 3 },
    );
  });

  test('that is put back to a checkpoint goes on as it did', () => {
    const simulation = new Simulation(
      planOf(news, { ...parts, variant: 'hardened', settings: { standby: true, users: 4 }, seed: 2 }),
    );
    simulation.runUntil(20 * SECOND);
    const checkpoint = simulation.snapshot();
    simulation.run();
    const { fingerprint } = simulation;
    const judged = JSON.stringify(simulation.judged);
    simulation.restore(checkpoint);
    simulation.run();
    expect(simulation.fingerprint).toBe(fingerprint);
    expect(JSON.stringify(simulation.judged)).toBe(judged);
  });
});

describe('settings', () => {
  test('that contradict each other are refused with a reason', () => {
    expect(() => configOf('hardened', { users: 2, administrators: 3 })).toThrow('administrators: 3 of 2 users');
    expect(() => configOf('hardened', { healthEvery: '1s', healthTimeout: '2s' })).toThrow(
      'healthTimeout: 2s is longer than healthEvery (1s)',
    );
    expect(() => configOf('hardened', { takeoverAfter: '500ms' })).toThrow('takeoverAfter');
    expect(() => configOf('hardened', { healthEvry: '1s' })).toThrow(/did you mean \\?"healthEvery/);
  });

  test('each say what they mean', () => {
    const { shape } = news.settings as unknown as { shape: Record<string, { description?: string }> };
    for (const [name, setting] of Object.entries(shape)) expect(setting.description, name).toMatch(/\.$|log\.$/);
  });
});
