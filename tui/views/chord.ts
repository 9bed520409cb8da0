/**
 * Chord: the ring. Members stand at their identifiers, clockwise from the top. Where a peer's successor is the right one the ring is drawn solid up
 * to it, and dotted where it is not; a wrong pointer is a curve across. Inside run the fingers of the selected peer, lookups hop by hop, and
 * whatever else travels. Beside the ring, where there is room, stand the tables of the selected peer, or the lookups and what is wrong.
 */
import type { ChordView, LookupView, PeerView, PointerView, SelectedView } from '../../protocols/chord/view.ts';
import type { Address } from '../../sim/index.ts';
import { Canvas, onCurve, onEllipse, type Point } from '../screen/canvas.ts';
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
  STRONG,
  type Style,
  style,
  WARN,
} from '../screen/style.ts';
import { type Size, type Span, Surface } from '../screen/surface.ts';
import type { Theme } from '../screen/theme.ts';
import { clipped, padded, widthOf } from '../screen/width.ts';
import { statusLegend } from './fallback.ts';
import type { PictureProps, SystemPicture } from './view.ts';

export const chord: SystemPicture<ChordView> = {
  draw(props) {
    const surface = new Surface(props.size);
    const ringSize = ringPart(props.size, props.theme);
    surface.lay(new Ring(props, ringSize).draw(), 0, 0);
    const x = ringSize.columns + 1;
    const beside: Size = { columns: props.size.columns - x, rows: props.size.rows };
    if (beside.columns >= BESIDE_FROM) surface.lay(tables(props, beside), x, 0);
    return surface;
  },
  legend: (theme) => [
    [
      [theme.glyphs.up, GOOD],
      ['A member; ○ is one that no ring goes through.', PLAIN],
    ],
    [
      [theme.glyphs.joining, INFO],
      ['It is joining, or waits to.', PLAIN],
    ],
    [
      ['◍', WARN],
      ['It is leaving.', PLAIN],
    ],
    ...statusLegend(theme).slice(1),
    [
      ['!', BAD],
      ['Behind a name: its successor is dead. ?: it is another than it should be.', PLAIN],
    ],
    [
      ['⠒', MUTED],
      ['The ring: solid up to a right successor, dotted where it is not.', PLAIN],
    ],
    [
      ['·', style('hue1')],
      ['A key, on the arc of the peer that keeps it.', PLAIN],
    ],
  ],
  order: (view) => view.peers.map(({ address }) => address),
};

/** Columns that the tables need. */
const BESIDE_FROM = 24;

/** The ring is as high as the picture, and about as wide; what is left is for tables. */
function ringPart({ columns, rows }: Size, { large }: Theme): Size {
  const wanted = Math.min(columns, rows * 2 + 18);
  const rest = columns - wanted - 1;
  if (!large && rest < BESIDE_FROM && columns >= 72) return { columns: columns - BESIDE_FROM - 5, rows };
  return { columns: rest >= BESIDE_FROM ? wanted : columns, rows };
}

/** Curves that share a cell show the colour of what matters more. */
const RANK = { ring: 0, predecessor: 1, finger: 2, travel: 3, wrong: 4, lookup: 5, selected: 6 };

/** More lookups than these at once are a tangle. */
const MOST_LOOKUPS = 8;
const MOST_DOTS = 80;

class Ring {
  private readonly surface: Surface;
  private readonly canvas: Canvas;
  private readonly props: PictureProps<ChordView>;
  private readonly centre: Point;
  private readonly radii: Point;
  private readonly byAddress: ReadonlyMap<Address, PeerView>;
  private readonly known: ReadonlySet<number>;

  constructor(props: PictureProps<ChordView>, size: Size) {
    this.props = props;
    this.surface = new Surface(size);
    this.canvas = new Canvas(size.columns, size.rows);
    const { width, height } = this.canvas;
    const labels = Math.max(3, ...props.view.peers.slice(0, 200).map(({ name }) => widthOf(name)));
    const radius = Math.max(4, Math.min(height / 2 - 6, width / 2 - 2 * Math.min(labels + 3, size.columns / 5)));
    this.centre = { x: width / 2, y: height / 2 };
    // Dots are as wide as they are high in most fonts.
    this.radii = { x: radius, y: radius };
    this.byAddress = new Map(props.view.peers.map((peer) => [peer.address, peer]));
    this.known = new Set(props.view.peers.map(({ id }) => id));
  }

  draw(): Surface {
    this.drawArcs();
    this.drawFingers();
    this.drawWrongPointers();
    this.drawTravel();
    this.drawLookups();
    this.canvas.drawOn(this.surface);
    this.drawMembers();
    this.drawHeads();
    this.drawLosses();
    this.drawCentre();
    this.drawKeys();
    return this.surface;
  }

  // --- Where things are ---

  private turn(id: number): number {
    return id / this.props.view.ringSize;
  }

  /** In dots. @param by how far outside (positive) or inside the ring. */
  private at(id: number, by = 0): Point {
    return onEllipse(this.centre, { x: this.radii.x + by, y: this.radii.y + by }, this.turn(id));
  }

  /** Towards the middle of the ring, the more the further two places are apart. */
  private bend(from: Point, to: Point): Point {
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const pull = 0.35;
    return {
      x: middle.x + (this.centre.x - middle.x) * pull,
      y: middle.y + (this.centre.y - middle.y) * pull,
    };
  }

  private cell(point: Point): Point {
    return { x: Math.floor(point.x / 2), y: Math.floor(point.y / 4) };
  }

  private curve(fromId: number, toId: number, look: Style, rank: number, every = 1): void {
    const [from, to] = [this.at(fromId, -2), this.at(toId, -2)];
    this.canvas.curve(from, this.bend(from, to), to, look, rank, every);
  }

  // --- What is drawn in dots ---

  private drawArcs(): void {
    const { centre, radii, canvas } = this;
    canvas.arc(centre, radii, 0, 1, FAINT, RANK.ring, 4);
    for (const { id, successor } of this.props.view.peers) {
      if (successor?.state !== 'right') continue;
      canvas.arc(centre, radii, this.turn(id), this.turnAfter(id, successor.id), MUTED, RANK.ring);
    }
    // Predecessors run along inside, where the ring is large enough to tell them apart.
    if (radii.x < 24) return;
    const inside = { x: radii.x - 4, y: radii.y - 4 };
    for (const { id, predecessor } of this.props.view.peers) {
      if (predecessor?.state !== 'right') continue;
      canvas.arc(
        centre,
        inside,
        this.turn(predecessor.id),
        this.turnAfter(predecessor.id, id),
        FAINT,
        RANK.predecessor,
        3,
      );
    }
  }

  /** Going on clockwise, past the top where need be. */
  private turnAfter(from: number, to: number): number {
    return to > from ? this.turn(to) : this.turn(to) + 1;
  }

  /** Outside the ring, where the labels leave room. */
  private drawKeys(): void {
    const dots = new Canvas(this.surface.columns, this.surface.rows);
    for (const { keys } of this.props.view.peers) {
      for (const key of keys) {
        const { x, y } = this.at(key, 4);
        dots.dot(x, y, style('hue1'));
      }
    }
    dots.drawOn(this.surface, 0, 0, true);
  }

  private drawFingers(): void {
    const { selected } = this.props.view;
    if (selected === null) return;
    const drawn = new Set<number>();
    for (const { to } of selected.fingers) {
      if (to === null || drawn.has(to.id) || to.id === selected.id) continue;
      drawn.add(to.id);
      this.curve(
        selected.id,
        to.id,
        to.state === 'right' ? INFO : pointerStyle(to),
        RANK.finger,
        to.state === 'right' ? 2 : 1,
      );
    }
  }

  /** Successors and predecessors that are not what the membership says. */
  private drawWrongPointers(): void {
    for (const { id, successor, predecessor } of this.props.view.peers) {
      if (successor !== null && successor.state !== 'right' && successor.id !== id)
        this.curve(id, successor.id, pointerStyle(successor), RANK.wrong);
      if (predecessor !== null && predecessor.state !== 'right' && predecessor.id !== id)
        this.curve(id, predecessor.id, pointerStyle(predecessor), RANK.wrong, 3);
    }
  }

  /** Messages of no lookup: a dot where each is. */
  private drawTravel(): void {
    const { flights, message } = this.props;
    for (const flight of flights.slice(0, MOST_DOTS)) {
      const point = this.flightAt(flight.from, flight.to, flight.progress);
      if (point === null) continue;
      const isSelected = flight.sequence === message;
      if (isSelected) {
        const [from, to] = [this.byAddress.get(flight.from), this.byAddress.get(flight.to)];
        if (from !== undefined && to !== undefined) this.curve(from.id, to.id, ACCENT, RANK.selected);
      }
      this.canvas.dot(point.x, point.y, MESSAGE, RANK.travel);
      this.canvas.dot(point.x + 1, point.y, MESSAGE, RANK.travel);
    }
  }

  private flightAt(fromAddress: Address, toAddress: Address, progress: number): Point | null {
    const [fromPeer, toPeer] = [this.byAddress.get(fromAddress), this.byAddress.get(toAddress)];
    if (fromPeer === undefined || toPeer === undefined) return null;
    const [from, to] = [this.at(fromPeer.id, -2), this.at(toPeer.id, -2)];
    return onCurve(from, this.bend(from, to), to, progress);
  }

  private get shownLookups(): readonly LookupView[] {
    return this.props.view.lookups.filter(({ isMaintenance }) => !isMaintenance).slice(0, MOST_LOOKUPS);
  }

  private drawLookups(): void {
    for (const { path } of this.shownLookups) {
      for (let i = 1; i < path.length; i++) {
        if (!this.known.has(path[i - 1]) || !this.known.has(path[i])) continue;
        // The last hop is on its way still.
        const isLast = i === path.length - 1;
        this.curve(path[i - 1], path[i], isLast ? MESSAGE : ACCENT, RANK.lookup, isLast ? 3 : 1);
      }
    }
  }

  // --- What is drawn in letters ---

  private drawMembers(): void {
    const { peers } = this.props.view;
    const { selected, marked, lastProcess } = this.props;
    const { isCrowded } = this;
    const ranked = [...peers].sort((a, b) => this.importance(a) - this.importance(b));
    for (const peer of ranked) {
      const isNamed = peer.address === selected || marked.includes(peer.address);
      if (isCrowded && !isNamed && this.importance(peer) === 0) continue;
      const { x, y } = this.cell(this.at(peer.id));
      const [glyph, look] = peerLook(peer, this.props.theme);
      const isLast = peer.address === lastProcess;
      this.surface.put(
        x,
        y,
        peer.address === selected ? '◉' : glyph,
        peer.address === selected ? bold(ACCENT) : isLast ? bold(look) : look,
      );
    }
    // The most important are labelled first, since they find room first.
    for (const peer of [...ranked].reverse()) this.drawLabel(peer, isCrowded);
  }

  /** A place for a label, so many dots outside the ring. */
  private outside(id: number, by: number, isRight: boolean): LabelPlace {
    const anchor = this.cell(this.at(id));
    const out = this.cell(this.at(id, by));
    const [dx, dy] = [out.x - anchor.x, out.y - anchor.y];
    if (Math.abs(dx) < 2) return { x: 0, y: dy, align: 'centre' };
    return { x: isRight ? Math.max(dx - 2, 1) : Math.min(dx + 2, -1), y: dy, align: isRight ? 'left' : 'right' };
  }

  /** Whether the members would stand shoulder to shoulder all round: then only those that matter are drawn. */
  private get isCrowded(): boolean {
    return this.props.view.peers.length * 3 > 2 * Math.PI * this.radii.x;
  }

  private importance({ address, status, phase, successor, onRing }: PeerView): number {
    const { selected, marked, lastProcess } = this.props;
    if (address === selected) return 6;
    if (marked.includes(address)) return 5;
    if (successor !== null && successor.state !== 'right') return 4;
    if (status !== 'up') return 3;
    if (phase !== 'member' || !onRing) return 2;
    return address === lastProcess ? 1 : 0;
  }

  private drawLabel(peer: PeerView, isCrowded: boolean): void {
    const rank = this.importance(peer);
    if (isCrowded && rank < 2) return;
    const { selected, marked } = this.props;
    const turn = this.turn(peer.id);
    const anchor = this.cell(this.at(peer.id));
    const sign =
      peer.successor === null || peer.successor.state === 'right' ? '' : peer.successor.state === 'broken' ? '!' : '?';
    const look =
      peer.address === selected
        ? bold(ACCENT)
        : marked.includes(peer.address)
          ? style('warn', 'bold')
          : sign !== ''
            ? pointerStyle(peer.successor as PointerView)
            : peer.status === 'up'
              ? PLAIN
              : MUTED;
    const mark = peer.address === selected ? '▸' : marked.includes(peer.address) ? '◆' : '';
    const text = `${mark}${peer.name}${sign}`;
    const isRight = turn < 0.5;
    const beside = { x: isRight ? 2 : -2, y: 0, align: isRight ? ('left' as const) : ('right' as const) };
    const isSteep = Math.abs(turn - 0.25) < 0.17 || Math.abs(turn - 0.75) < 0.17;
    const outside = [6, 9].map((by) => this.outside(peer.id, by, isRight));
    const further = { ...beside, x: beside.x + Math.sign(beside.x) };
    const places = isSteep ? [beside, further, ...outside] : [...outside, beside];
    placeLabel(this.surface, anchor, text, look, places);
  }

  /** The head of each lookup, with its key: where it is now. */
  private drawHeads(): void {
    const { theme, flights, view } = this.props;
    for (const { path, key } of this.shownLookups) {
      const [from, to] = [path[path.length - 2], path[path.length - 1]];
      const flight = flights.find(
        (each) => this.byAddress.get(each.from)?.id === from && this.byAddress.get(each.to)?.id === to,
      );
      if (from === undefined || to === undefined) continue;
      const [a, b] = [this.at(from, -2), this.at(to, -2)];
      const { x, y } = this.cell(onCurve(a, this.bend(a, b), b, flight?.progress ?? 0.5));
      this.surface.put(x, y, theme.glyphs.datagram, bold(MESSAGE));
      const label = view.idBits <= 12 ? String(key) : '';
      if (label !== '') placeLabel(this.surface, { x, y }, label, MESSAGE);
      const target = this.cell(this.at(key, 3));
      if (this.surface.isFree(target.x, target.y)) this.surface.put(target.x, target.y, '◇', MESSAGE);
    }
  }

  private drawLosses(): void {
    for (const loss of this.props.losses) {
      const point = this.flightAt(loss.from, loss.to, loss.isOnTheWay ? 0.5 : 0.92);
      if (point === null) continue;
      const { x, y } = this.cell(point);
      this.surface.put(x, y, this.props.theme.glyphs.lost, bold(BAD));
    }
  }

  /** What the whole comes to, where the middle of the ring is free. */
  private drawCentre(): void {
    const { view } = this.props;
    const wrong = view.peers.filter(({ successor }) => successor !== null && successor.state !== 'right').length;
    const lookups = view.lookups.filter(({ isMaintenance }) => !isMaintenance).length;
    const lines: Span[] = [
      [view.members === 1 ? 'one member' : `${view.members} members`, STRONG],
      view.rings === 1 ? ['one ring', GOOD] : [view.rings === 0 ? 'no ring' : `${view.rings} rings`, BAD],
    ];
    if (wrong > 0) lines.push([`${wrong} wrong successor${wrong === 1 ? '' : 's'}`, WARN]);
    if (lookups > 0) lines.push([`${lookups} lookup${lookups === 1 ? '' : 's'}`, MESSAGE]);
    if (this.isCrowded) lines.push(['too many to draw each', FAINT]);
    if (this.radii.x < 16) return;
    const { x, y } = this.cell(this.centre);
    const top = y - (lines.length >> 1);
    lines.forEach(([text, look], index) => {
      const start = x - (widthOf(text) >> 1);
      // A curve that passes behind gives way to the words.
      this.surface.text(start - 1, top + index, ` ${text} `, look);
    });
  }
}

function pointerStyle({ state }: PointerView): Style {
  return state === 'right' ? GOOD : state === 'stale' ? WARN : BAD;
}

function peerLook({ status, phase, onRing }: PeerView, { glyphs }: Theme): readonly [glyph: string, style: Style] {
  if (status === 'down') return [glyphs.down, BAD];
  if (status === 'paused') return [glyphs.paused, WARN];
  if (phase === 'waiting' || phase === 'joining') return [glyphs.joining, INFO];
  if (phase === 'leaving') return ['◍', WARN];
  return onRing ? [glyphs.up, GOOD] : ['○', WARN];
}

// --- Beside the ring ---

type Line = readonly Span[];

function tables(props: PictureProps<ChordView>, size: Size): Surface {
  const surface = new Surface(size);
  const { view } = props;
  const lines = view.selected === null ? overview(props, size) : selectedTables(view.selected, props, size);
  const shown = lines.slice(0, size.rows);
  shown.forEach((line, y) => {
    surface.spans(0, y, line, size.columns);
  });
  if (lines.length > shown.length) {
    surface.textEndingAt(size.columns, size.rows - 1, ` +${lines.length - shown.length} more`, FAINT);
  }
  return surface;
}

const heading = (text: string, note = ''): Line => [
  [text, ACCENT],
  [note === '' ? '' : `  ${note}`, MUTED],
];

function idText(id: number, { idBits }: ChordView): string {
  return idBits <= 16
    ? String(id)
    : id
        .toString(16)
        .padStart(Math.ceil(idBits / 4), '0')
        .slice(0, 6);
}

/** Who stands at an identifier: the name where it says more than the number. */
function nameAt(id: number, view: ChordView): string {
  return view.peers.find((peer) => peer.id === id)?.name ?? `(${idText(id, view)})`;
}

function pointerText(pointer: PointerView | null, view: ChordView): Span {
  if (pointer === null) return ['–', FAINT];
  const sign = pointer.state === 'right' ? '' : pointer.state === 'stale' ? '?' : '!';
  return [`${nameAt(pointer.id, view)}${sign}`, pointer.state === 'right' ? PLAIN : pointerStyle(pointer)];
}

function selectedTables(selected: SelectedView, { view }: PictureProps<ChordView>, size: Size): readonly Line[] {
  const lines: Line[] = [
    [
      [selected.name, bold(ACCENT)],
      [`  at ${idText(selected.id, view)}`, MUTED],
    ],
    [['predecessor ', MUTED], pointerText(selected.predecessor, view)],
    [
      ['successors  ', MUTED],
      ...selected.successors.flatMap((each): Span[] => [pointerText(each, view), [' ', PLAIN]]),
    ],
    [],
    heading('Fingers', 'start → peer'),
  ];
  // Neighbouring fingers mostly point at the same peer: one line for all of them.
  for (const group of fingerGroups(selected)) {
    const [first, last] = [group[0], group[group.length - 1]];
    const range = first.index === last.index ? `${first.index}` : `${first.index}–${last.index}`;
    lines.push([
      [padded(range, 6, 'right'), FAINT],
      [` ${padded(idText(first.start, view), 7, 'right')} → `, MUTED],
      pointerText(first.to, view),
    ]);
  }
  const own = selected.files.filter((file) => file.own);
  lines.push([], heading('Files', `${own.length} own, ${selected.files.length - own.length} copies`));
  for (const file of selected.files) {
    lines.push([
      [file.own ? '● ' : '○ ', file.own ? GOOD : MUTED],
      [clipped(file.name, size.columns - 12), file.own ? PLAIN : MUTED],
      [` ${idText(file.key, view)}`, FAINT],
    ]);
  }
  return lines;
}

function fingerGroups({ fingers }: SelectedView): readonly SelectedView['fingers'][number][][] {
  const groups: SelectedView['fingers'][number][][] = [];
  for (const finger of fingers) {
    const last = groups[groups.length - 1];
    const before = last?.[0].to;
    const isSame = last !== undefined && before?.id === finger.to?.id && before?.state === finger.to?.state;
    if (isSame) last.push(finger);
    else groups.push([finger]);
  }
  return groups;
}

function overview({ view, losses }: PictureProps<ChordView>, size: Size): readonly Line[] {
  const lookups = view.lookups.filter(({ isMaintenance }) => !isMaintenance);
  const upkeep = view.lookups.length - lookups.length;
  const lines: Line[] = [heading('Lookups', upkeep === 0 ? '' : `and ${upkeep} for upkeep`)];
  if (lookups.length === 0) lines.push([['none on its way', MUTED]]);
  for (const { key, path } of lookups.slice(0, Math.max(3, size.rows >> 1))) {
    lines.push([
      ['◇ ', MESSAGE],
      [idText(key, view), STRONG],
      ['  ', PLAIN],
      ...path.flatMap((id, index): Span[] => [
        [index === 0 ? '' : ' → ', FAINT],
        [nameAt(id, view), index === path.length - 1 ? MESSAGE : PLAIN],
      ]),
    ]);
  }
  lines.push([], heading('Wrong successors'));
  const wrong = view.peers.filter(({ successor }) => successor !== null && successor.state !== 'right');
  if (wrong.length === 0) lines.push([['none', GOOD]]);
  for (const { name, successor } of wrong) {
    if (successor === null) continue;
    const word = successor.state === 'broken' ? 'dead' : 'not the next';
    lines.push([[name, PLAIN], [' → ', FAINT], pointerText(successor, view), [`  ${word}`, MUTED]]);
  }
  const away = view.peers.filter(({ status }) => status !== 'up');
  if (away.length > 0) {
    lines.push([], heading('Down'), [[away.map(({ name }) => name).join(' '), MUTED]]);
  }
  const coming = view.peers.filter(
    ({ status, phase }) => status === 'up' && (phase === 'joining' || phase === 'waiting'),
  );
  if (coming.length > 0) lines.push([], heading('Joining'), [[coming.map(({ name }) => name).join(' '), INFO]]);
  if (losses.length > 0) lines.push([], heading('Lost', `${losses.length} message${losses.length === 1 ? '' : 's'}`));
  return lines;
}
