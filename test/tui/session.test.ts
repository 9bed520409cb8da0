import { describe, expect, it } from 'vitest';
import { Simulation } from '../../sim/index.ts';
import { livelyPlan, quietPlan } from './support/plans.ts';
import { planFromText, shipped } from './support/scenarios.ts';
import { keysOf, sit } from './support/sitting.ts';
import { WHAT_IFS, type WhatIf } from './support/what-ifs.ts';

describe('a sitting', () => {
  it('steps back ten and forward ten to the same fingerprint', () => {
    const { session, press } = sit(quietPlan());
    press('g', ...keysOf('2s'), 'enter', 'right');
    const { simulation } = session.player;
    const [event, fingerprint] = [simulation.events, simulation.fingerprint];
    press('<', 'left', 'right', '>');
    expect([simulation.events, simulation.fingerprint]).toEqual([event, fingerprint]);
  });

  it('selects, inspects and filters', () => {
    const { session, press, screen } = sit(quietPlan());
    press('g', ...keysOf('2s'), 'enter', 's', ...keysOf('n3'), 'enter');
    expect(session.ui.selected).toBe(3);
    expect(screen()).toContain('▸● n3');
    press('enter');
    expect(session.ui.main).toBe('inspector');
    expect(screen()).toContain('Timers');
    press('escape', '/', ...keysOf('kind:loss,outcome'), 'enter');
    expect(session.ui.filter.kinds).toEqual(['loss', 'outcome']);
    expect(screen()).toContain('kind:loss,outcome');
    press('escape');
    expect(session.ui.filter.kinds).toEqual([]);
  });

  it('crashes a node on a branch, and the trunk knows nothing of it', () => {
    const { session, press, screen } = sit(quietPlan());
    press('g', ...keysOf('2s'), 'enter', 'n', 'x', 'c');
    expect(session.player.line.name).toBe('branch 1');
    expect(screen()).toContain('branch 1');
    expect(session.moment().peers[0].status).toBe('down');
    press('g', ...keysOf('4s'), 'enter', 't');
    expect(session.player.line.name).toBe('trunk');
    expect(session.moment().peers[0].status).toBe('up');
  });

  it('says why where nothing can be done', () => {
    const { session, press, screen } = sit(quietPlan());
    press('x', 'c');
    expect(screen()).toContain('select a node first (n)');
    press('escape', 'n', 'x', 'r');
    expect(session.ui.notice?.text).toBe('n0 is not down');
    expect(session.player.lines).toHaveLength(1);
  });

  it('compares a branch with the trunk', () => {
    const { session, press, screen } = sit(quietPlan());
    press('g', ...keysOf('2s'), 'enter', 'n', 'x', 'c', 'c');
    expect(session.ui.overlay?.kind).toBe('difference');
    const text = screen();
    expect(text).toContain('They part after');
    expect(text).toContain('branch 1: ▾ crash n0');
    expect(text).toMatch(/the first that differs:/);
    press('escape');
    expect(session.ui.overlay).toBeNull();
    expect(session.player.line.name).toBe('branch 1');
  });

  it('finds the markers, forward and back', () => {
    const { session, press } = sit(livelyPlan());
    const { simulation } = session.player;
    press('}');
    expect(session.ui.notice?.text).toBe('crash n1, restart after 500ms');
    const violated = simulation.events;
    press('}', '}');
    const further = simulation.events;
    expect(further).toBeGreaterThan(violated);
    press('{', '{');
    expect(simulation.events).toBe(violated);
    press('{');
    expect(session.ui.notice?.text).toBe('Nothing before.');
    press('end', '}');
    expect(session.ui.notice?.text).toBe('Nothing more to the end.');
  });

  it('keeps bookmarks with notes, and goes to them', () => {
    const { session, press, screen } = sit(quietPlan());
    press('g', ...keysOf('1s'), 'enter', 'b', ...keysOf('look here'), 'enter');
    const { simulation } = session.player;
    const marked = simulation.events;
    press('g', ...keysOf('5s'), 'enter', '{');
    expect(simulation.events).toBe(marked);
    expect(session.ui.notice?.text).toBe('look here');
    press('home');
    expect(screen()).toContain('⚑');
    press('}');
    expect(simulation.events).toBe(marked);
  });

  it('goes where it is told, and says where it can not', () => {
    const { session, press, screen } = sit(quietPlan());
    const { simulation } = session.player;
    press('g', ...keysOf('#200'), 'enter');
    expect(simulation.events).toBe(200);
    press('g', ...keysOf('+#10'), 'enter');
    expect(simulation.events).toBe(210);
    press('g', ...keysOf('1.5s'), 'enter', 'g', ...keysOf('-500ms'), 'enter');
    expect(simulation.nowUs).toBe(1_000_000);
    press('g', ...keysOf('3h'), 'enter');
    expect(screen()).toContain('the run ends at 10s');
    press('escape', 'g', ...keysOf('end'), 'enter');
    expect(simulation.finished).toBe(true);
    press('home');
    expect(simulation.events).toBe(session.player.firstEvent);
  });

  it('loses the selected message', () => {
    const { session, press } = sit(quietPlan());
    press('g', ...keysOf('2s'), 'enter');
    for (let i = 0; i < 50 && session.moment().flights.length === 0; i++) press('right');
    press('m');
    const message = session.moment().flights.find(({ sequence }) => sequence === session.ui.message);
    press('x', 'm');
    expect(session.player.line.injections[0].label).toBe(`lose message ${message?.sequence}`);
    expect(session.moment().flights.map(({ sequence }) => sequence)).not.toContain(message?.sequence);
    expect(session.moment().losses.at(-1)?.text).toContain('taken off the wire');
  });

  it('starts an operation, and says what is wrong with its arguments', () => {
    const { session, press, screen } = sit(quietPlan());
    press('g', ...keysOf('2s'), 'enter', 'n', 'x', 'o');
    press('ctrl+u', ...keysOf('ask of=nobody'), 'enter');
    expect(screen()).toMatch(/of: Invalid input/);
    press('ctrl+u', ...keysOf('beg'), 'enter');
    expect(screen()).toContain('no operation is called "beg"; there are ask');
    press('ctrl+u', ...keysOf('ask of=2'), 'enter');
    expect(session.player.line.injections[0].label).toBe('ask (of 2) at n0');
    expect(session.moment().inspected?.operations.map(({ text }) => text)).toContain('ask n2');
  });

  it('quits once, and leaves the trunk for the report', () => {
    const { session, press, quits } = sit(quietPlan());
    press('g', ...keysOf('2s'), 'enter', 'right', 'right');
    const { simulation } = session.player;
    const [event, fingerprint] = [simulation.events, simulation.fingerprint];
    press('n', 'x', 'c', 'right', 'right', 'q');
    expect(quits()).toBe(1);
    session.backToTrunk();
    expect([simulation.events, simulation.fingerprint]).toEqual([event, fingerprint]);
  });

  it('has the fingerprint of the bare run after everything', () => {
    const { session, press, clock } = sit(livelyPlan());
    press('n', 'space');
    clock.pass(1500);
    press('r');
    clock.pass(500);
    press('space', '<', 'x', 'c', 't', 'f');
    clock.pass(5000);
    expect(session.player.simulation.finished).toBe(true);
    const bare = new Simulation(livelyPlan());
    bare.run();
    expect(session.player.simulation.fingerprint).toBe(bare.fingerprint);
  });
});

describe('a branch that is saved', () => {
  const TEXT = `# Shows: a small ring.
system: chord
seed: 3
duration: 20s
nodes: 8
config: { idBits: 8, stabilize: 1s, fixFingers: 1s }   # a small one
workload:
  - lookup: { rate: 2/s }
script:
  - { at: 1s, crash: n1 }
`;

  it.each<WhatIf>([...WHAT_IFS, ['pause', ['n', 'x', 'z']]])(
    '%s: runs headless to the same fingerprint',
    (_name, keys) => {
      const { plan, scenario } = planFromText(TEXT);
      const { session, press, written } = sit(plan, { scenario });
      press('g', ...keysOf('2.5s'), 'enter', ...keys);
      expect(session.player.line.id).toBeGreaterThan(0);
      press('end');
      const { simulation } = session.player;
      expect(simulation.finished).toBe(true);
      press('w', 'ctrl+u', ...keysOf('branch.yaml'), 'enter');
      const saved = written.get('branch.yaml') ?? '';
      expect(saved).toContain('# a small one');
      expect(saved).toContain('{ at: 1s, crash: n1 }');
      const again = new Simulation(planFromText(saved).plan);
      again.run();
      expect(again.fingerprint).toBe(simulation.fingerprint);
    },
  );

  it('has the edits of the command line in it', () => {
    const { plan, scenario } = shipped('chord-ring');
    const { press, written } = sit(plan, {
      scenario,
      edits: { overrides: ['config.idBits=10', 'workload='], seed: '7' },
    });
    press('g', ...keysOf('1s'), 'enter', 'n', 'x', 'c', 'w', 'enter');
    const [[path, text]] = [...written];
    expect(path).toBe('scenarios/chord-ring-branch-1.yaml');
    expect(text).toContain('idBits: 10');
    expect(text).toMatch(/^seed: "?7"?$/m);
    expect(text).not.toContain('\nworkload:');
  });

  it('is refused on the trunk', () => {
    const { session, press } = sit(quietPlan());
    press('w');
    expect(session.ui.notice?.text).toContain('The trunk is the scenario as it is');
  });
});
