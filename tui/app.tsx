/** What Ink does for the dashboard: it reads the keys, and gives them their names. */
import { type Key, useInput } from 'ink';

export interface AppProps {
  readonly onKey: (key: string) => void;
}

export function App({ onKey }: AppProps) {
  useInput((input, key) => {
    for (const name of keyNames(input, key)) onKey(name);
  });
  return null;
}

/** The names of the keys that came: several where they came at once, as when a key is held down or text is pasted. */
export function keyNames(input: string, key: Key): readonly string[] {
  if (key.eventType === 'release') return [];
  const special = specialKey(key);
  if (special !== null) return [special];
  if (key.ctrl && input.length > 0) return [`ctrl+${input}`];
  const typed = [...input].map((character) => CHARACTERS[character] ?? character);
  // The escape key and the next one right after it look like that one with alt.
  return key.meta ? ['escape', ...typed] : typed;
}

const CHARACTERS: Readonly<Record<string, string>> = { ' ': 'space', '\r': 'enter', '\n': 'enter', '\t': 'tab' };

function specialKey(key: Key): string | null {
  if (key.return) return 'enter';
  if (key.escape) return 'escape';
  if (key.tab) return key.shift ? 'shift+tab' : 'tab';
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.leftArrow) return 'left';
  if (key.rightArrow) return 'right';
  if (key.pageUp) return 'pageup';
  if (key.pageDown) return 'pagedown';
  if (key.home) return 'home';
  if (key.end) return 'end';
  if (key.backspace) return 'backspace';
  if (key.delete) return 'delete';
  return null;
}
