/** Things that should not happen, counted, with the first of them kept for people. */
export interface Incidents {
  readonly count: number;
  readonly first: string | null;
}

export const NO_INCIDENTS: Incidents = { count: 0, first: null };

export function oneMore(incidents: Incidents, text: string): Incidents {
  return { count: incidents.count + 1, first: incidents.first ?? text };
}

const NAMES_SHOWN = 5;

/** A list of names for a sentence; a long one is cut short. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  return names.length <= NAMES_SHOWN ? shown : `${shown} and ${names.length - NAMES_SHOWN} more`;
}
