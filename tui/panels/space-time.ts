/**
 * Space and time, as one draws it on a blackboard: a column for each node, time downwards, a row for each of the last events, messages as arrows
 * from where they were sent to where they arrived, crosses where they were lost, and what is still on its way reaching towards the present.
 */
import type { Address } from '../../sim/index.ts';
import { lastPassing } from '../model/filter.ts';
import { clockText, type Flight } from '../run/moment.ts';
import type { Entry } from '../run/recorder.ts';
import { Canvas } from '../screen/canvas.ts';
import { ACCENT, BAD, bold, FAINT, MESSAGE, MUTED, PLAIN, type Style, style } from '../screen/style.ts';
import { Surface } from '../screen/surface.ts';
import { clipped, padded, widthOf } from '../screen/width.ts';
import { lookOf } from './log.ts';
import type { Panel, PanelProps } from './panel.ts';

export const spaceTime: Panel = {
  title: 'Space-time',
  keys: [
    ['↑↓', 'node'],
    ['/', 'filter'],
  ],
  note(props) {
    const rows = rowsOf(props);
    const columns = lanesOf(rows, props);
    const others = new Set(rows.flatMap((entry) => [entry.process, entry.peer]).filter((address) => address >= 0));
    const hidden = [...others].filter((address) => !columns.some((lane) => lane.address === address)).length;
    return hidden > 0 ? [[`${hidden} of ${others.size} nodes left out`, FAINT]] : [];
  },
  draw(props) {
    const { size } = props;
    const surface = new Surface(size);
    if (size.rows < 4 || size.columns < 20) return surface;
    const rows = rowsOf(props);
    const lanes = lanesOf(rows, props);
    if (lanes.length === 0) {
      surface.text(1, 0, 'Nothing has happened yet.', MUTED);
      return surface;
    }
    const picture = new Picture(surface, rows, lanes, props);
    picture.draw();
    return surface;
  },
};

interface Lane {
  readonly address: Address;
  readonly x: number;
}

/** For event and time at the left. */
const GUTTER = 11;
const LANE_WIDTH = 8;
/** From this width on the rows say what happened. */
const WORDS_FROM = 60;

function heightOf({ size }: PanelProps): number {
  return size.rows - 2;
}

/** Messages have a row where they arrive; what is nobody's has none. */
function rowsOf(props: PanelProps): readonly Entry[] {
  const { ui, moment } = props;
  const wanted = heightOf(props);
  const candidates = lastPassing(ui.filter, moment.entries, moment.texts, wanted * 4);
  return candidates.filter((entry) => entry.process >= 0 && entry.kind !== 'network').slice(-wanted);
}

function roomOf({ size }: PanelProps): { readonly lanes: number; readonly words: number } {
  const words = size.columns >= WORDS_FROM ? Math.min(40, Math.floor((size.columns - GUTTER) * 0.26)) : 0;
  return { lanes: size.columns - GUTTER - words, words };
}

/** The nodes that the rows are about, in order of address; where there are too many, those of the latest rows. */
function lanesOf(rows: readonly Entry[], props: PanelProps): readonly Lane[] {
  const { ui } = props;
  const { lanes } = roomOf(props);
  const most = Math.max(2, Math.floor(lanes / LANE_WIDTH));
  const chosen = new Set<Address>();
  if (ui.selected !== null) chosen.add(ui.selected);
  for (const address of ui.marked) if (chosen.size < most) chosen.add(address);
  for (let i = rows.length - 1; i >= 0 && chosen.size < most; i--) {
    chosen.add(rows[i].process);
    if (rows[i].peer >= 0 && chosen.size < most) chosen.add(rows[i].peer);
  }
  const addresses = [...chosen].sort((a, b) => a - b);
  const step = Math.min(16, Math.floor(lanes / Math.max(1, addresses.length)));
  return addresses.map((address, index) => ({ address, x: GUTTER + Math.floor(step / 2) + index * step }));
}

class Picture {
  private readonly surface: Surface;
  private readonly canvas: Canvas;
  private readonly rows: readonly Entry[];
  private readonly lanes: ReadonlyMap<Address, number>;
  private readonly props: PanelProps;
  /** Which row shows the event of that sequence number: where its effects were sent. */
  private readonly rowOfSequence = new Map<number, number>();

  constructor(surface: Surface, rows: readonly Entry[], lanes: readonly Lane[], props: PanelProps) {
    this.surface = surface;
    this.rows = rows;
    this.props = props;
    this.lanes = new Map(lanes.map(({ address, x }) => [address, x]));
    this.canvas = new Canvas(surface.columns, surface.rows);
    rows.forEach((entry, index) => {
      if (entry.sequence >= 0 && !this.rowOfSequence.has(entry.sequence)) this.rowOfSequence.set(entry.sequence, index);
    });
  }

  draw(): void {
    this.drawLanes();
    this.rows.forEach((entry, index) => {
      this.drawMessage(entry, index);
    });
    for (const flight of this.props.moment.flights) this.drawFlight(flight);
    this.canvas.drawOn(this.surface);
    this.rows.forEach((entry, index) => {
      this.drawEvent(entry, index);
    });
  }

  private yOf(row: number): number {
    return row + 1;
  }

  private drawLanes(): void {
    const { ui, moment } = this.props;
    for (const [address, x] of this.lanes) {
      const name = clipped(moment.texts.name(address), LANE_WIDTH - 1);
      const look = address === ui.selected ? bold(ACCENT) : ui.marked.includes(address) ? style('warn', 'bold') : MUTED;
      this.surface.text(x - (widthOf(name) >> 1), 0, name, look);
      for (let y = 1; y < this.surface.rows; y++) this.surface.put(x, y, '┊', FAINT);
    }
  }

  private drawMessage(entry: Entry, row: number): void {
    const isMessage = entry.kind === 'message' || entry.kind === 'request' || entry.kind === 'reply';
    if (!isMessage && entry.kind !== 'loss') return;
    const to = this.lanes.get(entry.process);
    const from = this.lanes.get(entry.peer);
    if (to === undefined || from === undefined || to === from) return;
    if (entry.kind === 'loss') this.drawLoss(entry, row, from, to);
    else this.line(from, this.sentAt(entry), to, row, MESSAGE);
  }

  /** The row of the event that sent it; above the first row if that is not shown any more. */
  private sentAt(entry: Entry): number {
    return this.rowOfSequence.get(entry.cause) ?? -1;
  }

  /** Lost when it was sent, it never came further than half-way; dropped on arrival, it came all the way. */
  private drawLoss(entry: Entry, row: number, from: number, to: number): void {
    const isOnTheWay = entry.detail === 'lost' || entry.detail === 'cut' || entry.detail === 'removed';
    if (isOnTheWay) {
      const middle = Math.round((from + to) / 2);
      this.line(from, row, middle, row, BAD);
    } else {
      this.line(from, this.sentAt(entry), to, row, BAD);
    }
  }

  /** From the event that sent it as far as it has come: the present is the line below the last row. */
  private drawFlight(flight: Flight): void {
    const from = this.lanes.get(flight.from);
    const to = this.lanes.get(flight.to);
    if (from === undefined || to === undefined || from === to) return;
    const sent = this.rows.findLastIndex((entry) => entry.timeUs <= flight.sentAtUs && entry.process === flight.from);
    const x = from + (to - from) * flight.progress;
    const isSelected = flight.sequence === this.props.ui.message;
    this.line(from, Math.max(sent, -1), x, this.rows.length, isSelected ? ACCENT : MESSAGE, isSelected ? 1 : 3);
  }

  /** Cells to dots: the middle of a cell. */
  private line(x0: number, row0: number, x1: number, row1: number, look: Style, every = 1): void {
    const dot = (x: number, row: number) =>
      [x * 2 + 0.5, Math.min(this.surface.rows - 1, this.yOf(row)) * 4 + 1.5] as const;
    // What was sent before the first row comes in from above, below the names.
    const [ax, ay] = dot(x0, Math.max(row0, -0.3));
    const [bx, by] = dot(x1, row1);
    this.canvas.line(ax, ay, bx, by, look, look === BAD ? 2 : 1, every);
  }

  private drawEvent(entry: Entry, row: number): void {
    const { moment, ui, theme } = this.props;
    const y = this.yOf(row);
    const isLast = entry.event === moment.events;
    this.surface.text(
      0,
      y,
      `${isLast ? '▸' : ' '}${padded(shortClock(entry.timeUs, moment.about.durationUs), GUTTER - 2)}`,
      isLast ? PLAIN : FAINT,
    );
    const x = this.lanes.get(entry.process);
    if (x !== undefined) {
      const [glyph, look] = lookOf(entry);
      const from = this.lanes.get(entry.peer);
      if (entry.kind === 'loss' && from !== undefined) this.drawCross(entry, y, from, x, theme.glyphs.lost);
      else if (entry.process !== ui.selected) this.surface.put(x, y, glyph, look);
      else this.surface.put(x, y, glyph, bold(look));
      const arrives = entry.kind === 'message' || entry.kind === 'request' || entry.kind === 'reply';
      if (arrives && from !== undefined && from !== x) {
        this.surface.put(x + (from < x ? -1 : 1), y, from < x ? theme.glyphs.right : theme.glyphs.left, MESSAGE);
      }
    }
    this.drawWords(entry, y);
  }

  private drawCross(entry: Entry, y: number, from: number, to: number, cross: string): void {
    const isOnTheWay = entry.detail === 'lost' || entry.detail === 'cut' || entry.detail === 'removed';
    const x = isOnTheWay ? Math.round((from + to) / 2) : to + (from < to ? -1 : 1);
    this.surface.put(x, y, cross, bold(BAD));
  }

  private drawWords(entry: Entry, y: number): void {
    const { words } = roomOf(this.props);
    if (words === 0) return;
    const { moment } = this.props;
    const [, look] = lookOf(entry);
    const x = this.surface.columns - words;
    // Of a node that has no column the words must say whose event it is.
    const whose = this.lanes.has(entry.process) ? '' : `${moment.texts.name(entry.process)}: `;
    this.surface.text(x, y, clipped(whose + moment.texts.entry(entry), words), entry.bad ? look : MUTED);
  }
}

function shortClock(us: number, durationUs: number): string {
  return clockText(us, durationUs).slice(0, GUTTER - 2);
}
