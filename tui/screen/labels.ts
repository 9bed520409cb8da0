/** Labels that do not collide: each is tried at several places, and left out where none is free. */
import type { Style } from './style.ts';
import type { Surface } from './surface.ts';
import { widthOf } from './width.ts';

/** Where a label may begin or end, relative to its point. */
export interface LabelPlace {
  readonly x: number;
  readonly y: number;
  /** Whether the text begins or ends at that cell, or is centred on it. */
  readonly align: 'left' | 'right' | 'centre';
}

/** Beside a point: right, left, below, above. */
export const AROUND: readonly LabelPlace[] = [
  { x: 2, y: 0, align: 'left' },
  { x: -2, y: 0, align: 'right' },
  { x: 0, y: 1, align: 'centre' },
  { x: 0, y: -1, align: 'centre' },
];

/**
 * Writes a label at the first of the places around a point where all its cells, and one on each side, are free.
 * @returns whether there was room.
 */
export function placeLabel(
  surface: Surface,
  at: { readonly x: number; readonly y: number },
  text: string,
  style: Style,
  places: readonly LabelPlace[] = AROUND,
): boolean {
  const width = widthOf(text);
  for (const place of places) {
    const anchor = at.x + place.x;
    const x = place.align === 'left' ? anchor : place.align === 'right' ? anchor - width + 1 : anchor - (width >> 1);
    const y = at.y + place.y;
    const isInside = x >= 0 && x + width <= surface.columns && y >= 0 && y < surface.rows;
    if (!isInside || !surface.isFree(x, y, width)) continue;
    const before = x === 0 || surface.isFree(x - 1, y) || x - 1 === at.x;
    const after = x + width >= surface.columns || surface.isFree(x + width, y) || x + width === at.x;
    if (!before || !after) continue;
    surface.text(x, y, text, style);
    return true;
  }
  return false;
}
