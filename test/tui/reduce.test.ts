import { describe, expect, it } from 'vitest';
import type { ActionName, Command, Reduced, UiAction } from '../../tui/model/action.ts';
import { parseFilter } from '../../tui/model/filter.ts';
import { edited, promptFor, typed } from '../../tui/model/prompt.ts';
import { reduce, type Surroundings } from '../../tui/model/reduce.ts';
import type { Ui } from '../../tui/model/ui.ts';
import { choices } from '../../tui/model/what-if.ts';
import type { Player } from '../../tui/run/player.ts';
import { nextSpeed, parseSpeed, SPEEDS, speedText } from '../../tui/run/speed.ts';
import { livelyPlan, quietPlan } from './support/plans.ts';
import { momentAt, playedTo, uiOf } from './support/shown.ts';

const SIZE = { columns: 120, rows: 40 };
const player = playedTo(quietPlan(), 2_000_000);

function around(of: Player = player, ui: Ui = uiOf(SIZE)): Surroundings {
  const moment = momentAt(of, ui.selected);
  return {
    moment,
    order: [2, 0, 1, 4, 3],
    panels: ['picture', 'log', 'metrics'],
    page: 10,
    pathAtCursor: 'heard',
    isUnderWay: false,
    deepest: '256',
    recordingName: () => 'free.recording',
  };
}

function doing(name: ActionName, changes: Partial<Ui> = {}, of: Player = player): Reduced {
  const ui = uiOf(SIZE, changes);
  return reduce(ui, { type: 'named', name }, around(of, ui));
}

const PLAYING = { playing: true, direction: 1, speed: { kind: 'time', factor: 1 } } as const;
const STANDING = { ...PLAYING, playing: false };

describe('time', () => {
  it.each<[ActionName, Command]>([
    ['event forward', { kind: 'step', count: 1 }],
    ['event back', { kind: 'step', count: -1 }],
    ['ten forward', { kind: 'step', count: 10 }],
    ['ten back', { kind: 'step', count: -10 }],
    ['next marker', { kind: 'seek marker', direction: 1, chaptersOnly: false }],
    ['previous marker', { kind: 'seek marker', direction: -1, chaptersOnly: false }],
    ['next chapter', { kind: 'seek marker', direction: 1, chaptersOnly: true }],
    ['previous chapter', { kind: 'seek marker', direction: -1, chaptersOnly: true }],
    ['to the start', { kind: 'seek event', event: 5 }],
    ['to the end', { kind: 'seek time', timeUs: 10_000_000 }],
  ])('%s, while it stands and while it plays', (name, command) => {
    expect(doing(name, { pace: STANDING }).commands).toEqual([command]);
    const { ui, commands } = doing(name, { pace: PLAYING });
    expect(commands).toEqual([{ kind: 'pace' }, command]);
    expect(ui.pace.playing).toBe(false);
  });

  it('plays and pauses', () => {
    expect(doing('play or pause').ui.pace.playing).toBe(true);
    expect(doing('play or pause', { pace: PLAYING }).ui.pace.playing).toBe(false);
    expect(doing('play backwards').ui.pace).toMatchObject({ playing: true, direction: -1 });
    const back = { ...PLAYING, direction: -1 } as const;
    expect(doing('play backwards', { pace: back }).ui.pace).toMatchObject({ playing: true, direction: 1 });
    expect(doing('play or pause', { pace: { ...back, playing: false } }).ui.pace.direction).toBe(1);
    expect(doing('full speed').ui.pace).toEqual({ playing: true, direction: 1, speed: { kind: 'max' } });
  });

  it.each(['play or pause', 'close'] as const)('%s stops a long way or a search where it is', (name) => {
    const ui = uiOf(SIZE, { selected: 1 });
    const { ui: after, commands } = reduce(ui, { type: 'named', name }, { ...around(), isUnderWay: true });
    expect(commands).toEqual([{ kind: 'halt' }]);
    expect([after.selected, after.pace.playing]).toEqual([1, false]);
  });

  it('does not play on past the end', () => {
    const over = playedTo(quietPlan(), 10_000_000);
    const { ui, commands } = doing('play or pause', {}, over);
    expect(ui.pace.playing).toBe(false);
    expect(ui.notice?.text).toContain('The run is over');
    expect(commands).toEqual([]);
  });

  it('goes faster and slower through the table, and stops at its ends', () => {
    let speed = SPEEDS[0];
    const texts = [speedText(speed)];
    for (let i = 0; i < SPEEDS.length; i++) {
      speed = nextSpeed(speed, 1);
      texts.push(speedText(speed));
    }
    expect(texts.slice(0, 4)).toEqual(['1 event/s', '4 events/s', '16 events/s', '×0.01']);
    expect(texts.slice(-2)).toEqual(['max', 'max']);
    expect(nextSpeed({ kind: 'time', factor: 2 }, 1)).toEqual({ kind: 'time', factor: 3 });
    expect(nextSpeed({ kind: 'time', factor: 2 }, -1)).toEqual({ kind: 'time', factor: 1 });
    expect(nextSpeed(SPEEDS[0], -1)).toBe(SPEEDS[0]);
    expect(doing('faster').ui.pace.speed).toEqual({ kind: 'time', factor: 3 });
  });

  it.each([
    ['max', { kind: 'max' }],
    ['0.1', { kind: 'time', factor: 0.1 }],
    ['x10', { kind: 'time', factor: 10 }],
    ['10x', { kind: 'time', factor: 10 }],
    ['4/s', { kind: 'events', perSecond: 4 }],
    ['1 event/s', { kind: 'events', perSecond: 1 }],
    ['0', null],
    ['fast', null],
  ])('--speed %s', (text, speed) => {
    expect(parseSpeed(text)).toEqual(speed);
  });
});

describe('looking', () => {
  it('goes through the nodes in the order of the picture, and round', () => {
    expect(doing('next node').ui.selected).toBe(2);
    expect(doing('next node', { selected: 2 }).ui.selected).toBe(0);
    expect(doing('next node', { selected: 3 }).ui.selected).toBe(2);
    expect(doing('previous node', { selected: 2 }).ui.selected).toBe(3);
  });

  it('shows a panel, and the picture again with the same key', () => {
    const { ui } = doing('show log');
    expect([ui.main, ui.focus]).toEqual(['log', 'log']);
    expect(doing('show log', { main: 'log' }).ui.main).toBe('picture');
  });

  it('goes through the panels that are to be seen', () => {
    expect(doing('next panel', { focus: 'picture' }).ui.focus).toBe('log');
    expect(doing('next panel', { focus: 'metrics' }).ui.focus).toBe('picture');
    expect(doing('previous panel', { focus: 'picture' }).ui.focus).toBe('metrics');
  });

  it('scrolls where the focus is', () => {
    expect(doing('up', { focus: 'log' }).ui.scroll.log).toBe(1);
    expect(doing('page up', { focus: 'log' }).ui.scroll.log).toBe(10);
    expect(doing('down', { focus: 'log' }).ui.scroll.log).toBe(0);
    expect(doing('down', { focus: 'metrics' }).ui.scroll.metrics).toBe(1);
    expect(doing('down', { focus: 'picture' }).ui.selected).toBe(2);
    expect(doing('down', { overlay: { kind: 'help', scroll: 3 } }).ui.overlay).toEqual({ kind: 'help', scroll: 4 });
  });

  it('shuts one thing after the other', () => {
    let ui = uiOf(SIZE, {
      overlay: { kind: 'help', scroll: 0 },
      main: 'log',
      marked: [1],
      selected: 1,
      message: 7,
    });
    const left: string[] = [];
    for (let i = 0; i < 5; i++) {
      ui = reduce(ui, { type: 'named', name: 'close' }, around()).ui;
      left.push([ui.overlay?.kind, ui.main, ui.message, ui.marked.length, ui.selected].join(' '));
    }
    expect(left).toEqual([' log 7 1 1', ' picture 7 1 1', ' picture  1 1', ' picture  0 1', ' picture  0 ']);
  });

  it('opens and shuts what the cursor of the inspector is on', () => {
    const open = doing('enter', { focus: 'inspector', selected: 0 }).ui;
    expect(open.toggled).toEqual(['heard']);
    expect(doing('enter', { focus: 'inspector', selected: 0, toggled: ['heard'] }).ui.toggled).toEqual([]);
  });

  it('takes a notice away with the next key', () => {
    expect(doing('next node', { notice: { text: 'x', tone: 'info' } }).ui.notice).toBeNull();
  });

  it('switches colours and large type', () => {
    expect(doing('colours').ui.depth).toBe('256');
    expect(doing('colours', { depth: '256' }).ui.depth).toBe('none');
    expect(doing('large type').ui.large).toBe(true);
  });
});

describe('what if', () => {
  const menu = (ui: Ui, of: Player = player) =>
    choices(ui, momentAt(of, ui.selected)).map(({ key, obstacle }) => `${key}${obstacle === null ? '' : ' –'}`);

  it('offers what can be done with what is selected', () => {
    expect(menu(uiOf(SIZE))).toEqual(['c –', 'r –', 'z –', 'i –', 'k –', 'g –', 'm –', 'o –', 'j', 'l –', 'h']);
    expect(menu(uiOf(SIZE, { selected: 1 }))).toEqual(['c', 'r –', 'z', 'i', 'k', 'g', 'm –', 'o', 'j', 'l', 'h']);
    const crashed = playedTo(livelyPlan(), 2_100_000);
    expect(menu(uiOf(SIZE, { selected: 1 }), crashed)).toEqual([
      'c –',
      'r',
      'z –',
      'i',
      'k',
      'g',
      'm –',
      'o –',
      'j',
      'l –',
      'h',
    ]);
  });

  it.each<[string, Partial<Ui>, string, unknown]>([
    ['c', { selected: 1 }, 'crash n1', { crash: 'n1' }],
    ['i', { selected: 1 }, 'isolate n1', { isolate: 'n1' }],
    ['g', { selected: 1 }, 'partition n1 from rest', { partition: ['n1', 'rest'] }],
    ['g', { selected: 1, marked: [0, 3] }, 'partition n0, n3 from rest', { partition: [['n0', 'n3'], 'rest'] }],
    ['j', {}, 'join 1', { join: 1 }],
    ['l', { selected: 2 }, 'leave n2', { leave: 'n2' }],
    ['h', {}, 'heal', { heal: 'all' }],
  ])('%s with %j is "%s"', (key, changes, label, entry) => {
    const ui = uiOf(SIZE, { ...changes, overlay: { kind: 'what-if' } });
    const { commands, ui: after } = reduce(ui, { type: 'choose', key }, around(player, ui));
    expect(commands).toMatchObject([{ kind: 'inject', what: { label, entry } }]);
    expect(after.overlay).toBeNull();
  });

  it('marks and unmarks', () => {
    expect(doing('mark', { selected: 2 }).ui.marked).toEqual([2]);
    expect(doing('mark', { selected: 2, marked: [1, 2] }).ui.marked).toEqual([1]);
    expect(doing('mark').ui.notice?.text).toContain('Select a node first');
  });
});

describe('a prompt', () => {
  it('is edited in the middle, wide characters too', () => {
    let prompt = typed(promptFor('seek'), '北x京');
    prompt = edited(edited(prompt, 'left'), 'left');
    prompt = typed(prompt, 'é');
    expect([prompt.text, prompt.cursor]).toEqual(['北éx京', 2]);
    expect(edited(prompt, 'rub out').text).toBe('北x京');
    expect(edited(prompt, 'delete').text).toBe('北é京');
    expect(edited(prompt, 'start').cursor).toBe(0);
    expect(edited(edited(prompt, 'start'), 'rub out').text).toBe('北éx京');
    expect(edited(prompt, 'clear').text).toBe('');
    expect(typed(prompt, 'a\nb').text).toBe('北éa bx京');
  });

  it.each<[Ui['overlay'] extends infer O ? (O extends { prompt: infer P } ? P : never) : never, string]>([
    [typed(promptFor('seek'), 'soon'), '"soon" is no time and no event'],
    [typed(promptFor('select'), 'n77'), 'no node is called "n77"'],
    [typed(promptFor('filter'), 'kind:noise'), 'no kind "noise"'],
    [typed(promptFor('cut'), 'n1'), 'no node is selected'],
  ])('refuses %j', (prompt, error) => {
    const ui = uiOf(SIZE, { overlay: { kind: 'prompt', prompt } });
    const submit: UiAction = { type: 'edit', edit: 'submit' };
    const { overlay } = reduce(ui, submit, around()).ui;
    expect(overlay?.kind === 'prompt' && overlay.prompt.error).toContain(error);
  });
});

describe('the filter', () => {
  it.each([
    ['', { nodes: [], kinds: [], words: [] }],
    ['node:n1,n2 kind:loss time out', { nodes: ['n1', 'n2'], kinds: ['loss'], words: ['time', 'out'] }],
    ['kind:op', { nodes: [], kinds: ['operation'], words: [] }],
  ])('%j', (text, filter) => {
    expect(parseFilter(text)).toEqual(filter);
  });
});
