/**
 * Superpeers: the mesh. The superpeers stand in a circle, joined to those that they take for live, and around each of them the peers that belong
 * to it. Searches travel along the lines, with the name that they look for; orphans are called out. Beside or below is what a superpeer knows: the index
 * of the selected one, or of the selected peer's.
 */
import type { PeerPicture, SuperpeerPicture, SuperpeerView, Travelling } from '../../protocols/superpeer/view.ts';
import type { Address } from '../../sim/index.ts';
import { Canvas, onEllipse, type Point } from '../screen/canvas.ts';
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
import { statusGlyph, statusTone } from '../screen/theme.ts';
import { clipped, padded, widthOf } from '../screen/width.ts';
import { statusLegend } from './fallback.ts';
import {
  block,
  counted,
  heading,
  isSingledOut,
  type Line,
  lengthOf,
  markSpan,
  moreAt,
  nameStyle,
  track,
} from './parts.ts';
import type { PictureProps, SystemPicture } from './view.ts';

type Props = PictureProps<SuperpeerView>;

export const superpeer: SystemPicture<SuperpeerView> = {
  draw(props) {
    const { columns, rows } = props.size;
    const surface = new Surface(props.size);
    const beside = columns >= 72 ? Math.min(44, Math.max(24, Math.floor(columns * 0.3))) : 0;
    const below = beside === 0 && rows >= 15 ? Math.floor(rows * 0.3) : 0;
    const meshSize: Size = { columns: columns - (beside > 0 ? beside + 1 : 0), rows: rows - below };
    surface.lay(new Mesh(props, meshSize).draw(), 0, 0);
    if (beside > 0) surface.lay(tables(props, { columns: beside, rows }), columns - beside, 0);
    if (below > 0) surface.lay(shortIndex(props, { columns, rows: below }), 0, rows - below);
    return surface;
  },
  legend: (theme) => [
    [
      ['● superpeer-1 6', STRONG],
      ['A superpeer, and how many peers are registered with it.', PLAIN],
    ],
    [
      ['⠒', MUTED],
      ['Superpeers that take each other for live; dotted if only one does.', PLAIN],
    ],
    [
      ['!', BAD],
      [
        'Behind a name: an orphan, it lives and no live superpeer has it. In the index: it does not serve that any more.',
        PLAIN,
      ],
    ],
    [
      ['?', MESSAGE],
      ['A search on its way; ✓ found, ✗ not found.', PLAIN],
    ],
    [
      [theme.glyphs.joining, INFO],
      ['It looks for a superpeer.', PLAIN],
    ],
    ...statusLegend(theme),
  ],
};

/** Curves that share a cell show the colour of what matters more. */
const RANK = { spoke: 0, mesh: 1, travel: 2, search: 3, selected: 4 };
/** More names of searches than these at once are a tangle. */
const MOST_SEARCHES = 10;
const MOST_DOTS = 80;

class Mesh {
  private readonly props: Props;
  private readonly surface: Surface;
  private readonly canvas: Canvas;
  private readonly centre: Point;
  /** In dots: where the peers stand. */
  private readonly outer: Point;
  private readonly inner: Point;
  /** Of everybody who is drawn or stands for it, in dots. */
  private readonly places = new Map<Address, Point>();
  /** In turns, clockwise from the top. */
  private readonly turns = new Map<Address, number>();
  private readonly homeless: readonly PeerPicture[];
  private readonly isShort: boolean;
  private readonly isShortHome: boolean;
  /** Whether all peers have room for their names, for a dot each, or for neither. */
  private readonly detail: 'names' | 'dots' | 'counts';

  constructor(props: Props, size: Size) {
    this.props = props;
    this.surface = new Surface(size);
    this.canvas = new Canvas(size.columns, size.rows);
    const { view } = props;
    this.isShort = size.columns < 76 || props.theme.large;
    const { width, height } = this.canvas;
    const housed = view.peers.filter(({ status, superpeers }) => status !== 'gone' && superpeers.length > 0);
    this.homeless = view.peers.filter(({ status, superpeers }) => status !== 'gone' && superpeers.length === 0);
    const circleRows = (Math.PI * height) / 4;
    this.detail = housed.length * 0.8 <= circleRows ? 'names' : housed.length <= circleRows * 2.4 ? 'dots' : 'counts';
    const names = this.detail === 'counts' ? 4 : Math.min(this.isShort ? 5 : 9, size.columns / 8);
    this.centre = { x: width / 2, y: height / 2 + 2 };
    this.outer = { x: Math.max(4, width / 2 - 2 * names - 4), y: Math.max(4, height / 2 - 6) };
    const share = this.detail === 'counts' ? 0.72 : 0.52;
    this.inner = { x: this.outer.x * share, y: this.outer.y * share };
    // The two beside the top come nearest to each other.
    const longest = Math.max(0, ...view.superpeers.map(({ name }) => widthOf(name)));
    const apart = this.inner.x * Math.sin(Math.PI / Math.max(2, view.superpeers.length));
    this.isShortHome = this.isShort || apart < longest + 10;
    this.settle(housed);
  }

  draw(): Surface {
    this.drawSpokes();
    this.drawLinks();
    this.drawTravel();
    this.canvas.drawOn(this.surface);
    this.drawSuperpeers();
    this.drawPeers();
    this.drawHeads();
    this.drawLosses();
    this.drawHomeless();
    this.drawSummary();
    this.drawSelected();
    return this.surface;
  }

  // --- Where things are ---

  private settle(housed: readonly PeerPicture[]): void {
    const { superpeers, balancer } = this.props.view;
    const count = Math.max(1, superpeers.length);
    superpeers.forEach(({ address }, index) => {
      const turn = (index + 0.5) / count;
      this.turns.set(address, turn);
      const isAlone = superpeers.length === 1;
      this.places.set(address, isAlone ? this.centre : onEllipse(this.centre, this.inner, turn));
    });
    for (const { address } of superpeers) {
      const own = housed.filter((peer) => peer.superpeers[0] === address);
      own.forEach((peer, index) => {
        const spread = (index + 0.5) / own.length - 0.5;
        const turn = (this.turns.get(address) ?? 0) + (spread * 0.92) / count;
        this.turns.set(peer.address, turn);
        this.places.set(peer.address, onEllipse(this.centre, this.outer, turn));
      });
    }
    // A single superpeer has the middle, and the balancer stands above it.
    const above = { x: this.centre.x, y: this.centre.y - this.inner.y * 0.6 };
    if (balancer !== null) this.places.set(balancer.address, superpeers.length === 1 ? above : this.centre);
    this.homeless.forEach(({ address }, index) => {
      const x = ((index + 0.5) / this.homeless.length) * this.canvas.width;
      this.places.set(address, { x, y: this.canvas.height - 1 });
    });
  }

  private cell({ x, y }: Point): Point {
    return { x: Math.floor(x / 2), y: Math.floor(y / 4) };
  }

  private line(from: Address, to: Address, look: Style, rank: number, every = 1): void {
    const [a, b] = [this.places.get(from), this.places.get(to)];
    if (a !== undefined && b !== undefined) this.canvas.line(a.x, a.y, b.x, b.y, look, rank, every);
  }

  private along(from: Address, to: Address, share: number): Point | null {
    const [a, b] = [this.places.get(from), this.places.get(to)];
    if (a === undefined || b === undefined) return null;
    return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
  }

  private name(name: string): string {
    return this.isShort ? shortName(name) : clipped(name, 14);
  }

  // --- Dots ---

  private drawSpokes(): void {
    const { view } = this.props;
    const every = this.detail === 'names' ? 3 : 6;
    for (const peer of view.peers) {
      if (peer.status !== 'up' || peer.orphaned || !this.isDrawn(peer)) continue;
      for (const home of peer.superpeers)
        this.line(peer.address, home, peer.selected ? ACCENT : FAINT, RANK.spoke, every);
    }
  }

  private drawLinks(): void {
    const { superpeers } = this.props.view;
    const byAddress = new Map(superpeers.map((one) => [one.address, one]));
    for (const { address, status, others } of superpeers) {
      if (status === 'down' || status === 'gone') continue;
      for (const { superpeer: other, active } of others) {
        const back = byAddress.get(other);
        if (back === undefined || !active) continue;
        const isRunning = back.status === 'up' || back.status === 'paused';
        const isMutual = isRunning && back.others.some((one) => one.superpeer === address && one.active);
        if (isMutual && other < address) continue;
        this.line(address, other, isMutual ? MUTED : WARN, RANK.mesh, isMutual ? 1 : 4);
      }
    }
  }

  /** What is no search: a dot where each message is. */
  private drawTravel(): void {
    const { flights, message, view } = this.props;
    for (const { sequence, from, to, progress } of flights.slice(0, MOST_DOTS)) {
      const point = this.along(from, to, progress);
      if (point === null) continue;
      if (sequence === message) this.line(from, to, ACCENT, RANK.selected);
      for (const dx of [0, 1]) this.canvas.dot(point.x + dx, point.y, MESSAGE, RANK.travel);
    }
    for (const { from, to } of view.travelling.slice(0, MOST_SEARCHES)) this.line(from, to, MESSAGE, RANK.search, 2);
  }

  // --- Letters ---

  private drawSuperpeers(): void {
    const { superpeers, balancer } = this.props.view;
    for (const one of superpeers) this.drawSuperpeer(one);
    if (balancer !== null) this.drawBalancer(balancer);
  }

  /** Once more and last: where there is no room for all, the selected one is seen. */
  private drawSelected(): void {
    const { selected, view } = this.props;
    for (const one of view.superpeers) if (one.address === selected) this.drawSuperpeer(one);
    if (view.balancer?.address === selected) this.drawBalancer(view.balancer);
  }

  private drawSuperpeer(one: Props['view']['superpeers'][number]): void {
    const mark = markSpan(this.props, one.address)[0].trim();
    const look = nameStyle(this.props, one.address, one.status);
    const glyph = statusGlyph(one.status);
    this.badge(one.address, [
      [mark, look],
      [`${glyph} `, style(statusTone(one.status))],
      [this.isShortHome ? shortName(one.name) : clipped(one.name, 14), one.status === 'up' ? bold(look) : look],
      [one.status === 'up' ? ` ${one.peers.length}` : '', MUTED],
    ]);
  }

  private drawBalancer(balancer: NonNullable<Props['view']['balancer']>): void {
    const isUp = balancer.status === 'up';
    const mark = markSpan(this.props, balancer.address)[0].trim();
    this.badge(balancer.address, [
      [mark, ACCENT],
      [isUp ? '◇ ' : `${statusGlyph(balancer.status)} `, isUp ? INFO : style(statusTone(balancer.status))],
      [
        this.isShort || this.props.theme.large ? 'bal' : 'balancer',
        nameStyle(this.props, balancer.address, balancer.status),
      ],
    ]);
  }

  /** A name that stands on its place, whatever lines run there. */
  private badge(address: Address, line: Line): void {
    const place = this.places.get(address);
    if (place === undefined) return;
    const { x, y } = this.cell(place);
    const width = line.reduce((sum, [text]) => sum + widthOf(text), 0);
    const start = Math.max(0, Math.min(this.surface.columns - width, x - (width >> 1)));
    this.surface.text(start - 1, y, ' '.repeat(width + 2));
    this.surface.spans(start, y, line);
  }

  /** Whether nothing but lines is in that cell. */
  private isOpen(x: number, y: number): boolean {
    return /^[ \u2800-\u28ff]$/.test(this.surface.at(x, y));
  }

  /** What travels passes behind names. */
  private over(x: number, y: number, glyph: string, look: Style): void {
    if (this.isOpen(x, y)) this.surface.put(x, y, glyph, look);
  }

  /** Writes a label where there is room, or else over lines, if it matters that much. */
  private label(at: Point, text: string, look: Style, places: readonly LabelPlace[], isWanted: boolean): void {
    // The first row is the summary's.
    const allowed = places.filter(({ y }) => at.y + y > 0);
    if (placeLabel(this.surface, at, text, look, allowed) || !isWanted) return;
    const width = widthOf(text);
    for (const { x, y, align } of allowed) {
      const start = at.x + x - (align === 'left' ? 0 : align === 'right' ? width - 1 : width >> 1);
      const cells = Array.from({ length: width }, (_, i) => start + i);
      if (!cells.every((cell) => this.isOpen(cell, at.y + y))) continue;
      this.surface.text(start, at.y + y, text, look);
      return;
    }
  }

  private isDrawn(peer: PeerPicture): boolean {
    return this.detail !== 'counts' || this.importance(peer) > 0;
  }

  private importance(peer: PeerPicture): number {
    const { address, status, orphaned } = peer;
    if (address === this.props.selected) return 5;
    if (this.props.marked.includes(address)) return 4;
    if (orphaned) return 3;
    return status !== 'up' ? 2 : this.isSearching(address) ? 1 : 0;
  }

  private isSearching(address: Address): boolean {
    return this.props.view.travelling
      .slice(0, MOST_SEARCHES)
      .some(({ from, to }) => from === address || to === address);
  }

  private drawPeers(): void {
    const { theme, lastProcess } = this.props;
    const ranked = this.props.view.peers
      .filter((peer) => this.turns.has(peer.address) && this.isDrawn(peer))
      .sort((a, b) => this.importance(a) - this.importance(b));
    for (const peer of ranked) {
      const { x, y } = this.cell(this.places.get(peer.address) as Point);
      const [glyph, look] = peerLook(peer, theme);
      const isSelected = peer.address === this.props.selected;
      this.surface.put(
        x,
        y,
        isSelected ? '◉' : glyph,
        isSelected ? bold(ACCENT) : peer.address === lastProcess ? bold(look) : look,
      );
    }
    for (const peer of ranked.reverse()) {
      if (this.detail !== 'names' && this.importance(peer) === 0) break;
      this.drawName(peer);
    }
  }

  private drawName(peer: PeerPicture): void {
    const turn = this.turns.get(peer.address) ?? 0;
    const anchor = this.cell(this.places.get(peer.address) as Point);
    const out = this.cell(onEllipse(this.centre, { x: this.outer.x + 8, y: this.outer.y + 5 }, turn));
    const isRight = turn < 0.5;
    const beside: LabelPlace = { x: isRight ? 2 : -2, y: 0, align: isRight ? 'left' : 'right' };
    const over: LabelPlace = { x: out.x - anchor.x, y: out.y < anchor.y ? -1 : 1, align: 'centre' };
    const isSteep = Math.abs(turn - 0.25) < 0.19 || Math.abs(turn - 0.75) < 0.19;
    const text = `${markSpan(this.props, peer.address)[0].trim()}${this.name(peer.name)}${peer.orphaned ? '!' : ''}`;
    const look = peer.orphaned && !peer.selected ? bold(BAD) : nameStyle(this.props, peer.address, peer.status);
    const inwards: LabelPlace = { x: -beside.x, y: 0, align: isRight ? 'right' : 'left' };
    const isWanted = this.importance(peer) >= 3;
    const [far, deep] = [14, -14].map((by): LabelPlace => {
      const place = this.cell(onEllipse(this.centre, { x: this.outer.x + by, y: this.outer.y + by }, turn));
      return { x: place.x - anchor.x, y: place.y - anchor.y, align: by > 0 === isRight ? 'left' : 'right' };
    });
    const places = isSteep ? [beside, over, inwards] : [over, beside, inwards];
    this.label(anchor, text, look, isWanted ? [...places, far, deep] : places, isWanted);
  }

  /** Where each search and answer is, and what it is about. */
  private drawHeads(): void {
    const { view, message, flights, theme } = this.props;
    for (const travelling of view.travelling.slice(0, MOST_SEARCHES)) {
      const { sequence, from, to, progress } = travelling;
      const point = this.along(from, to, progress);
      if (point === null) continue;
      const { x, y } = this.cell(point);
      const [glyph, look] = searchLook(travelling);
      this.over(x, y, glyph, bold(sequence === message ? ACCENT : look));
      const name = wanted(travelling);
      if (name === '') continue;
      const places: readonly LabelPlace[] = [1, -1, 2, -2].flatMap((dy): LabelPlace[] => [
        { x: 0, y: dy, align: 'centre' },
        { x: 2, y: dy, align: 'left' },
      ]);
      this.label({ x, y }, clipped(name, 12), MESSAGE, [{ x: 2, y: 0, align: 'left' }, ...places], true);
    }
    const chosen = flights.find(({ sequence }) => sequence === message);
    const point = chosen === undefined ? null : this.along(chosen.from, chosen.to, chosen.progress);
    if (point !== null && !view.travelling.some(({ sequence }) => sequence === message)) {
      const { x, y } = this.cell(point);
      this.over(x, y, theme.glyphs.datagram, bold(ACCENT));
    }
  }

  private drawLosses(): void {
    for (const { from, to, isOnTheWay } of this.props.losses) {
      // Where it happened, or as near to it on the way as no name hides it.
      const at = isOnTheWay ? 0.5 : 0.85;
      const points = [0, -0.1, 0.1, -0.2, 0.2, -0.3, -0.4].map((by) => this.along(from, to, at + by));
      const cells = points.flatMap((point) => (point === null ? [] : [this.cell(point)]));
      const free = cells.find(({ x, y }) => this.isOpen(x, y));
      if (free !== undefined) this.surface.put(free.x, free.y, this.props.theme.glyphs.lost, bold(BAD));
    }
  }

  /** Those who belong to nobody stand in the last row. */
  private drawHomeless(): void {
    if (this.homeless.length === 0) return;
    const y = this.surface.rows - 1;
    const ranked = [...this.homeless].sort((a, b) => this.importance(b) - this.importance(a) || a.address - b.address);
    this.surface.text(0, y, ' '.repeat(this.surface.columns));
    let x = this.surface.text(0, y, this.isShort ? 'no home: ' : 'without a superpeer: ', WARN);
    let shown = 0;
    for (const peer of ranked) {
      const [glyph, look] = peerLook(peer, this.props.theme);
      const mark = markSpan(this.props, peer.address)[0].trim();
      const text = `${mark}${glyph}${this.name(peer.name)}${peer.orphaned ? '!' : ''} `;
      const rest = ranked.length - shown - 1;
      if (x + widthOf(text) + (rest > 0 ? 10 : 0) > this.surface.columns) break;
      x = this.surface.text(x, y, text, isSingledOut(this.props, peer.address) ? bold(ACCENT) : look);
      shown++;
    }
    moreAt(this.surface, y, ranked.length - shown);
  }

  private drawSummary(): void {
    const { superpeers, peers, dark } = this.props.view;
    const live = superpeers.filter(({ status }) => status === 'up').length;
    const running = peers.filter(({ status }) => status === 'up').length;
    const orphans = peers.filter(({ orphaned }) => orphaned).length;
    const down = peers.filter(({ status }) => status === 'down').length;
    const parts: Line[] = [
      [
        [`${live}`, STRONG],
        [` of ${counted(superpeers.length, 'superpeer')}`, MUTED],
      ],
      [
        [`${running}`, STRONG],
        [`${running === 1 ? ' peer' : ' peers'}${this.detail === 'counts' ? ', as numbers' : ''}`, MUTED],
      ],
    ];
    if (orphans > 0) parts.push([[counted(orphans, 'orphan'), bold(BAD)]]);
    if (dark > 0) parts.push([[`${dark} went dark`, bold(BAD)]]);
    if (down > 0) parts.push([[`${down} down`, BAD]]);
    this.surface.text(0, 0, ' '.repeat(this.surface.columns));
    let x = 0;
    for (const part of parts) {
      if (x + lengthOf(part) <= this.surface.columns) x = this.surface.spans(x, 0, part) + 2;
    }
  }
}

/** As the scenarios name them: `superpeer-3` is S3 and `peer-12` is p12. */
function shortName(name: string): string {
  return clipped(name.replace(/^superpeer-/, 'S').replace(/^peer-/, 'p'), 6);
}

function peerLook({ status, phase, orphaned }: PeerPicture, { glyphs }: Props['theme']): Span {
  if (status !== 'up') return [statusGlyph(status), style(statusTone(status))];
  if (orphaned && phase === 'home') return [glyphs.up, BAD];
  if (phase === 'seeking' || phase === 'waiting') return [glyphs.joining, orphaned ? BAD : INFO];
  return phase === 'leaving' ? ['◍', WARN] : [glyphs.up, GOOD];
}

function searchLook({ message }: Travelling): Span {
  if (message.kind === 'hit') return ['✓', GOOD];
  return message.kind === 'miss' ? ['✗', BAD] : ['?', MESSAGE];
}

function wanted({ message }: Travelling): string {
  return message.kind === 'search' || message.kind === 'lookup' ? message.name : '';
}

// --- What a superpeer knows ---

function tables(props: Props, size: Size): Surface {
  const searches = searchLines(props, size);
  const most = Math.max(3, Math.floor(size.rows * 0.35));
  const surface = new Surface(size);
  const top = Math.min(most, searches.length);
  surface.lay(block(searches, { columns: size.columns, rows: top }), 0, 0);
  const rest: Size = { columns: size.columns, rows: size.rows - top - 1 };
  surface.lay(block(indexLines(props, size.columns), rest), 0, top + 1);
  return surface;
}

function searchLines(props: Props, { columns }: Size): readonly Line[] {
  const { view, peers } = props;
  const waiting = view.superpeers.filter(({ status }) => status === 'up').flatMap((one) => waitingLines(one, props));
  const note = `${view.travelling.length} on the way`;
  const both = `${note}, ${waiting.length} waiting`;
  const lines: Line[] = [heading('Searches', columns >= widthOf(both) + 10 ? both : note)];
  const name = (address: Address) => shortName(peers[address]?.name ?? '?');
  for (const travelling of view.travelling) {
    const { from, to, progress, sequence } = travelling;
    const [glyph, look] = searchLook(travelling);
    const isChosen = sequence === props.message;
    const bar = Math.max(4, Math.min(12, columns - 18));
    lines.push([
      [padded(name(from), 4, 'right'), isChosen ? bold(ACCENT) : PLAIN],
      [' ', PLAIN],
      ...track(progress, bar, glyph, isChosen),
      [' ', PLAIN],
      [padded(name(to), 4), isChosen ? bold(ACCENT) : PLAIN],
      [` ${wanted(travelling)}`, look],
    ]);
  }
  lines.push(...waiting);
  if (lines.length === 1) lines.push([['none', MUTED]]);
  return lines;
}

function waitingLines({ name, searches }: SuperpeerPicture, { peers }: Props): readonly Line[] {
  return searches.map(({ name: resource, waitsFor }) => [
    [shortName(name), PLAIN],
    [' waits for ', MUTED],
    [waitsFor.map((address) => shortName(peers[address]?.name ?? '?')).join(' '), PLAIN],
    [` ${resource}`, MESSAGE],
  ]);
}

function indexHeading({ view }: Props, columns: number): Line {
  const { index } = view;
  if (index === null) return [['No superpeer lives.', BAD]];
  const note = counted(index.entries.length, 'resource');
  const isLong = widthOf(index.name) + widthOf(note) + 11 > columns;
  return heading(`Index of ${isLong ? shortName(index.name) : index.name}`, note);
}

function indexLines(props: Props, columns: number): readonly Line[] {
  const { index, superpeers } = props.view;
  const lines: Line[] = [indexHeading(props, columns)];
  if (index === null) return lines;
  const owner = superpeers.find(({ address }) => address === index.superpeer);
  const struck = owner?.peers.filter(({ strikes }) => strikes > 0) ?? [];
  if (struck.length > 0) {
    const text = struck.map(({ name, strikes }) => `${shortName(name)}${'/'.repeat(Math.min(4, strikes))}`).join(' ');
    lines.push([
      ['silent: ', MUTED],
      [text, WARN],
    ]);
  }
  const sought = new Set(props.view.travelling.map(wanted));
  const width = Math.min(Math.floor(columns * 0.5), Math.max(6, ...index.entries.map((one) => widthOf(one.resource))));
  for (const { resource, peers } of index.entries) {
    lines.push([
      [padded(resource, width), sought.has(resource) ? bold(MESSAGE) : PLAIN],
      [' ', PLAIN],
      ...holders(peers, props),
    ]);
  }
  return lines;
}

type Holders = NonNullable<SuperpeerView['index']>['entries'][number]['peers'];

function holders(peers: Holders, props: Props): readonly Span[] {
  return peers.flatMap(({ address, name, serves }): Span[] => {
    const look = isSingledOut(props, address) ? bold(ACCENT) : serves ? MUTED : BAD;
    return [[` ${shortName(name)}${serves ? '' : '!'}`, look]];
  });
}

/** For small screens: the index in as many columns as there is room for. */
function shortIndex(props: Props, size: Size): Surface {
  const surface = new Surface(size);
  surface.spans(0, 0, indexHeading(props, size.columns - 9), size.columns);
  const entries = props.view.index?.entries ?? [];
  const width = 23;
  const across = Math.max(1, Math.floor((size.columns + 1) / (width + 1)));
  const rows = size.rows - 1;
  const sought = new Set(props.view.travelling.map(wanted));
  entries.slice(0, across * rows).forEach(({ resource, peers }, index) => {
    const x = Math.floor(index / rows) * (width + 1);
    const y = 1 + (index % rows);
    const look = sought.has(resource) ? bold(MESSAGE) : PLAIN;
    surface.spans(x, y, [[clipped(resource, 12), look], ...holders(peers, props)], width);
  });
  const hidden = entries.length - across * rows;
  if (hidden > 0) surface.textEndingAt(size.columns, 0, ` +${hidden} more`, MUTED);
  return surface;
}
