import { describe, expect, it } from 'vitest';
import { actionOf, BINDINGS, keyOf } from '../../tui/keys/bindings.ts';
import { pressed } from '../../tui/keys/press.ts';
import { parseScript } from '../../tui/keys/script.ts';
import { promptFor } from '../../tui/model/prompt.ts';
import { uiOf } from './support/shown.ts';

const SIZE = { columns: 80, rows: 24 };
const bindings = BINDINGS.flatMap((group) => group.bindings);

describe('the table of keys', () => {
  it('gives no key to two actions', () => {
    const keys = bindings.flatMap((binding) => binding.keys);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it('says of each action what it does, in a word and in a sentence', () => {
    for (const { short, help } of bindings) {
      expect(short.length).toBeGreaterThan(0);
      expect(help).toMatch(/^[A-Z].*[.?]$/);
    }
  });

  it.each([
    ['space', 'play or pause'],
    ['right', 'event forward'],
    ['left', 'event back'],
    [']', 'next marker'],
    ['g', 'go to'],
    ['x', 'what if'],
    ['ctrl+c', 'quit'],
    ['Z', null],
  ])('%s is %s', (key, action) => {
    expect(actionOf(key)).toBe(action);
  });

  it('shows a key by its sign', () => {
    expect([keyOf('event back'), keyOf('enter'), keyOf('what if')]).toEqual(['←', '⏎', 'x']);
  });
});

describe('a key press', () => {
  it('is an action where nothing is open', () => {
    expect(pressed('n', uiOf(SIZE))).toEqual({ type: 'named', name: 'next node' });
    expect(pressed('Z', uiOf(SIZE))).toBeNull();
  });

  it('is text and editing in a prompt, whatever it is elsewhere', () => {
    const ui = uiOf(SIZE, { overlay: { kind: 'prompt', prompt: promptFor('filter') } });
    expect(['n', 'space', 'left', 'enter', 'escape', 'backspace', 'pageup'].map((key) => pressed(key, ui))).toEqual([
      { type: 'typed', text: 'n' },
      { type: 'typed', text: ' ' },
      { type: 'edit', edit: 'left' },
      { type: 'edit', edit: 'submit' },
      { type: 'edit', edit: 'cancel' },
      { type: 'edit', edit: 'rub out' },
      null,
    ]);
  });

  it('chooses in the menu', () => {
    const ui = uiOf(SIZE, { overlay: { kind: 'what-if' } });
    expect(pressed('c', ui)).toEqual({ type: 'choose', key: 'c' });
    expect(pressed('escape', ui)).toEqual({ type: 'named', name: 'close' });
    expect(pressed('ctrl+c', ui)).toEqual({ type: 'named', name: 'quit' });
  });
});

describe('the file of --script', () => {
  it('is keys, texts, waits and times, with remarks', () => {
    const text = '# a demonstration\nspace\n\nat 1m20s\nx\nwait 500ms\n/\ntype n 3\n#\n';
    expect(parseScript(text, 'keys.txt')).toEqual({
      ok: true,
      steps: [
        { kind: 'key', key: 'space' },
        { kind: 'at', timeUs: 80_000_000 },
        { kind: 'key', key: 'x' },
        { kind: 'wait', ms: 500 },
        { kind: 'key', key: '/' },
        { kind: 'key', key: 'n' },
        { kind: 'key', key: 'space' },
        { kind: 'key', key: '3' },
        { kind: 'key', key: '#' },
      ],
    });
  });

  it('names each mistake with its line, and what was meant', () => {
    const parsed = parseScript('spcae\nleft\nwait long\n', 'keys.txt');
    expect(parsed).toEqual({
      ok: false,
      problems: [
        'keys.txt:1: no key is called "spcae", did you mean "space"?',
        'keys.txt:3: "long" is no duration; expected one such as 500ms or 1m20s',
      ],
    });
  });
});
