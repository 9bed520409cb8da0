/** What every panel is: a function from what there is to a surface of the size that it was given, and a heading. */
import type { Ui } from '../model/ui.ts';
import type { Moment } from '../run/moment.ts';
import type { Size, Span, Surface } from '../screen/surface.ts';
import type { Theme } from '../screen/theme.ts';

export interface PanelProps {
  readonly ui: Ui;
  readonly moment: Moment;
  readonly theme: Theme;
  readonly size: Size;
}

export interface Panel {
  readonly title: string;
  /** What it shows of all that there is, in a few words, behind the title. */
  note?(props: PanelProps): readonly Span[];
  /** Keys that act here: shown at the right of the heading. */
  readonly keys: readonly (readonly [key: string, does: string])[];
  draw(props: PanelProps): Surface;
}
