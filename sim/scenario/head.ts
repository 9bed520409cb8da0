/** What the comments at the head of a scenario tell people. */
export interface Head {
  /** All lines of the head, without their `#`. */
  readonly head: string;
  /** What follows `Shows:`, with the indented lines that continue it, as one: the scenario's line in lists. Null without such a line. */
  readonly shows: string | null;
}

/** A line for editors, not for people. */
const EDITOR = /^# *yaml-language-server:/;

export function headOf(text: string): Head {
  const lines: string[] = [];
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (EDITOR.test(line) || (line.trim() === '' && lines.length === 0)) continue;
    if (!line.startsWith('#')) break;
    lines.push(line.replace(/^# ?/, '').trimEnd());
  }
  const first = lines.findIndex((line) => /^ *Shows: *\S/.test(line));
  const shows = first < 0 ? null : [lines[first].replace(/^ *Shows: */, ''), ...continued(lines, first)].join(' ');
  return { head: lines.join('\n').trim(), shows };
}

/** The lines that continue one: those that follow it and begin further in. */
function continued(lines: readonly string[], first: number): readonly string[] {
  const depth = indent(lines[first]);
  const rest = lines.slice(first + 1);
  const end = rest.findIndex((line) => line.trim() === '' || indent(line) <= depth);
  return (end < 0 ? rest : rest.slice(0, end)).map((line) => line.trim());
}

function indent(line: string): number {
  return line.length - line.trimStart().length;
}
