/** What the comments at the head of a scenario tell people. */
export interface Head {
  /** All lines of the head, without their `#`. */
  readonly head: string;
  /** What follows `Shows:` on its line: the scenario's line in lists. Null without such a line. */
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
  const shows = lines.map((line) => /^ *Shows: *(.+)$/.exec(line)?.[1]).find((found) => found !== undefined);
  return { head: lines.join('\n').trim(), shows: shows ?? null };
}
