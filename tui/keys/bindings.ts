/** Which key is which action. The help page, the footer and the tests are made from this table. */
import type { ActionName } from '../model/action.ts';

export interface Binding {
  /** Any of these. */
  readonly keys: readonly string[];
  readonly action: ActionName;
  /** In a word, for the footer and the panels. */
  readonly short: string;
  /** In a sentence, for the help page. */
  readonly help: string;
}

export interface BindingGroup {
  readonly title: string;
  readonly bindings: readonly Binding[];
}

const bind = (keys: string, action: ActionName, short: string, help: string): Binding => ({
  keys: keys.split(' '),
  action,
  short,
  help,
});

export const BINDINGS: readonly BindingGroup[] = [
  {
    title: 'Time',
    bindings: [
      bind('space', 'play or pause', 'play', 'Play, and pause.'),
      bind('right .', 'event forward', 'step', 'One event forward.'),
      bind('left ,', 'event back', 'back', 'One event back: exactly to where the run was.'),
      bind('>', 'ten forward', '10 on', 'Ten events forward.'),
      bind('<', 'ten back', '10 back', 'Ten events back.'),
      bind(']', 'next marker', 'next', 'To the next fault, violation, bookmark, or begin or end of an operation.'),
      bind('[', 'previous marker', 'previous', 'To the one before.'),
      bind(
        '}',
        'next chapter',
        'next chapter',
        'To the next fault, violation or bookmark; operations are passed over.',
      ),
      bind('{', 'previous chapter', 'previous chapter', 'To the one before.'),
      bind('g', 'go to', 'go to', 'To a time, an event, the start or the end.'),
      bind('home', 'to the start', 'start', 'To the start of the run.'),
      bind('end', 'to the end', 'end', 'To the end of the run.'),
      bind('+ =', 'faster', 'faster', 'Faster.'),
      bind('- _', 'slower', 'slower', 'Slower, down to one event a second.'),
      bind('f', 'full speed', 'full speed', 'As fast as it goes.'),
      bind('r', 'play backwards', 'backwards', 'Play backwards, and forward again.'),
    ],
  },
  {
    title: 'Looking',
    bindings: [
      bind('1', 'show picture', 'picture', "The system's picture."),
      bind(
        '2',
        'show space-time',
        'space-time',
        'Space-time: a column for each node, messages as arrows, losses as crosses.',
      ),
      bind('3', 'show log', 'log', 'The log of events.'),
      bind('4', 'show metrics', 'metrics', 'Metrics.'),
      bind('5', 'show inspector', 'inspector', 'The selected node: state, timers, what it waits for.'),
      bind('6', 'show branches', 'branches', 'The branches of the run.'),
      bind('tab', 'next panel', 'panel', 'To the next panel: the arrow keys then move in it.'),
      bind('shift+tab', 'previous panel', 'panel', 'To the panel before.'),
      bind('up k', 'up', 'up', 'Up in the panel; in the picture, the node before.'),
      bind('down j', 'down', 'down', 'Down in the panel; in the picture, the next node.'),
      bind('pageup', 'page up', 'page up', 'A page up.'),
      bind('pagedown', 'page down', 'page down', 'A page down.'),
      bind('enter', 'enter', 'open', 'Inspect the selected node; open or shut a part of its state; go to a branch.'),
      bind('escape', 'close', 'close', 'Shut what is open, then take the selection back.'),
      bind('n', 'next node', 'node', 'Select the next node.'),
      bind('N p', 'previous node', 'node before', 'Select the node before.'),
      bind('s', 'select node', 'select', 'Select a node by its name.'),
      bind('m', 'next message', 'message', 'Select the next message in flight.'),
      bind('M', 'previous message', 'message before', 'Select the message before.'),
      bind('/', 'filter', 'filter', 'Filter the log by node, kind and words.'),
      bind('d', 'definitions', 'definitions', 'What the metrics mean.'),
      bind('L', 'large type', 'large', 'Large type, for projectors.'),
      bind('C', 'colours', 'colours', 'With colours, or without.'),
      bind('ctrl+l', 'repaint', 'repaint', 'Draw the screen anew.'),
      bind('?', 'help', 'help', 'All keys.'),
    ],
  },
  {
    title: 'Doing',
    bindings: [
      bind(
        'x',
        'what if',
        'what if',
        'What if? Crash, restart, cut, partition, lose, start an operation: this makes a branch.',
      ),
      bind('v', 'mark', 'mark', 'Mark the selected node, for a partition of several.'),
      bind('b', 'bookmark', 'bookmark', 'Bookmark this moment, with a note.'),
      bind('t', 'to the trunk', 'trunk', 'Back to the trunk: the run as the scenario has it.'),
      bind('c', 'compare', 'compare', 'Compare two lines of the run: where do they first differ?'),
      bind('w', 'save branch', 'save', 'Save the branch as a scenario file.'),
      bind('R', 'record', 'record', 'Record the branch that is looked at into a file, which replay plays again.'),
      bind('q ctrl+c', 'quit', 'quit', 'Quit; the report follows.'),
    ],
  },
];

/** Keys that act in a lesson, as long as the focus is on its panel. */
export const LESSON_BINDINGS: BindingGroup = {
  title: 'In a lesson',
  bindings: [
    bind('enter', 'lesson on', 'on', 'To the question, then to the next stop; on the way there: there at once.'),
    bind('b backspace', 'lesson back', 'back', 'From the question to the note, then to the stop before.'),
    bind('1-9', 'lesson stop', 'stop', 'To the stop of that number; beyond nine: g and stop 12.'),
  ],
};

const BY_KEY: ReadonlyMap<string, Binding> = new Map(
  BINDINGS.flatMap(({ bindings }) => bindings).flatMap((binding) => binding.keys.map((key) => [key, binding] as const)),
);

const BY_ACTION: ReadonlyMap<ActionName, Binding> = new Map(
  [...BINDINGS, LESSON_BINDINGS]
    .flatMap(({ bindings }) => bindings)
    .map((binding) => [binding.action, binding] as const),
);

export function actionOf(key: string): ActionName | null {
  return BY_KEY.get(key)?.action ?? null;
}

/** The same in a lesson; 'lesson stop' for its digits. */
export function lessonActionOf(key: string): ActionName | null {
  if (/^[1-9]$/.test(key)) return 'lesson stop';
  return LESSON_BINDINGS.bindings.find(({ keys }) => keys.includes(key))?.action ?? null;
}

/** The key of an action as it is shown: its first. */
export function keyOf(action: ActionName): string {
  return keyText(BY_ACTION.get(action)?.keys[0] ?? '');
}

export function bindingOf(action: ActionName): Binding | null {
  return BY_ACTION.get(action) ?? null;
}

const KEY_TEXTS: Readonly<Record<string, string>> = {
  left: '←',
  right: '→',
  up: '↑',
  down: '↓',
  enter: '⏎',
  escape: 'esc',
  pageup: 'pgup',
  pagedown: 'pgdn',
  backspace: '⌫',
  'shift+tab': '⇧tab',
};

export function keyText(key: string): string {
  return KEY_TEXTS[key] ?? key;
}

/** Every name that a key can have, for the file of `--script`. */
export const KEY_NAMES: ReadonlySet<string> = new Set([
  ...BY_KEY.keys(),
  'backspace',
  'delete',
  'ctrl+a',
  'ctrl+e',
  'ctrl+u',
]);
