/** The picture of any system: its processes as a grid, and what is on its way below. */
import { FAINT, inverted, MESSAGE, MUTED, PLAIN, STRONG, style } from '../screen/style.ts';
import { type Span, Surface } from '../screen/surface.ts';
import { statusGlyph, statusTone, type Theme } from '../screen/theme.ts';
import { padded, widthOf } from '../screen/width.ts';
import type { PictureProps, SystemPicture } from './view.ts';

export const fallback: SystemPicture = {
  draw(props) {
    const { size, flights, peers } = props;
    const surface = new Surface(size);
    const wanted = gridRows(props, size.rows);
    const rows = Math.max(Math.min(wanted, size.rows), Math.min(wanted, Math.floor(size.rows * 0.6)));
    const flightRows = Math.max(0, Math.min(size.rows - rows - 2, flights.length));
    grid(surface, props, size.rows - (flightRows > 0 ? flightRows + 2 : 0));
    if (flightRows > 0) travelling(surface, props, size.rows - flightRows - 1, flightRows);
    if (peers.length === 0) surface.text(1, 0, 'Nobody is there.', MUTED);
    return surface;
  },
  legend: statusLegend,
};

/** What the glyphs of a process's status mean. */
export function statusLegend(theme: Theme): readonly (readonly Span[])[] {
  const line = (glyph: string, tone: Parameters<typeof style>[0], words: string): readonly Span[] => [
    [glyph, style(tone)],
    [words, PLAIN],
  ];
  return [
    line(theme.glyphs.up, 'good', 'It runs.'),
    line(theme.glyphs.paused, 'warn', 'It is paused, and notices nothing.'),
    line(theme.glyphs.down, 'bad', 'It has crashed.'),
    line(theme.glyphs.gone, 'faint', 'It has left for good.'),
    line(theme.glyphs.marked, 'warn', 'It is marked, for a partition.'),
    line(theme.glyphs.lost, 'bad', 'A message was lost here.'),
  ];
}

function cellWidth({ peers, theme }: PictureProps): number {
  const widest = peers.reduce((most, { name }) => Math.max(most, widthOf(name)), 0);
  return Math.min(24, widest) + (theme.large ? 7 : 5);
}

function perRow(props: PictureProps): number {
  return Math.max(1, Math.floor((props.size.columns - 1) / cellWidth(props)));
}

function gridRows(props: PictureProps, most: number): number {
  return Math.min(most, Math.ceil(props.peers.length / perRow(props)));
}

function grid(surface: Surface, props: PictureProps, rows: number): void {
  const { peers, selected, marked, lastProcess, theme, losses, flights } = props;
  const width = cellWidth(props);
  const across = perRow(props);
  const room = across * rows;
  const first = firstShown(peers.length, room, across, selected);
  const senders = new Set(flights.map(({ from }) => from));
  const crossed = new Set(losses.map(({ to }) => to));
  peers.slice(first, first + room).forEach((peer, index) => {
    const x = 1 + (index % across) * width;
    const y = Math.floor(index / across);
    const isSelected = peer.address === selected;
    const isMarked = marked.includes(peer.address);
    surface.text(x, y, isSelected ? '▸' : isMarked ? theme.glyphs.marked : ' ', style(isMarked ? 'warn' : 'accent'));
    surface.put(x + 1, y, statusGlyph(peer.status), style(statusTone(peer.status)));
    const look = peer.status === 'up' ? (peer.address === lastProcess ? STRONG : PLAIN) : MUTED;
    const end = surface.text(x + 3, y, padded(peer.name, Math.min(24, widthOf(peer.name))), look);
    if (crossed.has(peer.address)) surface.put(end, y, theme.glyphs.lost, style('bad', 'bold'));
    else if (senders.has(peer.address)) surface.put(end, y, theme.glyphs.datagram, MESSAGE);
    if (isSelected) surface.restyle(x + 3, y, end - x - 3, inverted);
  });
  const more = peers.length - first - room;
  if (more > 0 || first > 0) surface.textEndingAt(surface.columns, rows - 1, ` +${peers.length - room} more`, FAINT);
}

/** The window of processes that holds the selected one. */
function firstShown(count: number, room: number, across: number, selected: number | null): number {
  if (count <= room || selected === null) return 0;
  const row = Math.floor(selected / across);
  const rows = Math.floor(room / across);
  const lastRow = Math.ceil(count / across) - rows;
  return Math.max(0, Math.min(row - (rows >> 1), lastRow)) * across;
}

/** Messages with how far they are; as many as there is room for. */
function travelling(surface: Surface, props: PictureProps, y: number, rows: number): void {
  const { flights, peers, message, theme, size } = props;
  surface.text(1, y - 1, `On their way: ${flights.length}`, FAINT);
  const name = (address: number) => peers[address]?.name ?? '?';
  const width = Math.max(
    1,
    ...flights.slice(0, rows).map(({ from, to }) => Math.max(widthOf(name(from)), widthOf(name(to)))),
  );
  const bar = Math.max(6, Math.min(24, Math.floor(size.columns / 4)));
  flights.slice(0, rows).forEach((flight, index) => {
    const row = y + index;
    const isSelected = flight.sequence === message;
    const done = Math.min(bar - 1, Math.floor(flight.progress * bar));
    const glyph = theme.glyphs[flight.transport];
    const end = surface.spans(1, row, [
      [isSelected ? '▸' : ' ', style('accent')],
      [padded(name(flight.from), width, 'right'), PLAIN],
      [' ', PLAIN],
      ['─'.repeat(done), MESSAGE],
      [glyph, style('message', 'bold')],
      ['┄'.repeat(bar - 1 - done), FAINT],
      ['▸ ', FAINT],
      [padded(name(flight.to), width), PLAIN],
      ['  ', PLAIN],
    ]);
    surface.text(end, row, flight.text, isSelected ? STRONG : MUTED, size.columns - end);
  });
}
