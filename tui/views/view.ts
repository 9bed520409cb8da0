/**
 * Where a system's picture plugs in.
 *
 * A picture is one file, `tui/views/<system>.ts`, that exports a `SystemPicture`: a pure function from the system's view model
 * (what `protocols/<system>/view.ts` gives; only its types may be imported) and a size to a `Surface` of exactly that size.
 * One line in `tui/views/index.ts` puts it into use; until then, and for any other system, `fallback.ts` draws the processes as a grid.
 *
 * What to hold to:
 * - Pure: no clock, no randomness, nothing kept between frames. The same props give the same surface.
 * - `Surface` (`../screen/surface.ts`) cuts at its edges and knows wide characters; `Canvas` (`../screen/canvas.ts`) draws lines, arcs and curves
 *   in Braille dots; `plot` and `sparkline` draw numbers; `placeLabel` (`../screen/labels.ts`) writes a label where there is room, or not at all.
 * - Say what a thing means (`style('bad')`, `theme.glyphs.down`), never a colour. Without colours the glyph, the letter or the word must tell the same:
 *   look at `surface.plain()`, that is what the tests compare.
 * - From 3 to 500 processes: where there are more than the size has room for, aggregate and say so ("+37 more"), never garble.
 * - The selected process, those marked (`marked`) and the selected message (`message`) must be seen at a glance, in plain text too.
 * - Messages travel: `flights` have `progress` from 0 to 1; `losses` are to be crossed out (`theme.glyphs.lost`) where they happened, half-way for
 *   those lost on the way (`isOnTheWay`), at the receiver for the others. The view model says what they are about.
 * - `theme.large` asks for fewer and larger things.
 * - From 40 × 10 cells upwards it must be of use; below that it must not throw.
 *
 * Tests: golden text frames in `test/tui/views/<system>.test.ts` from a real run of the system (`test/tui/support/shown.ts` makes the props).
 */
import type { Address } from '../../sim/index.ts';
import type { Flight, Loss, Peer } from '../run/moment.ts';
import type { Size, Span, Surface } from '../screen/surface.ts';
import type { Theme } from '../screen/theme.ts';

export interface PictureProps<View = unknown> {
  /** What the system's `view()` gave. */
  readonly view: View;
  /** Virtual time in microseconds. */
  readonly nowUs: number;
  /** All processes ever created, by address. */
  readonly peers: readonly Peer[];
  /** Messages on their way, in order of arrival; at most some hundreds. */
  readonly flights: readonly Flight[];
  /** Messages that did not get through lately. */
  readonly losses: readonly Loss[];
  readonly selected: Address | null;
  /** Chosen for a partition, besides the selected one. */
  readonly marked: readonly Address[];
  /** The selected message, by its sequence number. */
  readonly message: number | null;
  /** Whom the last event happened to, −1 for none. */
  readonly lastProcess: Address;
  readonly size: Size;
  readonly theme: Theme;
}

export interface SystemPicture<View = unknown> {
  draw(props: PictureProps<View>): Surface;
  /** What the glyphs mean, for the help page: one line each, glyph first. */
  legend(theme: Theme): readonly (readonly Span[])[];
  /** In what order `n` goes through the processes; default: by address. */
  order?(view: View): readonly Address[];
}
