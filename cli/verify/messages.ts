/** What a verifying command and its fresh process say to each other. */
import type { Track } from '../../sim/explore/track.ts';

export interface TrackRequest {
  readonly file: string;
  readonly text: string;
  readonly overrides: readonly string[];
  readonly seed: string;
  readonly untilUs: number | null;
  readonly atMost: number | null;
}

export type TrackAnswer = { readonly track: Track } | { readonly error: string };
