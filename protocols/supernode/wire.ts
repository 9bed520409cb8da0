/**
 * The multicast wire format: one UDP datagram of text, fields divided by `;`.
 *
 *     20  query      <supernode_name>;20;<hash_id>
 *     21  found      <supernode_name>;21;<file_location>              (hardened: …;<file_location>;<hash_id>)
 *     22  not found  <supernode_name>;22;<hash_id>
 *
 * The missing id of the 21 is flaw 1 of the original.
 */
export type Wire =
  | { readonly code: 20; readonly name: string; readonly id: string }
  /** `id` is null in the original's format. */
  | { readonly code: 21; readonly name: string; readonly location: string; readonly id: string | null }
  | { readonly code: 22; readonly name: string; readonly id: string };

/** The text of a datagram. Fields must hold no `;` and no control character, which names, ids and locations never do. */
export function encode(wire: Wire): string {
  switch (wire.code) {
    case 20:
    case 22:
      return `${wire.name};${wire.code};${wire.id}`;
    case 21:
      return wire.id === null ? `${wire.name};21;${wire.location}` : `${wire.name};21;${wire.location};${wire.id}`;
  }
}

/**
 * Reads a datagram, or gives null for one that is malformed: whatever a network may bring, decoding never throws.
 * @param echoesId whether a 21 has the id as a fourth field; then one without it is malformed, and the other way round.
 */
export function decode(text: string, echoesId: boolean): Wire | null {
  const fields = text.split(';');
  if (!fields.every(isField)) return null;
  const [name, code, third, fourth] = fields;
  if (code === '21') {
    if (fields.length !== (echoesId ? 4 : 3)) return null;
    if (!echoesId) return { code: 21, name, location: third, id: null };
    return isId(fourth) ? { code: 21, name, location: third, id: fourth } : null;
  }
  if (fields.length !== 3 || !isId(third)) return null;
  if (code === '20') return { code: 20, name, id: third };
  return code === '22' ? { code: 22, name, id: third } : null;
}

/** A SHA-256 as 64 lower-case hexadecimal digits. */
function isId(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** At least one character, and no control character. */
function isField(text: string): boolean {
  if (text.length === 0) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20 || text.charCodeAt(i) === 0x7f) return false;
  return true;
}
