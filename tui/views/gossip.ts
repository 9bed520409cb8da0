/**
 * Gossip: who knows how much of whom. The matrix has a row for each peer and a column for each origin; a full cell is fresh, and the fainter it is
 * the staler. Metadata that is on its way to a peer that lacks it is a dot in the cell that it will fill. Beside it stands the curve of the newest update
 * (of the selected origin, if one is selected), and the ring of all peers with every message between them.
 */
import type { Cell, GossipView, PeerView, UpdateView } from '../../protocols/gossip/view.ts';
import type { Address } from '../../sim/index.ts';
import { type Moment, shortDuration } from '../run/moment.ts';
import { Canvas, onCurve, onEllipse, type Point, plot } from '../screen/canvas.ts';
import { type LabelPlace, placeLabel } from '../screen/labels.ts';
import {
  ACCENT,
  BAD,
  bold,
  FAINT,
  GOOD,
  INFO,
  MESSAGE,
  MUTED,
  PLAIN,
  ramp,
  STRONG,
  type Style,
  style,
  WARN,
} from '../screen/style.ts';
import { type Size, type Span, Surface } from '../screen/surface.ts';
import { statusGlyph, statusTone } from '../screen/theme.ts';
import { clipped, widthOf } from '../screen/width.ts';
import { statusLegend } from './fallback.ts';
import { counted, isSingledOut, type Line, lengthOf, markSpan, nameStyle, statusSpan } from './parts.ts';
import type { PictureProps, SystemPicture } from './view.ts';

type Props = PictureProps<GossipView>;

export const gossip: SystemPicture<GossipView> = {
  draw(props) {
    const { size } = props;
    const surface = new Surface(size);
    if (size.columns < BESIDE_FROM) {
      // Too narrow for a curve: the coverage as a line above the matrix.
      if (size.rows > 6) surface.lay(coverageLine(props, { columns: size.columns, rows: 1 }), 0, 0);
      const top = size.rows > 6 ? 1 : 0;
      surface.lay(matrix(props, { columns: size.columns, rows: size.rows - top }), 0, top);
      return surface;
    }
    const most = size.columns - 2 - Math.max(SIDE_LEAST, Math.min(40, Math.floor(size.columns * 0.36)));
    const grid = gridOf(props, { columns: most, rows: size.rows });
    const x = Math.min(most, Math.max(grid.width, Math.floor(size.columns * 0.4))) + 2;
    surface.lay(matrix(props, { columns: x - 2, rows: size.rows }), 0, 0);
    surface.lay(side(props, { columns: size.columns - x, rows: size.rows }), x, 0);
    return surface;
  },
  legend: (theme) => [
    ...LEVELS.slice(0, 4).map(
      ({ glyph, tone, words }): Line => [
        [glyph, style(tone)],
        [`The row's peer holds ${words} of the column's.`, PLAIN],
      ],
    ),
    [
      ['·', FAINT],
      ['It holds nothing of it.', PLAIN],
    ],
    [
      [OWN, INFO],
      ['Its own.', PLAIN],
    ],
    [
      [DEAD, WARN],
      ['It holds something of a dead peer; the redder, the nearer to its expiry.', PLAIN],
    ],
    [
      ['?', WARN],
      ['It suspects a peer that lives.', PLAIN],
    ],
    [
      [theme.glyphs.datagram, MESSAGE],
      ['In the matrix: on its way to one who lacks it. On the ring: any message.', PLAIN],
    ],
    [
      [HOT, MESSAGE],
      ['It has a hot rumor: it is infective.', PLAIN],
    ],
    ...statusLegend(theme),
  ],
};

/** Columns from which the curve and the ring stand beside the matrix. */
const BESIDE_FROM = 44;
const SIDE_LEAST = 16;

const OWN = '■';
const DEAD = 'x';
const HOT = '*';

/** From fresh to nothing. */
const LEVELS = [
  { glyph: '█', tone: 'ramp0', words: 'the newest version' },
  { glyph: '▓', tone: 'ramp2', words: 'the version before' },
  { glyph: '▒', tone: 'ramp3', words: 'a version two or three behind' },
  { glyph: '░', tone: 'ramp4', words: 'an older version' },
  { glyph: '·', tone: 'faint', words: 'nothing' },
] as const;

// --- The matrix ---

/** How the matrix is cut into cells: each is so many peers by so many origins, and so many columns by so many rows large. */
interface Grid {
  readonly labels: number;
  readonly top: number;
  readonly bottom: number;
  readonly peersPerRow: number;
  readonly originsPerColumn: number;
  readonly cellColumns: number;
  readonly cellRows: number;
  readonly across: number;
  readonly down: number;
  /** Columns in all. */
  readonly width: number;
}

/** Status, mark and hot rumor stand before and after a name. */
const LABEL_EXTRAS = 4;
const LONGEST_NAME = 10;

function gridOf({ view, theme }: Props, { columns, rows }: Size): Grid {
  const names = Math.min(LONGEST_NAME, Math.max(2, ...view.peers.map(({ name }) => widthOf(name))));
  const labels = names + LABEL_EXTRAS;
  const top = rows >= 8 ? 3 : 1;
  const bottom = rows >= 14 ? 2 : 0;
  const room: Size = { columns: Math.max(1, columns - labels), rows: Math.max(1, rows - top - bottom) };
  const peers = Math.max(1, view.matrix.rows.length);
  const origins = Math.max(1, view.matrix.columns.length);
  // With large type a cell has at least two columns.
  const least = theme.large ? 2 : 1;
  const peersPerRow = Math.ceil(peers / room.rows);
  const originsPerColumn = Math.ceil(origins / Math.max(1, Math.floor(room.columns / least)));
  const down = Math.ceil(peers / peersPerRow);
  const across = Math.ceil(origins / originsPerColumn);
  const cellRows = Math.max(1, Math.min(3, Math.floor(room.rows / down)));
  const cellColumns = Math.max(least, Math.min(2 * cellRows, Math.floor(room.columns / across)));
  const width = labels + Math.max(across * cellColumns, 12);
  return { labels, top, bottom, peersPerRow, originsPerColumn, cellColumns, cellRows, across, down, width };
}

function matrix(props: Props, size: Size): Surface {
  const surface = new Surface(size);
  const grid = gridOf(props, size);
  if (props.view.matrix.rows.length === 0) {
    surface.text(1, 0, 'Nobody is there.', MUTED);
    return surface;
  }
  surface.spans(0, 0, titleLine(props, grid, size.columns), size.columns);
  if (grid.top > 1) drawOrigins(surface, props, grid);
  drawPeers(surface, props, grid);
  drawCells(surface, props, grid);
  if (grid.across === 0) {
    const [x, y] = [grid.labels, grid.top + (grid.down >> 1)];
    surface.text(x, y, 'None of these has', MUTED);
    surface.text(x, y + 1, 'made anything yet.', MUTED);
  }
  if (grid.bottom > 0) surface.spans(0, size.rows - 1, keyLine(props, size.columns), size.columns);
  return surface;
}

function titleLine({ view, peers }: Props, { peersPerRow, originsPerColumn }: Grid, columns: number): Line {
  const shown = view.matrix.rows.length;
  const notes: Span[] = [];
  if (shown < peers.length) notes.push([`  ${shown} of ${peers.length}`, WARN]);
  if (peersPerRow * originsPerColumn > 1) notes.push([`  ${peersPerRow}×${originsPerColumn} a cell`, MUTED]);
  const long: Line = [['Peers ', ACCENT], ['↓ ', MUTED], ['know of origins ', ACCENT], ['→', MUTED], ...notes];
  const short: Line = [['Peers×origins', ACCENT], ...notes];
  const terse: Line = [
    ['↓×→', ACCENT],
    ...notes.map(([text, look]): Span => [text.replace(' a cell', '').replace(' of ', '/'), look]),
  ];
  const arrows: Line = [['↓×→', ACCENT], ...notes];
  return [long, short, arrows].find((line) => lengthOf(line) <= columns) ?? terse;
}

/** Names above their columns, as many as do not collide, and below them who does not run. */
function drawOrigins(surface: Surface, props: Props, grid: Grid): void {
  const { view, peers, theme } = props;
  const { labels, cellColumns, originsPerColumn, across } = grid;
  const columnOf = (index: number) => labels + Math.floor(index / originsPerColumn) * cellColumns;
  const wanted = view.matrix.columns.map((address, index) => ({ address, index }));
  // Those singled out find room first.
  const ranked = [
    ...wanted.filter(({ address }) => isSingledOut(props, address)),
    ...wanted.filter(({ index }) => index % originsPerColumn === 0),
  ];
  for (const { address, index } of ranked) {
    const [mark] = markSpan(props, address);
    const name = `${mark.trim()}${clipped(peers[address]?.name ?? '', LONGEST_NAME)}`;
    const x = columnOf(index);
    if (x + widthOf(name) > surface.columns || !surface.isFree(x, 1, widthOf(name) + 1)) {
      if (x + widthOf(name) !== surface.columns || !surface.isFree(x, 1, widthOf(name))) continue;
    }
    if (x > labels && !surface.isFree(x - 1, 1)) continue;
    surface.text(x, 1, name, nameStyle(props, address, peers[address]?.status ?? 'gone'));
  }
  for (let column = 0; column < across; column++) {
    const group = view.matrix.columns.slice(column * originsPerColumn, (column + 1) * originsPerColumn);
    const x = labels + column * cellColumns;
    const away = group.map((address) => peers[address]?.status ?? 'gone').find((status) => status !== 'up');
    if (group.some((address) => isSingledOut(props, address))) surface.put(x, 2, theme.glyphs.fault, bold(ACCENT));
    else if (away !== undefined) surface.put(x, 2, statusGlyph(away), style(statusTone(away)));
    else surface.put(x, 2, '╷', FAINT);
  }
}

/** A heading for each row; of a row of several peers, the one that matters most. */
function drawPeers(surface: Surface, props: Props, grid: Grid): void {
  const { view } = props;
  for (let row = 0; row < grid.down; row++) {
    const group = view.peers.slice(row * grid.peersPerRow, (row + 1) * grid.peersPerRow);
    const peer = headOf(group, props);
    if (peer === undefined) continue;
    const y = grid.top + row * grid.cellRows;
    const more = group.length > 1 ? '+' : '';
    const isHot = group.some(({ infective }) => infective);
    const name = clipped(peer.name, grid.labels - LABEL_EXTRAS);
    surface.spans(0, y, [markSpan(props, peer.address), statusSpan(peer.status)]);
    surface.spans(2, y, [
      [name, nameStyle(props, peer.address, peer.status)],
      [more, FAINT],
    ]);
    if (isHot) surface.put(grid.labels - 1, y, HOT, bold(MESSAGE));
  }
}

function headOf(group: readonly PeerView[], props: Props): PeerView | undefined {
  return (
    group.find(({ address }) => address === props.selected) ??
    group.find(({ address }) => props.marked.includes(address)) ??
    group.find(({ status }) => status !== 'up') ??
    group[0]
  );
}

function drawCells(surface: Surface, props: Props, grid: Grid): void {
  const { cells } = props.view.matrix;
  const coming = onTheWay(props);
  for (let row = 0; row < grid.down; row++) {
    for (let column = 0; column < grid.across; column++) {
      const group: Cell[] = [];
      let isComing = false;
      for (let i = row * grid.peersPerRow; i < Math.min(cells.length, (row + 1) * grid.peersPerRow); i++) {
        const from = column * grid.originsPerColumn;
        for (let j = from; j < Math.min(cells[i].length, from + grid.originsPerColumn); j++) {
          group.push(cells[i][j]);
          isComing ||= coming.has(i * cells[i].length + j);
        }
      }
      const [glyph, look] = cellLook(group);
      const x = grid.labels + column * grid.cellColumns;
      const y = grid.top + row * grid.cellRows;
      for (let dy = 0; dy < grid.cellRows; dy++) {
        surface.horizontal(x, y + dy, glyph === '·' ? 1 : grid.cellColumns, glyph, look);
        if (glyph === '·') surface.horizontal(x + 1, y + dy, grid.cellColumns - 1, ' ', look);
      }
      if (isComing) {
        surface.put(x + ((grid.cellColumns - 1) >> 1), y + ((grid.cellRows - 1) >> 1), '•', bold(MESSAGE));
      }
    }
  }
}

/** Cells that a message on its way will freshen, as row × columns + column. */
function onTheWay({ view }: Props): ReadonlySet<number> {
  const { rows, columns, cells } = view.matrix;
  const rowOf = new Map(rows.map((address, index) => [address, index]));
  const columnOf = new Map(columns.map((address, index) => [address, index]));
  const found = new Set<number>();
  for (const { to, what, about } of view.talk) {
    if (what !== 'metadata' && what !== 'entries' && what !== 'rumors') continue;
    const row = rowOf.get(to);
    if (row === undefined) continue;
    for (const origin of about) {
      const column = columnOf.get(origin);
      if (column === undefined) continue;
      const cell = cells[row][column];
      const isLacking = cell.kind === 'nothing' || (cell.kind === 'held' && cell.behind > 0);
      if (isLacking) found.add(row * columns.length + column);
    }
  }
  return found;
}

/** One cell for all of a group: the mean of what is held, unless something is wrong in it. */
function cellLook(group: readonly Cell[]): Span {
  const alive = group.filter(({ kind }) => kind !== 'down');
  if (alive.length === 0) return [' ', PLAIN];
  const dead = alive.filter((cell) => cell.kind === 'held' && cell.originDead);
  if (dead.length * 2 > alive.length) {
    const aged = Math.max(...dead.map((cell) => (cell.kind === 'held' ? cell.aged : 0)));
    return [DEAD, style(ramp(0.5 + aged / 2))];
  }
  if (alive.some((cell) => cell.kind === 'held' && cell.suspected && !cell.originDead)) return ['?', bold(WARN)];
  if (alive.every(({ kind }) => kind === 'own')) return [OWN, INFO];
  const others = alive.filter(({ kind }) => kind !== 'own');
  const mean = others.reduce((sum, cell) => sum + levelOf(cell), 0) / others.length;
  const { glyph, tone } = LEVELS[Math.round(mean)];
  return [glyph, style(tone)];
}

function levelOf(cell: Cell): number {
  if (cell.kind !== 'held') return LEVELS.length - 1;
  return cell.behind <= 1 ? cell.behind : cell.behind <= 3 ? 2 : 3;
}

/** What the shades mean, and about whom one asks. */
function keyLine(props: Props, columns: number): Line {
  const peer = props.view.peers.find(({ address }) => address === props.selected);
  if (peer !== undefined) return peerLine(peer, props);
  const long: Line = [
    ...LEVELS.flatMap(({ glyph, tone }, index): Span[] => [
      [glyph, style(tone)],
      [[' fresh  ', ' 1 behind  ', ' 2–3  ', ' more  ', ' nothing'][index], MUTED],
    ]),
    [`  ${OWN}`, INFO],
    [' own', MUTED],
    [`  ${DEAD}`, WARN],
    [' of the dead', MUTED],
  ];
  const middle = long.slice(0, 10);
  const short: Line = [
    ['fresh ', MUTED],
    ...LEVELS.map(({ glyph, tone }): Span => [glyph, style(tone)]),
    [' nothing', MUTED],
  ];
  return [long, middle].find((line) => lengthOf(line) <= columns) ?? short;
}

function peerLine({ name, version, files, known, suspects, infective }: PeerView, { view }: Props): Line {
  const line: Span[] = [
    [name, bold(ACCENT)],
    [version < 0 ? ' not looked' : ` v${version}`, STRONG],
    [` ${counted(files, 'file')}`, PLAIN],
    [` knows ${known}`, known + 1 >= view.matrix.columns.length ? GOOD : WARN],
  ];
  if (suspects > 0) line.push([` suspects ${suspects}`, WARN]);
  if (infective) line.push([' hot', MESSAGE]);
  return line;
}

// --- The curve ---

function side(props: Props, size: Size): Surface {
  const surface = new Surface(size);
  const curveRows = size.rows >= 16 ? Math.min(14, Math.floor(size.rows * 0.42)) : size.rows;
  surface.lay(curve(props, { columns: size.columns, rows: curveRows }), 0, 0);
  const y = curveRows + (size.rows >= 22 ? 1 : 0);
  if (size.rows >= 16) surface.lay(talk(props, { columns: size.columns, rows: size.rows - y }), 0, y);
  return surface;
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

function updateSpans({ name, version, coverage }: UpdateView): Line {
  return [
    [name, bold(ACCENT)],
    [` v${version} `, MUTED],
    [`${percent(coverage)}`, bold(coverage >= 1 ? GOOD : STRONG)],
  ];
}

/** For pictures without room for a curve. */
function coverageLine({ view, nowUs }: Props, size: Size): Surface {
  const surface = new Surface(size);
  const { update } = view;
  if (update === null) {
    surface.text(0, 0, 'no update yet', MUTED);
    return surface;
  }
  const end = surface.spans(0, 0, updateSpans(update));
  const after = ` ${shortDuration(nowUs - update.madeAtUs)}`;
  const room = Math.max(0, size.columns - end - 1 - widthOf(after));
  const full = Math.round(room * update.coverage);
  surface.spans(end + 1, 0, [
    ['█'.repeat(full), GOOD],
    ['░'.repeat(room - full), FAINT],
    [after, MUTED],
  ]);
  return surface;
}

/** Coverage over time: how much of the live peers an update has reached since it was made. */
function curve({ view, nowUs }: Props, size: Size): Surface {
  const surface = new Surface(size);
  const { update } = view;
  surface.spans(0, 0, [['Coverage', ACCENT]]);
  if (update === null) {
    surface.text(0, 1, 'no update yet', MUTED);
    return surface;
  }
  const own = updateSpans(update);
  const beside = size.columns >= 11 + lengthOf(own);
  if (beside) surface.spans(size.columns - lengthOf(own), 0, own);
  else surface.spans(0, 1, own, size.columns);
  const top = beside ? 1 : 2;
  const axis = 5;
  const area: Size = { columns: size.columns - axis, rows: size.rows - top - 1 };
  if (area.columns < 6 || area.rows < 2) return surface;
  const ageUs = nowUs - update.madeAtUs;
  const lastUs = update.curve.at(-1)?.afterUs ?? 0;
  const isComplete = (update.curve.at(-1)?.share ?? 0) >= 1;
  // A little more than it took, or all the time that it has had.
  const spanUs = Math.max(1, isComplete ? Math.min(ageUs, Math.ceil(lastUs * 1.2)) : ageUs);
  const points = area.columns * 2;
  const shares = Array.from({ length: points }, (_, i) => shareAt(update, (spanUs * i) / Math.max(1, points - 1)));
  surface.lay(plot(shares, area.columns, area.rows, GOOD, 0, 1), axis, top);
  surface.text(0, top, '100%┤', FAINT);
  for (let y = 1; y < area.rows; y++) surface.text(4, top + y, '│', FAINT);
  if (area.rows >= 5) surface.text(0, top + (area.rows >> 1), ' 50%┤', FAINT);
  surface.text(4, top + area.rows, '└', FAINT);
  const until = shortDuration(spanUs);
  surface.text(axis, top + area.rows, '─'.repeat(Math.max(0, area.columns - widthOf(until) - 1)), FAINT);
  surface.textEndingAt(size.columns, top + area.rows, until, MUTED);
  return surface;
}

/** Between the milestones the curve is drawn straight. */
function shareAt({ curve, coverage }: UpdateView, afterUs: number): number {
  let before = { afterUs: 0, share: 0 };
  for (const point of curve) {
    if (point.afterUs > afterUs) {
      const length = point.afterUs - before.afterUs;
      return before.share + ((point.share - before.share) * (afterUs - before.afterUs)) / Math.max(1, length);
    }
    before = point;
  }
  return curve.length === 0 ? coverage : before.share;
}

// --- Who talks to whom ---

/** More whole ways than this at once are a tangle: then each message draws a tail only. */
const MOST_WAYS = 8;
const TAIL = 0.2;
const MOST_TAILS = 60;

function talk(props: Props, size: Size): Surface {
  const surface = new Surface(size);
  const { view, flights, losses, peers, theme } = props;
  const infective = view.peers.filter((peer) => peer.infective).length;
  const title: Span[] = [
    [String(view.talk.length), STRONG],
    [' on the way', ACCENT],
  ];
  if (losses.length > 0) title.push([`  ${losses.length} lost`, BAD]);
  const seen = view.peers.length < peers.length ? ` of ${view.peers.length}` : '';
  if (infective > 0) title.push([`  ${infective}${seen} hot`, MESSAGE]);
  surface.spans(0, 0, title, size.columns);
  if (size.rows < 6 || peers.length === 0) return surface;
  const ring = new Surface({ columns: size.columns, rows: size.rows - 1 });
  const canvas = new Canvas(ring.columns, ring.rows);
  const tall = canvas.height / 2 - 5;
  const roomy = Math.max(3, Math.min(tall, canvas.width / 2 - 10));
  const isCrowded = peers.length > roomy * 1.5;
  // Where there is no room for all names, the ring takes most of their room.
  const radius = isCrowded ? Math.max(3, Math.min(tall, canvas.width / 2 - 7)) : roomy;
  const centre: Point = { x: canvas.width / 2, y: canvas.height / 2 };
  const at = (address: Address, by = 0) =>
    onEllipse(centre, { x: radius + by, y: radius + by }, address / peers.length);
  const cell = ({ x, y }: Point): Point => ({ x: Math.floor(x / 2), y: Math.floor(y / 4) });
  const way = (from: Address, to: Address, share: number): Point => onCurve(at(from), centre, at(to), share);

  const shown = [...flights].sort((a, b) => importance(b, props) - importance(a, props));
  for (const flight of shown.slice(0, MOST_TAILS)) {
    const isChosen = importance(flight, props) > 0;
    const isWhole = isChosen || flights.length <= MOST_WAYS;
    const look = flight.sequence === props.message ? ACCENT : isChosen ? MESSAGE : FAINT;
    const steps = Math.ceil(radius * 2);
    for (let i = 0; i <= steps; i++) {
      const share = i / steps;
      // What lies behind a message is solid, what lies before it dotted.
      if (share > flight.progress && (!isWhole || i % 4 !== 0)) continue;
      if (!isWhole && share < flight.progress - TAIL) continue;
      const { x, y } = way(flight.from, flight.to, share);
      canvas.dot(x, y, look, isChosen ? 2 : 1);
    }
  }
  canvas.arc(centre, { x: radius, y: radius }, 0, 1, FAINT, 0, 4);
  canvas.drawOn(ring);
  drawRingPeers(ring, props, (address, by = 0) => cell(at(address, by)), isCrowded);
  for (const flight of [...shown].reverse()) {
    const { x, y } = cell(way(flight.from, flight.to, flight.progress));
    const isChosen = flight.sequence === props.message;
    ring.put(x, y, theme.glyphs.datagram, bold(isChosen ? ACCENT : MESSAGE));
  }
  for (const { from, to, isOnTheWay } of losses) {
    const { x, y } = cell(way(from, to, isOnTheWay ? 0.5 : 0.9));
    ring.put(x, y, theme.glyphs.lost, bold(BAD));
  }
  surface.lay(ring, 0, 1);
  return surface;
}

function importance({ sequence, from, to }: Moment['flights'][number], { message, selected }: Props): number {
  return sequence === message ? 2 : from === selected || to === selected ? 1 : 0;
}

/** Who is not an ordinary live peer is drawn last, so that nothing hides it. */
function drawRingPeers(
  ring: Surface,
  props: Props,
  place: (address: Address, by?: number) => Point,
  isCrowded: boolean,
): void {
  const { peers, lastProcess } = props;
  const hot = new Set(props.view.peers.filter(({ infective }) => infective).map(({ address }) => address));
  const rank = (address: Address): number => {
    if (address === props.selected) return 4;
    if (props.marked.includes(address)) return 3;
    return peers[address].status !== 'up' ? 2 : hot.has(address) ? 1 : 0;
  };
  const ranked = [...peers].sort((a, b) => rank(a.address) - rank(b.address));
  for (const { address, status } of ranked) {
    const { x, y } = place(address);
    const [glyph, look] = ringLook(props, address, hot.has(address));
    if (isCrowded && rank(address) === 0) ring.put(x, y, '·', address === lastProcess ? STRONG : GOOD);
    else ring.put(x, y, status === 'up' || address === props.selected ? glyph : statusGlyph(status), look);
  }
  for (const { address, name, status } of ranked.reverse()) {
    if (isCrowded && rank(address) < 2) break;
    const [mark] = markSpan(props, address);
    const anchor = place(address);
    const places = [7, 5, 9].flatMap((by) => labelPlaces(anchor, place(address, by)));
    placeLabel(ring, anchor, `${mark.trim()}${clipped(name, 8)}`, nameStyle(props, address, status), places);
  }
}

function labelPlaces(anchor: Point, out: Point): readonly LabelPlace[] {
  const [x, y] = [out.x - anchor.x, out.y - anchor.y];
  const above: LabelPlace = { x: 0, y, align: 'centre' };
  if (x === 0) return [above];
  return [{ x: x > 0 ? 2 : -2, y, align: x > 0 ? 'left' : 'right' }, above];
}

function ringLook({ selected, marked, peers, theme }: Props, address: Address, isHot: boolean): Span {
  const { status } = peers[address];
  if (address === selected) return ['◉', bold(ACCENT)];
  if (marked.includes(address)) return [theme.glyphs.marked, bold(WARN)];
  if (isHot && status === 'up') return [HOT, bold(MESSAGE)];
  return [statusGlyph(status), style(statusTone(status)) as Style];
}
