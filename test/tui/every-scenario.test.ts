/**
 * Every shipped scenario on a real pseudo-terminal, by the command itself: it opens, plays, pauses, goes back and forth, is resized, inspects, filters,
 * breaks something on a branch, comes back to the trunk, quits. What is on the screen then is held against runs without a dashboard. No scenario is so
 * short or so empty that a step of these would be left out.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Plan, Simulation, type World } from '../../sim/index.ts';
import type { Size } from '../../tui/screen/surface.ts';
import { widthOf } from '../../tui/screen/width.ts';
import { type Bundle, bundled } from './support/bundle.ts';
import { shipped } from './support/scenarios.ts';
import { hasTmux, TmuxTerminal } from './support/tmux.ts';

if (!hasTmux) console.warn('SKIPPED: every scenario on a real terminal. These tests need tmux: apt-get install tmux');

const SMALL = { columns: 80, rows: 24 };
const MIDDLE = { columns: 120, rows: 40 };
const LARGE = { columns: 200, rows: 60 };

/** So far into the run it goes, or a third of it, for something to be under way. */
const WELL_INTO = 500;

/** Runs of up to so many events are also shown to their end. */
const SHOWN_TO_THE_END = 20_000;

const pinned = JSON.parse(readFileSync('test/fingerprints.json', 'utf8')) as Readonly<
  Record<string, { readonly events: number; readonly fingerprint: string }>
>;

const names = ['', 'papers/'].flatMap((folder) =>
  readdirSync(`scenarios/${folder}`)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => folder + file.replace(/\.yaml$/, '')),
);

let program: Bundle | null = null;

beforeAll(async () => {
  if (hasTmux) program = await bundled();
}, 120_000);

afterAll(() => program?.remove());

/** A moment as the panel of branches shows it. */
function shownAt({ events, fingerprint }: { readonly events: number; readonly fingerprint: string }): string {
  return `fingerprint ${fingerprint} after #${grouped(events)}`;
}

const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

function bareAt(plan: Plan, event: number): Simulation {
  const simulation = new Simulation(plan);
  while (simulation.events < event && simulation.step());
  return simulation;
}

/** A moment some way on, with ten events before it that stand alone: where many join in one event, a step is more than one. */
function quietMomentAfter(plan: Plan, event: number): { readonly there: Simulation; readonly tenBefore: string } {
  const simulation = bareAt(plan, event);
  const before: { readonly events: number; readonly text: string }[] = [];
  do {
    before.push({ events: simulation.events, text: shownAt(simulation) });
    const back = before.at(-11);
    if (before.length > 30 && back?.events === simulation.events - 10)
      return { there: simulation, tenBefore: back.text };
  } while (simulation.step());
  throw new Error(`after #${event} the run has no ten events in a row`);
}

function firstAlive(world: World): number {
  for (let address = 0; address < world.size; address++) if (world.alive(address)) return address;
  throw new Error('nobody is there');
}

/** Whether the whole frame is there, as wide and as high as the window: the keys in its last row, the event's number at the right end of its second. */
function fills(screen: string, { columns, rows }: Size, system: string): boolean {
  const lines = screen.split('\n');
  const [title = '', clock = ''] = lines;
  const widest = Math.max(...lines.map(widthOf));
  return (
    title.startsWith(` ${system} `) &&
    /#[\d,]+$/.test(clock) &&
    widthOf(clock) >= columns - 1 &&
    widest <= columns &&
    (lines[rows - 1] ?? '').includes('q quit') &&
    lines.slice(rows).every((line) => line === '')
  );
}

describe.skipIf(!hasTmux).concurrent('on a terminal', () => {
  it.each(names)(
    '%s',
    async (name) => {
      const { plan } = shipped(name);
      const whole = pinned[`scenarios/${name}.yaml`];
      const system = plan.system.name;
      if (program === null) throw new Error('nothing was built');
      const at = new TmuxTerminal(SMALL, `${program.command} scenarios/${name}.yaml --speed 0.1`, program.env);
      try {
        const shows = (size: Size, ...texts: readonly (string | RegExp)[]) =>
          at.until(
            (screen) =>
              fills(screen, size, system) &&
              texts.every((text) => (typeof text === 'string' ? screen.includes(text) : text.test(screen))),
            `a whole frame of ${size.columns} × ${size.rows} with ${texts.join(', ')}`,
          );
        // Opens, plays, pauses.
        await shows(SMALL, '▶ plays ×0.1', /\.(?!0{6})\d{6} /);
        at.press('space');
        await shows(SMALL, '‖ paused');
        at.press('6');
        const paused = /fingerprint ([0-9a-f]{16}) after #([\d,]+)/.exec(
          await shows(SMALL, /fingerprint [0-9a-f]{16} after #/),
        );
        const playedTo = Number((paused?.[2] ?? '').replaceAll(',', ''));
        expect(paused?.[1]).toBe(bareAt(plan, playedTo).fingerprint);
        // Goes to a moment some way on, back ten and forward ten.
        const { there, tenBefore } = quietMomentAfter(
          plan,
          Math.max(playedTo, Math.min(WELL_INTO, Math.floor(whole.events / 3))),
        );
        at.press('g', `#${there.events}`, 'enter');
        await shows(SMALL, shownAt(there));
        at.press(...Array<string>(10).fill('left'));
        await shows(SMALL, tenBefore);
        at.press(...Array<string>(10).fill('right'));
        await shows(SMALL, shownAt(there));
        // Lays itself out anew; selects and inspects.
        at.resize(MIDDLE);
        await shows(MIDDLE, shownAt(there));
        const { name: node } = there.world.process(firstAlive(there.world));
        at.press('1', 's', node, 'enter', 'enter');
        await shows(MIDDLE, '▸Inspector', node, 'State');
        // Filters.
        at.press('escape');
        at.press('/', 'kind:timer', 'enter');
        await shows(MIDDLE, 'Log kind:timer');
        at.press('escape');
        await at.until((screen) => fills(screen, MIDDLE, system) && !screen.includes('kind:timer'));
        // Breaks it, on a branch, where it goes on as the run with that crash does.
        at.resize(LARGE);
        at.press('s', node, 'enter', 'x');
        await shows(LARGE, 'What if, after', `crash ${node}`);
        at.press('c');
        await shows(LARGE, `branch 1: crash ${node}`);
        const trunk = shownAt(there);
        const { events } = there;
        there.inject(
          { kind: 'crash', who: [{ kind: 'name', name: node }], restartAfterUs: null, guard: false },
          `crash ${node}`,
        );
        while (there.events < events + 2 && there.step());
        at.press('right', 'right', '6');
        await shows(LARGE, shownAt(there));
        // Returns to the trunk, which is what it was.
        at.resize(SMALL);
        await shows(SMALL, shownAt(there));
        at.press('t');
        await shows(SMALL, trunk);
        // Quits, some at the end of the run: the screen is as it was, and the report is of the run without all that.
        const isWhole = whole.events <= SHOWN_TO_THE_END;
        if (isWhole) {
          at.press('end');
          await shows(SMALL, shownAt(whole));
        }
        at.press('q');
        await at.until(/^exit \d+$/m);
        expect(await at.fact('alternate_on')).toBe('0');
        expect(await at.fact('cursor_flag')).toBe('1');
        const said = await at.scrolled();
        expect(said.split('\n')[0]).toBe('before');
        expect(said).not.toContain('q quit');
        expect(said.replace(/\s+/g, ' ')).toContain(
          isWhole
            ? `${grouped(whole.events)} events; fingerprint ${whole.fingerprint}`
            : `${grouped(events)} events; fingerprint ${/[0-9a-f]{16}/.exec(trunk)?.[0]}`,
        );
        // The report's last sentence says what came of the expectations, and the exit code says the same.
        const code = / failed[,.]/.test(said.slice(said.lastIndexOf('expectation'))) ? 1 : 0;
        expect(said).toMatch(new RegExp(`^exit ${code}$`, 'm'));
        if (isWhole) expect(code).toBe(0);
      } finally {
        at.close();
      }
    },
    120_000,
  );
});
