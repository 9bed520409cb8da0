/** Every shipped scenario in the dashboard, without a terminal: what one does to one of them works with each, at every size. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../sim/index.ts';
import { widthOf } from '../../tui/screen/width.ts';
import { shipped } from './support/scenarios.ts';
import { keysOf, type Sitting, sit } from './support/sitting.ts';

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 60 },
];

const names = readdirSync('scenarios', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace(/\.yaml$/, ''))
  .sort();

/** All that is to be seen, at every size. */
function look({ session }: Sitting): void {
  for (const size of SIZES) {
    session.resize(size);
    const surface = session.surface();
    expect([surface.columns, surface.rows]).toEqual([size.columns, size.rows]);
    for (let y = 0; y < size.rows; y++) expect(widthOf(surface.plainRow(y))).toBe(size.columns);
    expect(surface.plainRow(0)).toContain(session.moment().about.system);
    expect(surface.plainRow(size.rows - 1)).toContain('q quit');
  }
}

describe('every shipped scenario', () => {
  it('is there', () => {
    expect(names.length).toBeGreaterThan(20);
  });

  it.each(names)('%s', (name) => {
    const { plan, scenario } = shipped(name);
    const sitting = sit(plan, { scenario, depth: '256' });
    const { session, press, clock } = sitting;
    const { simulation } = session.player;
    look(sitting);
    press('space');
    clock.pass(700);
    press('space');
    look(sitting);
    // To where something goes on, which in most is soon.
    session.player.forward(Infinity, 300);
    const [event, fingerprint] = [simulation.events, simulation.fingerprint];
    press('<', '>');
    expect([simulation.events, simulation.fingerprint]).toEqual([event, fingerprint]);
    for (const key of ['2', '3', '4', '6', '1']) {
      press(key);
      look(sitting);
    }
    press('n', 'enter', 'down', 'enter');
    look(sitting);
    press('escape', '/', ...keysOf('kind:timer'), 'enter');
    look(sitting);
    press('escape', 'm');
    look(sitting);
    press('escape', 'x', 'c');
    if (session.player.line.id > 0) {
      press('right', 'right', 'right', 'c');
      look(sitting);
      press('escape', 't');
    } else {
      press('escape');
    }
    expect([simulation.events, simulation.fingerprint]).toEqual([event, fingerprint]);
    const bare = new Simulation(plan);
    while (bare.events < event && bare.step());
    expect(bare.fingerprint).toBe(fingerprint);
  });
});
