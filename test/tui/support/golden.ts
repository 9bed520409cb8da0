/** Frames as text that people read: in a file beside the test, with or without how things look. */
import { expect } from 'vitest';
import type { Style } from '../../../tui/screen/style.ts';
import { PLAIN } from '../../../tui/screen/style.ts';
import type { Surface } from '../../../tui/screen/surface.ts';

/** The frame must be what its file says; `npx vitest run test/tui -u` writes the file anew, and a person reads the difference. */
export async function expectFrame(surface: Surface, name: string): Promise<void> {
  await expect(`${surface.plain()}\n`).toMatchFileSnapshot(`./frames/${name}.txt`);
}

/** The same with styles written out: `⟨bad bold⟩✕⟨⟩`. */
export async function expectStyledFrame(surface: Surface, name: string): Promise<void> {
  const rows = Array.from({ length: surface.rows }, (_, y) => styledRow(surface, y));
  await expect(`${rows.join('\n')}\n`).toMatchFileSnapshot(`./frames/${name}.styled.txt`);
}

function styledRow(surface: Surface, y: number): string {
  let text = '';
  let current: Style = PLAIN;
  for (let x = 0; x < surface.columns; x++) {
    const style = surface.styleAt(x, y);
    // Of a space nobody sees the colour.
    const isSeen = surface.at(x, y) !== ' ' || style.inverse || style.underline;
    if (style !== current && isSeen) {
      text += `⟨${style === PLAIN ? '' : words(style)}⟩`;
      current = style;
    }
    text += surface.at(x, y);
  }
  return text.trimEnd();
}

function words({ tone, bold, underline, inverse }: Style): string {
  return [tone, bold ? 'bold' : '', underline ? 'underline' : '', inverse ? 'inverse' : '']
    .filter((word) => word !== '')
    .join(' ');
}
