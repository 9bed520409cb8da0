import { widthOf, wrapped } from '../text/layout.ts';

/** Two texts beside each other, each wrapped within its half; a mark between them says whether they differ. */
export function sideBySide(left: string, right: string, width: number): readonly string[] {
  const half = Math.floor((width - 5) / 2);
  const lefts = cut(left, half);
  const rights = cut(right, half);
  const mark = left === right ? ' ' : '|';
  return Array.from({ length: Math.max(lefts.length, rights.length) }, (_, i) => {
    const cell = lefts[i] ?? '';
    return `  ${cell}${' '.repeat(half - widthOf(cell))} ${mark} ${rights[i] ?? ''}`.trimEnd();
  });
}

/** Wrapped at spaces; a word that is too long is broken. */
function cut(text: string, width: number): readonly string[] {
  return wrapped(text, width).flatMap((line) => {
    const pieces: string[] = [];
    for (let at = 0; at < line.length; at += width) pieces.push(line.slice(at, at + width));
    return pieces;
  });
}
