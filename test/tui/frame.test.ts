import fc from 'fast-check';
import { renderToString, Text } from 'ink';
import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../sim/index.ts';
import { BINDINGS } from '../../tui/keys/bindings.ts';
import { themeOf } from '../../tui/screen/theme.ts';
import { widthOf } from '../../tui/screen/width.ts';
import { expectFrame, expectStyledFrame } from './support/golden.ts';
import { livelyPlan, quietPlan } from './support/plans.ts';
import { planFromText } from './support/scenarios.ts';
import { keysOf, type Sitting, sit } from './support/sitting.ts';

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 60 },
];

/** At a moment when much is going on. */
function busy(size: { columns: number; rows: number }, ...keys: readonly string[]): Sitting {
  const sitting = sit(livelyPlan(), { size });
  sitting.press('g', ...keysOf('4.3s'), 'enter', ...keys);
  return sitting;
}

describe('a frame', () => {
  it.each(SIZES)('at $columns × $rows', async (size) => {
    const { session } = busy(size, 's', ...keysOf('n2'), 'enter');
    await expectFrame(session.surface(), `whole-${size.columns}x${size.rows}`);
  });

  it('with how things look', async () => {
    const { session } = busy({ columns: 100, rows: 30 }, 's', ...keysOf('n2'), 'enter', 'v', 'm');
    await expectStyledFrame(session.surface(), 'whole-100x30');
  });

  it.each([
    ['space-time', ['2']],
    ['log', ['3']],
    ['metrics', ['4']],
    ['inspector', ['s', ...keysOf('n2'), 'enter', '5', 'down', 'down']],
    ['branches', ['s', ...keysOf('n2'), 'enter', 'x', 'c', '6']],
  ])('with the %s in the main place', async (name, keys) => {
    const { session } = busy({ columns: 100, rows: 30 }, ...keys);
    await expectFrame(session.surface(), `main-${name}`);
  });

  it.each([
    ['help', ['?']],
    ['definitions', ['d']],
    ['what-if', ['n', 'x']],
    ['prompt', ['/', ...keysOf('kind:loss node:n2')]],
    ['prompt-refused', ['g', ...keysOf('soon'), 'enter']],
    ['difference', ['s', ...keysOf('n2'), 'enter', 'x', 'c', 'c']],
  ])('with %s over it', async (name, keys) => {
    const { session } = busy({ columns: 80, rows: 24 }, ...keys);
    await expectFrame(session.surface(), `over-${name}`);
  });

  it('in large type', async () => {
    const { session } = busy({ columns: 100, rows: 30 }, 'L', 'n');
    await expectFrame(session.surface(), 'large-100x30');
  });

  it('says that it has no room where it has none', () => {
    const { session } = busy({ columns: 30, rows: 8 });
    const event = session.moment().events;
    expect(session.surface().plain().trimEnd()).toBe(`relay #${event}\nneeds 40×12\nhas 30×8`);
  });

  it('shows every key in its help', () => {
    const { session } = busy({ columns: 200, rows: 60 }, '?');
    const text = session.surface().plain();
    for (const { help } of BINDINGS.flatMap(({ bindings }) => bindings)) expect(text).toContain(help.slice(0, 40));
  });
});

describe('no frame is wider than the screen', () => {
  const keys = BINDINGS.flatMap(({ bindings }) => bindings.flatMap((binding) => binding.keys)).filter(
    (key) => key !== 'q' && key !== 'ctrl+c' && key !== 'f' && key !== 'space' && key !== 'r',
  );
  const anySize = fc.record({ columns: fc.integer({ min: 1, max: 210 }), rows: fc.integer({ min: 1, max: 70 }) });
  const anyKeys = fc.array(fc.oneof(fc.constantFrom(...keys), fc.constantFrom('c', 'k', 'o', '北', 'é')), {
    maxLength: 12,
  });

  it.each([
    ['of the relay', () => livelyPlan()],
    ['of nodes with wide names', () => wideNames(quietPlan())],
    ['of Chord', () => chordOf(40)],
  ])('%s', (_name, plan) => {
    fc.assert(
      fc.property(anySize, anyKeys, fc.nat(8), fc.boolean(), (size, pressed, seconds, large) => {
        const { session, press } = sit(plan(), { size, large, depth: '256' });
        press('g', ...keysOf(`${seconds}s`), 'enter', ...pressed);
        const surface = session.surface();
        expect(surface.rows).toBe(size.rows);
        for (let y = 0; y < size.rows; y++) expect(widthOf(surface.plainRow(y))).toBe(size.columns);
      }),
      { numRuns: 25 },
    );
  });

  it('by the rules that Ink cuts by', () => {
    for (const size of SIZES) {
      const { session } = sit(wideNames(quietPlan()), { size, depth: '256' });
      session.press('n');
      for (const row of session.surface().styledRows(themeOf('256'))) {
        const shown = renderToString(createElement(Text, { wrap: 'truncate' }, `${row}|`), {
          columns: size.columns + 1,
        });
        expect(shown.endsWith('|')).toBe(true);
      }
    }
  });
});

describe('without colours', () => {
  it('a frame says the same in letters and shapes: no style tells what no character tells', () => {
    const { session, press } = sit(livelyPlan(), { size: { columns: 100, rows: 30 }, depth: '256' });
    press('g', ...keysOf('4.3s'), 'enter', 's', ...keysOf('n2'), 'enter', 'v');
    const coloured = session.surface().plain();
    press('C');
    expect(session.surface().plain()).toBe(coloured);
    const rows = session.surface().styledRows(session.theme).join('\n');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
    expect(rows.match(/\u001b\[[\d;]*m/g)?.filter((codes) => /[34]8;|\[(?:\d;)*[39]\d/.test(codes))).toEqual([]);
    for (const sign of ['▸● n2', '✕', '○', '‖ paused', '▸Log']) expect(coloured).toContain(sign);
  });
});

/** The quiet plan with names that try the columns. */
function wideNames(plan: Plan): Plan {
  const names = ['北京', 'naïve', '👩‍👩‍👧', 'ｆｕｌｌ', '한국'];
  const { membership, describe: words } = plan.system;
  return {
    ...plan,
    system: {
      ...plan.system,
      describe: { ...words, message: (message) => `消息 ${JSON.stringify(message)} 🎉` },
      membership: {
        ...membership,
        populate: (config, setup) =>
          membership.populate(config, setup).map((spec, index) => ({ ...spec, name: names[index % names.length] })),
      },
    },
  };
}

function chordOf(nodes: number): Plan {
  return planFromText(
    `system: chord\nduration: 10s\nnodes: ${nodes}\nseed: 4\nconfig: { idBits: 10, stabilize: 1s, fixFingers: 500ms }\nnetwork: { latency: { exponential: 40ms }, loss: 2% }\nworkload: [ { lookup: { rate: 10/s } } ]\nfaults: [ { at: 2s, crash: any 3 } ]\n`,
  ).plan;
}
