/** From a key to an action, by what is open. */
import type { Edit, UiAction } from '../model/action.ts';
import type { Ui } from '../model/ui.ts';
import { actionOf, lessonActionOf } from './bindings.ts';

const EDITS: Readonly<Record<string, Edit>> = {
  left: 'left',
  right: 'right',
  home: 'start',
  'ctrl+a': 'start',
  end: 'end',
  'ctrl+e': 'end',
  backspace: 'rub out',
  delete: 'delete',
  'ctrl+u': 'clear',
  enter: 'submit',
  escape: 'cancel',
  'ctrl+c': 'cancel',
};

/** What a key does now; null for nothing. @param key its name (`space`, `left`, `ctrl+c`), or the character itself. */
export function pressed(key: string, ui: Ui): UiAction | null {
  const { overlay } = ui;
  if (overlay?.kind === 'prompt') {
    const edit = EDITS[key];
    if (edit !== undefined) return { type: 'edit', edit };
    if (key === 'space') return { type: 'typed', text: ' ' };
    return [...key].length === 1 ? { type: 'typed', text: key } : null;
  }
  if (overlay?.kind === 'what-if' && key !== 'ctrl+c') {
    return key === 'escape' ? { type: 'named', name: 'close' } : { type: 'choose', key };
  }
  const lesson = overlay === null && ui.lesson !== null && ui.focus === 'lesson' ? lessonActionOf(key) : null;
  if (lesson === 'lesson stop') return { type: 'stop', stop: Number(key) - 1 };
  const name = lesson ?? actionOf(key);
  return name === null ? null : { type: 'named', name };
}
