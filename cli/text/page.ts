import type { Palette } from '../colour.ts';
import { hanging } from './layout.ts';

/** How a report is to look. */
export interface Page {
  readonly palette: Palette;
  readonly width: number;
  /** Whether each name is followed by what it means. */
  readonly definitions: boolean;
}

/** What a name means, if the reader asked for it. */
export function definition(name: string, description: string, page: Page): readonly string[] {
  if (!page.definitions || description === '') return [];
  return hanging(`${name}: `, description, 4, page.width).map(page.palette.quiet);
}
