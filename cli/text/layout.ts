/** Plain text in columns. Widths count characters without colour codes. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one
const COLOUR = /\u001b\[\d+m/g;

export function widthOf(text: string): number {
  return text.replace(COLOUR, '').length;
}

/** Breaks a text into lines of at most that width, at spaces; a word that is longer stands alone. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((candidate) => candidate !== '')) {
    if (line === '') line = word;
    else if (widthOf(line) + 1 + widthOf(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** A paragraph, each line moved in by so much. */
export function paragraph(text: string, indent: number, width: number): readonly string[] {
  return wrapped(text, Math.max(20, width - indent)).map((line) => ' '.repeat(indent) + line);
}

/** A paragraph whose first line begins with a mark, the others below its text. */
export function hanging(mark: string, text: string, indent: number, width: number): readonly string[] {
  const inner = indent + widthOf(mark);
  const [first = '', ...rest] = wrapped(text, Math.max(20, width - inner));
  return [`${' '.repeat(indent)}${mark}${first}`, ...rest.map((line) => ' '.repeat(inner) + line)];
}

export type Align = 'left' | 'right';

const GAP = 2;

/**
 * Rows in columns, each as wide as its widest cell. Where a row does not fit, its first cell gets a line of its own.
 * Nothing follows the last cell of a row.
 */
export function table(
  rows: readonly (readonly string[])[],
  aligns: readonly Align[],
  indent: number,
  width: number,
): readonly string[] {
  const widths = aligns.map((_, column) => Math.max(0, ...rows.map((row) => widthOf(row[column] ?? ''))));
  const others = widths.slice(1).reduce((sum, each) => sum + GAP + each, 0);
  const room = width - indent - others;
  // A first column that leaves too little room for the rest is cut down to what there is.
  const first = Math.min(widths[0], Math.max(room, 0));
  return rows.flatMap((row) => {
    const cells = row.slice(1).map((cell, index) => padded(cell, widths[index + 1], aligns[index + 1]));
    const tail = cells.map((cell) => ' '.repeat(GAP) + cell).join('');
    const head = ' '.repeat(indent);
    if (widthOf(row[0]) <= first) return [`${head}${padded(row[0], first, aligns[0])}${tail}`.trimEnd()];
    const below = `${head}${' '.repeat(first)}${tail}`.trimEnd();
    return [`${head}${row[0]}`, ...(below === '' ? [] : [below])];
  });
}

function padded(text: string, width: number, align: Align): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + space : space + text;
}
