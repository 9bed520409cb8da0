/** What people see of a scenario: its head, and its problems as text. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type OperationSpec, type ProtocolTypes, type System, settings } from '../../sim/protocol.ts';
import { headOf } from '../../sim/scenario/head.ts';
import { formatProblems, loadScenario } from '../../sim/scenario/load.ts';
import { shown } from '../../sim/scenario/problem.ts';
import { muteSystem, systems } from './echo-system.ts';

describe('problems as text', () => {
  test('place, complaint, the line with a mark, and a hint', () => {
    const text = 'system: echo\nduration: 10m\nconfig: { timeot: 5s }\nnetwork:\n  loss: 5\n';
    const loaded = loadScenario(text, { file: 'scenarios/a.yaml', systems, overrides: ['nodes=none'] });
    expect(loaded.ok ? '' : formatProblems(loaded.problems, text)).toBe(
      [
        'scenarios/a.yaml:3:11: config.timeot: found unknown key "timeot", expected one of: timeout, patience, think, drop, payload, mode, leaders, limits, label, scale',
        '    config: { timeot: 5s }',
        '              ^',
        '  hint: did you mean "timeout"?',
        'scenarios/a.yaml:5:9: network.loss: found 5, expected a probability from 0 to 1, or from 0% to 100%',
        '      loss: 5',
        '            ^',
        '--set nodes: found "none", expected a number',
      ].join('\n'),
    );
  });

  test('a line too long to show is not shown', () => {
    const text = `system: echo\nduration: 10m\ntitle: ${'x'.repeat(200)}\nconfig: { label: ${' '.repeat(200)} 12 }\n`;
    const loaded = loadScenario(text, { file: 'a.yaml', systems });
    expect(loaded.ok ? '' : formatProblems(loaded.problems, text)).toBe(
      'a.yaml:4:219: config.label: found 12, expected a text\n  hint: write it in quotes: "12"',
    );
  });

  test.each([
    [undefined, 'nothing'],
    [null, 'nothing (null)'],
    [[], 'an empty list'],
    [[1, 2], 'a list'],
    [{}, 'an empty map'],
    [{ a: 1, b: 2 }, 'a map with a, b'],
    ['x'.repeat(100), `"${'x'.repeat(58)}…`],
    [true, 'true'],
  ])('%j is shown as %s', (value, text) => {
    expect(shown(value)).toBe(text);
  });
});

describe('the head', () => {
  test('is the comments before everything else; "Shows:" is the line for lists', () => {
    const text = `# yaml-language-server: $schema=scenario.schema.json
# Shows: lookups stay correct.
#
#   Look at the ring.

# Not the head any more.
system: echo
duration: 1m # a minute
`;
    const loaded = loadScenario(text, { file: 'a.yaml', systems });
    expect(loaded.ok && loaded.scenario).toEqual({
      head: 'Shows: lookups stay correct.\n\n  Look at the ring.',
      title: 'lookups stay correct.',
      text,
      file: 'a.yaml',
    });
  });

  test('indented lines continue what the head shows, up to the next thing that it says', () => {
    const { shows } = headOf(
      '# Shows: a ring\n#   that is cut.\n# Look at: the cut.\n#   And elsewhere.\nsystem: echo\n',
    );
    expect(shows).toBe('a ring that is cut.');
    expect(headOf('# Nothing is said.\n').shows).toBeNull();
  });

  test('a title goes before it; without both, the file is the title', () => {
    const title = (text: string) => {
      const loaded = loadScenario(`${text}system: echo\nduration: 1m\n`, { file: 'a.yaml', systems });
      return loaded.ok && loaded.scenario.title;
    };
    expect(title('# Shows: pings.\ntitle: A title\n')).toBe('A title');
    expect(title('# Pings.\n')).toBe('a.yaml');
  });

  test('survives a byte order mark, empty lines before it, and other line breaks', () => {
    expect(headOf('\uFEFF\r\n# Shows: a.\r\n# b\r\nsystem: echo')).toEqual({ head: 'Shows: a.\nb', shows: 'a.' });
    expect(headOf('')).toEqual({ head: '', shows: null });
  });
});

describe('a system that would say two things with one word is refused when it is registered', () => {
  const withOperation = (name: string, spec: Partial<OperationSpec<ProtocolTypes>>): System => ({
    ...muteSystem,
    name: 'clash',
    operations: {
      [name]: { plural: 'asks', description: 'Asks.', arguments: settings({}), make: () => null, ...spec },
    },
  });
  const load = (system: System) => () =>
    loadScenario('system: clash\nduration: 1m\n', { file: 'a.yaml', systems: new Map([['clash', system]]) });
  const word = settings({ count: z.int().describe('How many.') });

  test.each<[string, System]>([
    [
      'clash: ask has an argument "node", a word of the scenario language',
      withOperation('ask', { arguments: settings({ node: z.int() }) }),
    ],
    ['clash has an operation "crash", a word of the scenario language', withOperation('crash', {})],
    [
      'clash: join has an argument "count", a word of the scenario language',
      { ...muteSystem, membership: { ...muteSystem.membership, joinArguments: word } },
    ],
    [
      'clash has the operation "step", so nudge cannot be steps too',
      {
        ...withOperation('step', { step: true }),
        operations: {
          ...withOperation('step', { step: true }).operations,
          ...withOperation('nudge', { step: true }).operations,
        },
      },
    ],
  ])('%s', (message, system) => {
    expect(load({ ...system, name: 'clash' })).toThrow(message);
  });

  test('one operation that is called step may have what arguments it likes', () => {
    const act = z.enum(['look', 'tell']).describe('What to do.');
    const system = withOperation('step', { step: true, arguments: settings({ do: act }) });
    const loaded = loadScenario('system: clash\nduration: 1m\nscript: [ { at: 1s, step: { node: 1, do: look } } ]\n', {
      file: 'a.yaml',
      systems: new Map([['clash', system]]),
    });
    expect(loaded.ok && loaded.plan.actions[0].action).toEqual({
      kind: 'operation',
      name: 'step',
      node: [{ kind: 'name', name: '1' }],
      arguments: { do: 'look' },
    });
  });
});
