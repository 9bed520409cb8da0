/** What panels and pictures are given, from a real run that has come so far. */
import type { Plan } from '../../../sim/index.ts';
import type { Scenario } from '../../../sim/scenario/load.ts';
import { initialUi, type Ui } from '../../../tui/model/ui.ts';
import { figuresOf } from '../../../tui/run/figures.ts';
import { type Moment, momentOf } from '../../../tui/run/moment.ts';
import { Player } from '../../../tui/run/player.ts';
import { REAL_TIME } from '../../../tui/run/speed.ts';
import { Texts } from '../../../tui/run/texts.ts';
import type { Size } from '../../../tui/screen/surface.ts';
import { type Theme, themeOf } from '../../../tui/screen/theme.ts';
import type { PictureProps } from '../../../tui/views/view.ts';

export const RELAY_SCENARIO: Scenario = {
  head: 'Shows: numbers go round.',
  title: 'Numbers go round while nodes come and go',
  text: '# Shows: numbers go round.\nsystem: relay\nduration: 10s\n',
  file: 'relay.yaml',
};

export const PLAIN_THEME: Theme = themeOf('none');

/** A player that has come to that virtual time. */
export function playedTo(plan: Plan, timeUs: number): Player {
  const player = new Player(plan);
  player.goToTime(timeUs);
  player.arrive();
  return player;
}

export function momentAt(player: Player, selected: number | null = null, scenario = RELAY_SCENARIO): Moment {
  const { simulation } = player;
  const texts = new Texts(simulation.plan.system, simulation.world);
  return momentOf(player, scenario, texts, figuresOf(simulation), [], { selected, lossesForUs: 0 });
}

export function uiOf(size: Size, changes: Partial<Ui> = {}): Ui {
  const pace = { playing: false, direction: 1, speed: REAL_TIME } as const;
  return { ...initialUi({ size, pace, main: 'picture', depth: 'none', large: false }), ...changes };
}

/** What a picture is given. */
export function pictureProps<View>(
  player: Player,
  size: Size,
  changes: Partial<PictureProps<View>> = {},
): PictureProps<View> {
  const selected = changes.selected ?? null;
  const moment = momentAt(player, selected);
  return {
    view: moment.view as View,
    nowUs: moment.nowUs,
    peers: moment.peers,
    flights: moment.flights,
    losses: moment.losses,
    selected,
    marked: [],
    message: null,
    lastProcess: moment.lastProcess,
    size,
    theme: PLAIN_THEME,
    ...changes,
  };
}
