/** The system's own picture. */
import { MUTED } from '../screen/style.ts';
import { Surface } from '../screen/surface.ts';
import { pictureOf } from '../views/index.ts';
import type { Panel } from './panel.ts';

export const picture: Panel = {
  title: 'Picture',
  keys: [],
  note({ moment }) {
    const { peers, counts } = moment;
    const { flying } = counts;
    return [
      [`${counts.live} of ${peers.length} running, ${flying} message${flying === 1 ? '' : 's'} in flight`, MUTED],
    ];
  },
  draw({ moment, ui, size, theme }) {
    if (size.columns < 1 || size.rows < 1) return new Surface(size);
    return pictureOf(moment.about.system).draw({
      view: moment.view,
      nowUs: moment.nowUs,
      peers: moment.peers,
      flights: moment.flights,
      losses: moment.losses,
      selected: ui.selected,
      marked: ui.marked,
      message: ui.message,
      lastProcess: moment.lastProcess,
      size,
      theme,
    });
  },
};
