/** What can happen to the dashboard: the named actions that keys stand for, text for a prompt, and what the driver tells. */
import type { Difference } from '../run/compare.ts';
import type { Report } from '../run/driver.ts';
import type { Line } from '../run/line.ts';
import type { Size } from '../screen/surface.ts';
import type { Ui } from './ui.ts';
import type { WhatIf } from './what-if.ts';

/** Named actions without parameters: what the table of keys maps to. */
export type ActionName =
  // Time
  | 'play or pause'
  | 'event forward'
  | 'event back'
  | 'ten forward'
  | 'ten back'
  | 'next marker'
  | 'previous marker'
  | 'next chapter'
  | 'previous chapter'
  | 'go to'
  | 'to the start'
  | 'to the end'
  | 'faster'
  | 'slower'
  | 'full speed'
  | 'play backwards'
  // Looking
  | 'show picture'
  | 'show space-time'
  | 'show log'
  | 'show metrics'
  | 'show inspector'
  | 'show branches'
  | 'next panel'
  | 'previous panel'
  | 'up'
  | 'down'
  | 'page up'
  | 'page down'
  | 'enter'
  | 'close'
  | 'next node'
  | 'previous node'
  | 'select node'
  | 'next message'
  | 'previous message'
  | 'filter'
  | 'definitions'
  | 'help'
  | 'large type'
  | 'colours'
  | 'repaint'
  // Doing
  | 'what if'
  | 'mark'
  | 'bookmark'
  | 'to the trunk'
  | 'compare'
  | 'save branch'
  | 'record'
  | 'quit'
  // In a lesson
  | 'lesson on'
  | 'lesson back'
  | 'lesson stop';

export type UiAction =
  | { readonly type: 'named'; readonly name: ActionName }
  /** A key while a menu is open. */
  | { readonly type: 'choose'; readonly key: string }
  | { readonly type: 'typed'; readonly text: string }
  | { readonly type: 'edit'; readonly edit: Edit }
  | { readonly type: 'resized'; readonly size: Size }
  | { readonly type: 'told'; readonly report: Report }
  | { readonly type: 'notice'; readonly text: string; readonly tone: 'info' | 'good' | 'warn' | 'bad' }
  | { readonly type: 'compared'; readonly difference: Difference }
  /** In a lesson: the number of a stop, from 0. */
  | { readonly type: 'stop'; readonly stop: number }
  /** The run has come to the lesson's stop, which looks at that process. */
  | { readonly type: 'arrived'; readonly look: string | null }
  /** The way to the lesson's stop was left for somewhere else. */
  | { readonly type: 'strayed' }
  /** The recording that is played was checked to its end: all of its fingerprints agree. */
  | { readonly type: 'agreed'; readonly checks: number }
  /** The run is not the one that was recorded. */
  | { readonly type: 'diverged'; readonly lines: readonly string[] };

export type Edit = 'left' | 'right' | 'start' | 'end' | 'rub out' | 'delete' | 'clear' | 'submit' | 'cancel';

/** What the reducer wants done; the session does it. */
export type Command =
  | { readonly kind: 'pace' }
  | { readonly kind: 'step'; readonly count: number }
  | { readonly kind: 'seek event'; readonly event: number }
  | { readonly kind: 'seek time'; readonly timeUs: number }
  | { readonly kind: 'seek marker'; readonly direction: 1 | -1; readonly chaptersOnly: boolean }
  | { readonly kind: 'halt' }
  | { readonly kind: 'inject'; readonly what: WhatIf }
  | { readonly kind: 'operate'; readonly operation: string; readonly text: string }
  | { readonly kind: 'switch'; readonly line: Line }
  | { readonly kind: 'compare'; readonly line: Line; readonly to: Line }
  | { readonly kind: 'save'; readonly line: Line; readonly path: string }
  | { readonly kind: 'record'; readonly path: string; readonly isConfirmed: boolean }
  /** The note: `title | note | question`. */
  | { readonly kind: 'bookmark'; readonly note: string }
  /** `plays`: the way there is to be seen. */
  | { readonly kind: 'go to stop'; readonly stop: number; readonly plays: boolean }
  | { readonly kind: 'end lesson' }
  | { readonly kind: 'repaint' }
  | { readonly kind: 'quit' };

/** What the dashboard remembers next, and what is to be done. */
export interface Reduced {
  readonly ui: Ui;
  readonly commands: readonly Command[];
}
