/** What the dashboard itself remembers: what is selected, what is open, how it is looked at. The run is not in it. */
import type { Address } from '../../sim/index.ts';
import type { Difference } from '../run/compare.ts';
import type { Pace } from '../run/driver.ts';
import type { Size } from '../screen/surface.ts';
import type { ColourDepth } from '../screen/theme.ts';
import { type Filter, NO_FILTER } from './filter.ts';
import type { LessonUi } from './lesson-place.ts';

export const PANELS = ['picture', 'space-time', 'log', 'metrics', 'inspector', 'branches'] as const;

/** Each can fill the main place; those beside it depend on the size of the screen. A lesson's notes stand beside it only. */
export type PanelName = (typeof PANELS)[number] | 'lesson';

export interface Ui {
  readonly size: Size;
  readonly pace: Pace;
  /** What fills the main place. */
  readonly main: PanelName;
  /** Where the arrow keys go. */
  readonly focus: PanelName;
  readonly selected: Address | null;
  readonly marked: readonly Address[];
  /** Sequence number of the selected message in flight. */
  readonly message: number | null;
  readonly filter: Filter;
  /** Lines that a panel is scrolled by; for the log, from its end backwards. */
  readonly scroll: Readonly<Record<PanelName, number>>;
  /** Paths in the inspector's tree whose state is the other than by default. */
  readonly toggled: readonly string[];
  /** The line of the branches' list that the cursor is on. */
  readonly branch: number;
  readonly overlay: Overlay | null;
  /** The lesson that is gone through; null where none is. */
  readonly lesson: LessonUi | null;
  readonly notice: Notice | null;
  readonly depth: ColourDepth;
  readonly large: boolean;
  readonly isQuitting: boolean;
}

export type Overlay =
  | { readonly kind: 'help'; readonly scroll: number }
  | { readonly kind: 'definitions'; readonly scroll: number }
  | { readonly kind: 'what-if' }
  | { readonly kind: 'prompt'; readonly prompt: Prompt }
  | { readonly kind: 'difference'; readonly difference: Difference }
  /** The run is not the one that was recorded: where they part. */
  | { readonly kind: 'divergence'; readonly lines: readonly string[] };

export interface Prompt {
  readonly purpose: PromptPurpose;
  readonly text: string;
  /** Before which character the cursor stands. */
  readonly cursor: number;
  /** What was wrong with the last answer. */
  readonly error: string | null;
  /** The answer that is taken when it is given once more: it writes over a file. */
  readonly confirms?: string;
}

export type PromptPurpose = 'seek' | 'filter' | 'select' | 'bookmark' | 'operate' | 'cut' | 'save' | 'record';

/** A line for the moment; the next key takes it away. */
export interface Notice {
  readonly text: string;
  readonly tone: 'info' | 'good' | 'warn' | 'bad';
}

export function initialUi(
  of: Pick<Ui, 'size' | 'pace' | 'main' | 'depth' | 'large'> & { readonly lesson?: LessonUi | null },
): Ui {
  const { lesson = null } = of;
  return {
    ...of,
    lesson,
    focus: of.main !== 'picture' ? of.main : lesson === null ? 'log' : 'lesson',
    selected: null,
    marked: [],
    message: null,
    filter: NO_FILTER,
    scroll: { picture: 0, 'space-time': 0, log: 0, metrics: 0, inspector: 0, branches: 0, lesson: 0 },
    toggled: [],
    branch: 0,
    overlay: null,
    notice: null,
    isQuitting: false,
  };
}
