/** System 2: Chord. The protocol is told in `peer.ts`. */
import type { System } from '../../sim/protocol.ts';
import { type ChordSettings, chordSettings, configureChord } from './config.ts';
import { describe } from './describe.ts';
import { type Judged, judge } from './judge.ts';
import { membership } from './membership.ts';
import type { ChordTypes } from './messages.ts';
import { gauges, metrics, summary } from './metrics.ts';
import { operations } from './operations.ts';
import { peer } from './peer.ts';
import { properties } from './properties.ts';
import { variants } from './variants.ts';
import { type ChordView, view } from './view.ts';
import { sizeOf } from './wire.ts';

export const chord: System<ChordTypes, Judged, ChordSettings, ChordView> = {
  name: 'chord',
  title: 'Chord: a ring-shaped distributed hash table for files',
  settings: chordSettings,
  margins: ['successors', 'replicas'],
  variants,
  defaultVariant: 'paper',
  configure: configureChord,
  roles: { peer: { description: 'A place on the ring: server and client alike.', machine: peer } },
  membership,
  operations,
  judge,
  properties,
  metrics,
  gauges,
  summary,
  sizeOf,
  describe,
  view,
};
