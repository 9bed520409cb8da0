const PREFIX = 'expected ';

/** The message of a schema's error that says what should have been there; the loader takes it apart again. */
export function expectation(expected: string): string {
  return PREFIX + expected;
}

/** What `expectation` was made of, or null for another message. */
export function expectationIn(message: string): string | null {
  return message.startsWith(PREFIX) ? message.slice(PREFIX.length) : null;
}
