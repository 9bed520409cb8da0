/** The dashboard as a reducer: what it remembers, and an action, give what it remembers next and what is to be done. It does nothing itself. */
import type { Moment } from '../run/moment.ts';
import { nextSpeed, speedText } from '../run/speed.ts';
import type { ColourDepth } from '../screen/theme.ts';
import type { ActionName, Command, Reduced, UiAction } from './action.ts';
import { isFiltering, NO_FILTER } from './filter.ts';
import { agreed, arrived, learned, strayed } from './lesson.ts';
import { answered, edited, openingText, promptFor, typed } from './prompt.ts';
import { type Notice, PANELS, type PanelName, type PromptPurpose, type Ui } from './ui.ts';
import {
  type ChoiceName,
  choices,
  crash,
  heal,
  isolate,
  join,
  leave,
  lose,
  partition,
  pause,
  restart,
  resume,
  selectedFlight,
  selectedPeer,
  sideOf,
  type WhatIf,
} from './what-if.ts';

/** What the reducer knows of the world beside the moment: in what order `n` goes, what the cursor of the inspector is on. */
export interface Surroundings {
  readonly moment: Moment;
  readonly order: readonly number[];
  /** Panels that are to be seen now; the focus goes through these. */
  readonly panels: readonly PanelName[];
  /** Rows that a page is. */
  readonly page: number;
  /** The path that the cursor of the inspector is on, if it can be opened or shut. */
  readonly pathAtCursor: string | null;
  /** Whether a way to a far moment, or a search, is under way. */
  readonly isUnderWay: boolean;
  /** What the terminal can show: colours go back to it. */
  readonly deepest: ColourDepth;
  /** Where a recording of the branch may go: the file that it goes to already, or a name that is free. */
  readonly recordingName: () => string;
}

export function reduce(ui: Ui, action: UiAction, around: Surroundings): Reduced {
  switch (action.type) {
    case 'resized':
      return only({ ...ui, size: action.size });
    case 'told':
      return only(told(ui, action.report, around.moment));
    case 'notice':
      return only(noticed(ui, action.text, action.tone));
    case 'compared':
      return only({ ...ui, overlay: { kind: 'difference', difference: action.difference } });
    case 'stop':
      return learned({ ...ui, notice: null }, { kind: 'goTo', stop: action.stop });
    case 'arrived':
      return and(arrived(ui, action.look, around.moment), { kind: 'pace' });
    case 'agreed':
      return only(agreed(ui, action.checks));
    case 'strayed':
      return only(strayed(ui));
    case 'diverged':
      return and(
        { ...ui, pace: { ...ui.pace, playing: false }, overlay: { kind: 'divergence', lines: action.lines } },
        { kind: 'pace' },
      );
    case 'typed':
      return ui.overlay?.kind === 'prompt'
        ? only({ ...ui, overlay: { kind: 'prompt', prompt: typed(ui.overlay.prompt, action.text) } })
        : only(ui);
    case 'edit':
      return edit(ui, action, around.moment);
    case 'choose':
      return choose({ ...ui, notice: null }, action.key, around.moment);
    case 'named':
      return named({ ...ui, notice: null }, action.name, around);
  }
}

function only(ui: Ui): Reduced {
  return { ui, commands: [] };
}

function and(ui: Ui, ...commands: readonly Command[]): Reduced {
  return { ui, commands };
}

export function noticed(ui: Ui, text: string, tone: Notice['tone']): Ui {
  return { ...ui, notice: { text, tone } };
}

function told(ui: Ui, report: Extract<UiAction, { type: 'told' }>['report'], moment: Moment): Ui {
  switch (report.kind) {
    case 'stopped':
      return noticed({ ...ui, pace: { ...ui.pace, playing: false } }, `This is the ${report.at} of the run.`, 'info');
    case 'found':
      return noticed(ui, moment.texts.marker(report.marker), report.marker.kind === 'violated' ? 'bad' : 'info');
    case 'nothing found':
      return noticed(ui, report.direction === 1 ? 'Nothing more to the end.' : 'Nothing before.', 'info');
  }
}

// --- Prompts and menus ---

function edit(ui: Ui, { edit: what }: Extract<UiAction, { type: 'edit' }>, moment: Moment): Reduced {
  if (ui.overlay?.kind !== 'prompt') return only(ui);
  const { prompt } = ui.overlay;
  if (what === 'cancel') return only({ ...ui, overlay: null });
  if (what !== 'submit') return only({ ...ui, overlay: { kind: 'prompt', prompt: edited(prompt, what) } });
  const answer = answered(prompt, ui, moment);
  if (!answer.ok) return only({ ...ui, overlay: { kind: 'prompt', prompt: { ...prompt, error: answer.error } } });
  return { ui: { ...answer.ui, overlay: null }, commands: answer.commands };
}

function ask(ui: Ui, purpose: PromptPurpose, moment: Moment, text = openingText(purpose, ui, moment)): Reduced {
  const prompt = promptFor(purpose, text);
  return only({ ...ui, overlay: { kind: 'prompt', prompt } });
}

function choose(ui: Ui, key: string, moment: Moment): Reduced {
  const choice = choices(ui, moment).find((candidate) => candidate.key === key);
  const closed: Ui = { ...ui, overlay: null };
  if (choice === undefined) return only(closed);
  if (choice.obstacle !== null) return only(noticed(ui, choice.obstacle, 'warn'));
  if (choice.chosen === 'cut' || choice.chosen === 'operate') return ask(closed, choice.chosen, moment);
  const what = injectionOf(choice.chosen, ui, moment);
  return what === null ? only(closed) : and(closed, { kind: 'inject', what });
}

function injectionOf(chosen: Exclude<ChoiceName, 'cut' | 'operate'>, ui: Ui, moment: Moment): WhatIf | null {
  const peer = selectedPeer(ui, moment);
  const flight = selectedFlight(ui, moment);
  switch (chosen) {
    case 'join':
      return join();
    case 'heal':
      return heal();
    case 'partition':
      return partition(sideOf(ui, moment));
    case 'lose':
      return flight && lose(flight);
    case 'crash':
      return peer && crash(peer);
    case 'restart':
      return peer && restart(peer);
    case 'pause':
      return peer && (peer.status === 'paused' ? resume(peer) : pause(peer));
    case 'isolate':
      return peer && isolate(peer);
    case 'leave':
      return peer && leave(peer);
  }
}

// --- Named actions ---

function named(ui: Ui, name: ActionName, around: Surroundings): Reduced {
  const { moment } = around;
  if (around.isUnderWay && (name === 'play or pause' || name === 'close'))
    return and(noticed(ui, 'Stopped here.', 'info'), { kind: 'halt' });
  switch (name) {
    case 'play or pause':
      return playOrPause(ui, moment);
    case 'event forward':
      return standing(ui, { kind: 'step', count: 1 });
    case 'event back':
      return standing(ui, { kind: 'step', count: -1 });
    case 'ten forward':
      return standing(ui, { kind: 'step', count: 10 });
    case 'ten back':
      return standing(ui, { kind: 'step', count: -10 });
    case 'next marker':
      return standing(ui, { kind: 'seek marker', direction: 1, chaptersOnly: false });
    case 'previous marker':
      return standing(ui, { kind: 'seek marker', direction: -1, chaptersOnly: false });
    case 'next chapter':
      return standing(ui, { kind: 'seek marker', direction: 1, chaptersOnly: true });
    case 'previous chapter':
      return standing(ui, { kind: 'seek marker', direction: -1, chaptersOnly: true });
    case 'to the start':
      return standing(ui, { kind: 'seek event', event: moment.firstEvent });
    case 'to the end':
      return standing(ui, { kind: 'seek time', timeUs: moment.about.durationUs });
    case 'faster':
      return paced(ui, { speed: nextSpeed(ui.pace.speed, 1) });
    case 'slower':
      return paced(ui, { speed: nextSpeed(ui.pace.speed, -1) });
    case 'full speed':
      return paced(ui, { speed: { kind: 'max' }, playing: true, direction: 1 });
    case 'play backwards':
      return paced(ui, { playing: true, direction: ui.pace.direction === 1 || !ui.pace.playing ? -1 : 1 });
    case 'go to':
      return ask(ui, 'seek', moment);
    case 'show picture':
      return only(shown(ui, 'picture'));
    case 'show space-time':
      return only(shown(ui, 'space-time'));
    case 'show log':
      return only(shown(ui, 'log'));
    case 'show metrics':
      return only(shown(ui, 'metrics'));
    case 'show inspector':
      return only(shown(ui, 'inspector'));
    case 'show branches':
      return only({
        ...shown(ui, 'branches'),
        branch: Math.max(
          0,
          moment.lines.findIndex((line) => line.isCurrent),
        ),
      });
    case 'next panel':
      return only({ ...ui, focus: neighbour(around.panels, ui.focus, 1) });
    case 'previous panel':
      return only({ ...ui, focus: neighbour(around.panels, ui.focus, -1) });
    case 'up':
      return only(moved(ui, -1, around));
    case 'down':
      return only(moved(ui, 1, around));
    case 'page up':
      return only(moved(ui, -around.page, around));
    case 'page down':
      return only(moved(ui, around.page, around));
    case 'enter':
      return entered(ui, around);
    case 'close':
      return only(closed(ui));
    case 'next node':
      return only({ ...ui, selected: neighbour(around.order, ui.selected, 1) });
    case 'previous node':
      return only({ ...ui, selected: neighbour(around.order, ui.selected, -1) });
    case 'select node':
      return ask(ui, 'select', moment);
    case 'next message':
      return only(withMessage(ui, 1, moment));
    case 'previous message':
      return only(withMessage(ui, -1, moment));
    case 'filter':
      return ask({ ...ui, focus: 'log' }, 'filter', moment);
    case 'definitions':
      return only({ ...ui, overlay: ui.overlay?.kind === 'definitions' ? null : { kind: 'definitions', scroll: 0 } });
    case 'help':
      return only({ ...ui, overlay: ui.overlay?.kind === 'help' ? null : { kind: 'help', scroll: 0 } });
    case 'large type':
      return only({ ...ui, large: !ui.large });
    case 'colours':
      return only({ ...ui, depth: ui.depth === 'none' ? around.deepest : 'none' });
    case 'repaint':
      return and(ui, { kind: 'repaint' });
    case 'what if':
      return only({ ...ui, overlay: { kind: 'what-if' } });
    case 'mark':
      return only(marked(ui));
    case 'bookmark':
      return ask(ui, 'bookmark', moment);
    case 'to the trunk':
      return switched(ui, 0, moment);
    case 'compare':
      return compared(ui, moment);
    case 'save branch':
      if (moment.line.id === 0)
        return only(noticed(ui, 'The trunk is the scenario as it is; do something first (x).', 'warn'));
      return ask(ui, 'save', moment);
    case 'record':
      return ask(ui, 'record', moment, around.recordingName());
    case 'lesson on':
      return learned(ui, { kind: 'next' });
    case 'lesson back':
      return learned(ui, { kind: 'back' });
    case 'lesson stop':
      return only(ui);
    case 'quit':
      return and({ ...ui, isQuitting: true }, { kind: 'quit' });
  }
}

/** Whoever goes to a moment wants to look at it. */
function standing(ui: Ui, command: Command): Reduced {
  if (!ui.pace.playing) return and(ui, command);
  return and({ ...ui, pace: { ...ui.pace, playing: false } }, { kind: 'pace' }, command);
}

function playOrPause(ui: Ui, moment: Moment): Reduced {
  if (!ui.pace.playing && moment.finished && ui.pace.direction === 1)
    return only(noticed(ui, 'The run is over. Go back (←), to the start (home) or quit (q).', 'info'));
  const playing = !ui.pace.playing;
  // Play after playing backwards is forward again.
  return paced(ui, { playing, direction: playing ? 1 : ui.pace.direction });
}

function paced(ui: Ui, change: Partial<Ui['pace']>): Reduced {
  const pace = { ...ui.pace, ...change };
  const words = change.speed === undefined ? ui : noticed(ui, `Speed: ${speedText(pace.speed)}`, 'info');
  return and({ ...words, pace }, { kind: 'pace' });
}

function shown(ui: Ui, panel: PanelName): Ui {
  // The same key again goes back to the picture.
  const main = ui.main === panel ? 'picture' : panel;
  return { ...ui, main, focus: main === panel ? main : home(ui), overlay: null };
}

/** Where the focus is when nothing but the picture is looked at. */
function home({ lesson }: Ui): PanelName {
  return lesson === null ? 'picture' : 'lesson';
}

function neighbour<T>(list: readonly T[], of: T | null, step: 1 | -1): T {
  const index = of === null ? -1 : list.indexOf(of);
  if (index < 0) return step === 1 ? list[0] : list[list.length - 1];
  return list[(index + step + list.length) % list.length];
}

/** Arrow keys: what they move depends on what is open and where the focus is. */
function moved(ui: Ui, by: number, { order }: Surroundings): Ui {
  const { overlay, focus } = ui;
  if (overlay?.kind === 'help' || overlay?.kind === 'definitions')
    return { ...ui, overlay: { ...overlay, scroll: Math.max(0, overlay.scroll + by) } };
  switch (focus) {
    case 'picture':
    case 'space-time':
      return { ...ui, selected: neighbour(order, ui.selected, by > 0 ? 1 : -1) };
    case 'branches':
      return { ...ui, branch: Math.max(0, ui.branch + Math.sign(by)) };
    case 'log':
      // The log is read from its end: up is further back.
      return { ...ui, scroll: { ...ui.scroll, log: Math.max(0, ui.scroll.log - by) } };
    default:
      return { ...ui, scroll: { ...ui.scroll, [focus]: Math.max(0, ui.scroll[focus] + by) } };
  }
}

function entered(ui: Ui, { moment, pathAtCursor }: Surroundings): Reduced {
  if (ui.overlay !== null) return only({ ...ui, overlay: null });
  if (ui.focus === 'branches') {
    const line = moment.lines[Math.min(ui.branch, moment.lines.length - 1)]?.line;
    return line === undefined ? only(ui) : switched(ui, line.id, moment);
  }
  if (ui.focus === 'inspector' && pathAtCursor !== null) {
    const isToggled = ui.toggled.includes(pathAtCursor);
    const toggled = isToggled ? ui.toggled.filter((path) => path !== pathAtCursor) : [...ui.toggled, pathAtCursor];
    return only({ ...ui, toggled });
  }
  if (ui.selected === null) return only(noticed(ui, 'Select a node first: n, or s and its name.', 'info'));
  return only({ ...ui, main: 'inspector', focus: 'inspector' });
}

/** One thing after the other: what is open, the main panel, the filter, the message, the marks, the node. */
function closed(ui: Ui): Ui {
  if (ui.overlay !== null) return { ...ui, overlay: null };
  if (ui.main !== 'picture') return { ...ui, main: 'picture', focus: home(ui) };
  if (ui.focus === 'log' && isFiltering(ui.filter)) return { ...ui, filter: NO_FILTER };
  if (ui.message !== null) return { ...ui, message: null };
  if (ui.marked.length > 0) return { ...ui, marked: [] };
  return { ...ui, selected: null };
}

function withMessage(ui: Ui, step: 1 | -1, { flights, peers }: Moment): Ui {
  if (flights.length === 0) return noticed(ui, 'Nothing is on its way now.', 'info');
  const sequences = flights.map(({ sequence }) => sequence);
  const message = neighbour(sequences, ui.message, step);
  const flight = flights.find(({ sequence }) => sequence === message);
  if (flight === undefined) return ui;
  const name = (address: number) => peers[address]?.name ?? '?';
  return noticed({ ...ui, message }, `${name(flight.from)} → ${name(flight.to)}: ${flight.text}`, 'info');
}

function marked(ui: Ui): Ui {
  const { selected } = ui;
  if (selected === null) return noticed(ui, 'Select a node first: n, or s and its name.', 'info');
  const isMarked = ui.marked.includes(selected);
  return { ...ui, marked: isMarked ? ui.marked.filter((each) => each !== selected) : [...ui.marked, selected] };
}

function switched(ui: Ui, id: number, { lines, line }: Moment): Reduced {
  const target = lines.find((each) => each.line.id === id)?.line;
  if (target === undefined || target.id === line.id) return only(noticed(ui, `This is the ${line.name}.`, 'info'));
  const paused: Ui = { ...ui, pace: { ...ui.pace, playing: false }, message: null };
  return and(noticed(paused, `Now on the ${target.name}.`, 'info'), { kind: 'pace' }, { kind: 'switch', line: target });
}

/** The line under the cursor with the present one; if they are the same, with its parent. */
function compared(ui: Ui, { lines, line }: Moment): Reduced {
  const isListed = ui.main === 'branches' || ui.focus === 'branches';
  const pointed = isListed ? lines[Math.min(ui.branch, lines.length - 1)]?.line : line;
  const other =
    pointed === undefined || pointed.id === line.id
      ? lines.find((each) => each.line.id === line.parent)?.line
      : pointed;
  if (other === undefined) return only(noticed(ui, 'There is no branch to compare with.', 'info'));
  return and({ ...ui, pace: { ...ui.pace, playing: false } }, { kind: 'pace' }, { kind: 'compare', line, to: other });
}

/** Panels by their number keys. */
export const NUMBERED: readonly PanelName[] = PANELS;
