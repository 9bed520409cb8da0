/** The screen as Ink shows it: one string for each row, and keys by their names. */
import { Box, type Key, Text, useInput } from 'ink';
import { useSyncExternalStore } from 'react';

/** Rows that change now and then. */
export interface Rows {
  subscribe(listener: () => void): () => void;
  current(): readonly string[];
}

export interface AppProps {
  readonly rows: Rows;
  readonly onKey: (key: string) => void;
}

export function App({ rows, onKey }: AppProps) {
  const shown = useSyncExternalStore(rows.subscribe, rows.current);
  useInput((input, key) => {
    for (const name of keyNames(input, key)) onKey(name);
  });
  return (
    <Box flexDirection="column">
      {shown.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its place on the screen
        <Text key={index} wrap="truncate">
          {row}
        </Text>
      ))}
    </Box>
  );
}

/** The names of the keys that came: several where they came at once, as when a key is held down or text is pasted. */
export function keyNames(input: string, key: Key): readonly string[] {
  if (key.eventType === 'release') return [];
  const special = specialKey(key);
  if (special !== null) return [special];
  if (key.ctrl && input.length > 0) return [`ctrl+${input}`];
  return [...input].map((character) => CHARACTERS[character] ?? character);
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
