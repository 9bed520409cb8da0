import { distance } from 'fastest-levenshtein';

/** The known name that a mistyped one most likely meant, or null if none is near. Case and separators count for little. */
export function nearest(found: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const away = distance(plain(found), plain(name));
    if (away < bestDistance) {
      best = name;
      bestDistance = away;
    }
  }
  const length = Math.max(found.length, best?.length ?? 0);
  const tolerated = length <= 3 ? 1 : Math.ceil(length * 0.4);
  return bestDistance <= tolerated ? best : null;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, '');
}
