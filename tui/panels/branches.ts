/** The lines of the run: the trunk, and what was branched off it. */
import { keyOf } from '../keys/bindings.ts';
import { ACCENT, bold, CURSOR, FAINT, MUTED, PLAIN, STRONG, WARN } from '../screen/style.ts';
import { type Span, Surface } from '../screen/surface.ts';
import { padded } from '../screen/width.ts';
import { grouped } from './header.ts';
import type { Panel } from './panel.ts';

export const branches: Panel = {
  title: 'Branches',
  keys: [
    ['↑↓', 'choose'],
    ['⏎', 'go there'],
    [keyOf('compare'), 'compare'],
    [keyOf('save branch'), 'save'],
    [keyOf('record'), 'record'],
    [keyOf('to the trunk'), 'trunk'],
  ],
  note: ({ moment }) => [
    ['fingerprint ', MUTED],
    [moment.fingerprint, PLAIN],
    [` after #${grouped(moment.events)}`, MUTED],
  ],
  draw({ moment, ui, size }) {
    const surface = new Surface(size);
    const cursor = Math.min(ui.branch, moment.lines.length - 1);
    let y = 0;
    moment.lines.forEach(({ line, parent, frontier, isCurrent }, index) => {
      const isChosen = ui.focus === 'branches' && index === cursor;
      const spans: Span[] = [
        [isChosen ? '▸ ' : '  ', ACCENT],
        [isCurrent ? '● ' : '○ ', isCurrent ? ACCENT : MUTED],
        [padded(line.name, 10), isCurrent ? bold(ACCENT) : STRONG],
        [`  seen up to #${grouped(frontier)}`, MUTED],
        [parent === null ? '' : `  off the ${parent}`, FAINT],
      ];
      surface.spans(0, y, spans, size.columns);
      if (isChosen) surface.restyle(0, y, size.columns, () => CURSOR);
      y++;
      for (const injection of line.injections) {
        surface.spans(
          6,
          y++,
          [
            ['▾ ', WARN],
            [injection.label, PLAIN],
            [`  after #${grouped(injection.afterEvent)}`, MUTED],
          ],
          size.columns - 6,
        );
      }
    });
    if (moment.lines.length === 1) {
      surface.text(2, y + 1, 'What if …? Do something to the world, and it branches off here:', MUTED);
      surface.spans(2, y + 2, [
        [keyOf('what if'), ACCENT],
        [' crash, restart, cut, partition, lose, start an operation', MUTED],
      ]);
    }
    return surface;
  },
};
