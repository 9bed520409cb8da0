/** The little language of what is expected of a property: `always`, `stable within 2m of the last fault`. */
import { z } from 'zod';
import { expectation } from '../expectation.ts';
import type { Since } from '../plan.ts';
import { DURATION_TEXT, parseDuration } from '../quantities.ts';

/** Like the plan's `Requirement`, with null for the end of the run, which is not known here. */
export type PropertyRequirement =
  | { readonly kind: 'always'; readonly fromUs: number; readonly untilUs: number | null }
  | { readonly kind: 'never' | 'sometimes' | 'violated' }
  | { readonly kind: 'eventually' | 'stable'; readonly withinUs: number; readonly since: Since };

const D = DURATION_TEXT;
const WINDOW = new RegExp(`^always(?: (?:from|after) (?<from>${D}))?(?: until (?<until>${D}))?$`);
const BY = new RegExp(`^(?<kind>eventually|stable) (?:by|after) (?<by>${D})$`);
const WITHIN = new RegExp(
  `^(?<kind>eventually|stable) within (?<within>${D}) of (?:(?<last>the last fault)|the start|(?<since>${D}))$`,
);

export const REQUIREMENT_EXPECTED =
  'always, never, sometimes, violated, "always from 1m until 5m", "eventually by 5m", "stable after 5m", or ' +
  '"eventually (or stable) within 2m of the last fault (or of 5m)"';

/** The requirement that a text states, or null. */
export function parseRequirement(text: string): PropertyRequirement | null {
  const plain = text.trim().replace(/\s+/g, ' ');
  if (plain === 'never' || plain === 'sometimes' || plain === 'violated') return { kind: plain };
  const window = WINDOW.exec(plain)?.groups;
  if (window !== undefined) return always(window.from, window.until);
  const found = BY.exec(plain)?.groups ?? WITHIN.exec(plain)?.groups;
  if (found === undefined) return null;
  const withinUs = parseDuration(found.by ?? found.within);
  const since = found.last === undefined ? instant(found.since) : ({ kind: 'last fault' } as const);
  return withinUs === null || since === null ? null : { kind: found.kind as 'eventually' | 'stable', withinUs, since };
}

function always(from: string | undefined, until: string | undefined): PropertyRequirement | null {
  const fromUs = parseDuration(from ?? '0');
  const untilUs = until === undefined ? null : parseDuration(until);
  return fromUs === null || (until !== undefined && untilUs === null) ? null : { kind: 'always', fromUs, untilUs };
}

function instant(text = '0'): Since | null {
  const us = parseDuration(text);
  return us === null ? null : { kind: 'instant', us };
}

export const requirement = z
  .string({ error: expectation(REQUIREMENT_EXPECTED) })
  .transform((text, ctx): PropertyRequirement => {
    const read = parseRequirement(text);
    if (read !== null) return read;
    ctx.addIssue({ code: 'custom', message: expectation(REQUIREMENT_EXPECTED) });
    return z.NEVER;
  })
  .meta({
    examples: [
      'always',
      'never',
      'sometimes',
      'violated',
      'always from 1m until 5m',
      'eventually by 5m',
      'eventually within 2m of the last fault',
      'stable after 5m',
      'stable within 2m of the last fault',
    ],
  });
