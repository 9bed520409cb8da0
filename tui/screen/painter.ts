/**
 * What has to be written to a terminal to come from one frame to the next: the cells that changed, each row's from the first to the last.
 * Ink can draw rows too, but it measures and cuts every character of every frame, which takes as long again as everything else together; our
 * rows have their exact width already.
 */
import type { Surface } from './surface.ts';
import type { Theme } from './theme.ts';

export class Painter {
  private shown: { readonly surface: Surface; readonly theme: Theme } | null = null;

  /** The next frame is drawn whole: what is on the screen is not known any more. */
  forget(): void {
    this.shown = null;
  }

  /** Escape sequences and text; '' where nothing changed. */
  paint(surface: Surface, theme: Theme): string {
    const before = this.shown;
    this.shown = { surface, theme };
    const isNew =
      before === null ||
      before.theme !== theme ||
      before.surface.columns !== surface.columns ||
      before.surface.rows !== surface.rows;
    let output = isNew ? CLEAR : '';
    for (let y = 0; y < surface.rows; y++) {
      const change = isNew ? { from: 0, to: surface.columns } : surface.changeFrom(before.surface, y);
      if (change !== null)
        output += `\u001b[${y + 1};${change.from + 1}H${surface.piece(y, change.from, change.to, theme)}`;
    }
    return output;
  }
}

const CLEAR = '\u001b[0m\u001b[2J';

/** A terminal that knows synchronized output shows all of it at once; others ignore this. */
export function atOnce(output: string): string {
  return output === '' ? '' : `\u001b[?2026h${output}\u001b[?2026l`;
}
