/**
 * News: the service from left to right as a request goes through it: clients, agents and commissions, their replicas with what waits at each, the
 * database with its standby. Requests travel between the columns, replies back. Below stands which commission serves which area: what the database says, and
 * what an agent believes where that is something else; and the requests in words.
 */
import type { AreaView, CommissionView, DatabaseView, NewsView, ReplicaView } from '../../protocols/news/view.ts';
import type { Address } from '../../sim/index.ts';
import type { Moment, Peer } from '../run/moment.ts';
import { Canvas, type Point } from '../screen/canvas.ts';
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
  WARN,
} from '../screen/style.ts';
import { type Size, type Span, Surface } from '../screen/surface.ts';
import { clipped, padded, widthOf } from '../screen/width.ts';
import { statusLegend } from './fallback.ts';
import {
  block,
  counted,
  heading,
  isSingledOut,
  type Line,
  lengthOf,
  lostTrack,
  markSpan,
  nameStyle,
  statusSpan,
  track,
} from './parts.ts';
import type { PictureProps, SystemPicture } from './view.ts';

type Props = PictureProps<NewsView>;
type Flight = Moment['flights'][number];

export const news: SystemPicture<NewsView> = {
  draw(props) {
    const { columns, rows } = props.size;
    const surface = new Surface(props.size);
    const below = rows >= 30 ? Math.floor(rows * 0.4) : rows >= 15 ? Math.floor(rows * 0.42) : 0;
    surface.lay(new Service(props, { columns, rows: rows - below - (below > 0 ? 1 : 0) }).draw(), 0, 0);
    if (below === 0) return surface;
    const y = rows - below;
    const areas = areaTable(props, columns >= 72 ? columns - REQUESTS - 2 : columns);
    if (columns < 72) {
      const chosen = chosenFlight(props);
      const free = below - (chosen === undefined ? 0 : 1);
      surface.lay(block(areas, { columns, rows: free }), 0, y);
      if (chosen !== undefined) surface.spans(0, rows - 1, requestLine(chosen, props, columns), columns);
      return surface;
    }
    const left = columns - REQUESTS - 2;
    surface.lay(block(areas, { columns: left, rows: below }), 0, y);
    surface.lay(block(requestLines(props), { columns: REQUESTS, rows: below }), left + 2, y);
    return surface;
  },
  legend: (theme) => [
    [
      ['›', ACCENT],
      ['The replica whose turn is next.', PLAIN],
    ],
    [
      ['▮▯', WARN],
      ['A request that waits in a queue; ▯ one whose transaction is at the database.', PLAIN],
    ],
    [
      ['●', GOOD],
      ['In the table: the commission that serves the area. ✕ it is down.', PLAIN],
    ],
    [
      ['?', BAD],
      ['In the table: an agent sends clients there too, although the database says another.', PLAIN],
    ],
    [
      ['!', BAD],
      ['Behind an area: no order explains what its clients saw.', PLAIN],
    ],
    [
      [theme.glyphs.request, MESSAGE],
      [`A request, ${theme.glyphs.reply} a reply on its way.`, PLAIN],
    ],
    ...statusLegend(theme),
  ],
};

/** Columns for the requests in words. */
const REQUESTS = 38;

function shortName(name: string): string {
  return clipped(
    name
      .replace(/^commission/, 'C')
      .replace(/^agent/, 'A')
      .replace(/^user/, 'u'),
    9,
  );
}

// --- The service ---

/** Where a process stands, in cells; lines begin and end at its sides. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly columns: number;
}

interface Columns {
  readonly clients: number;
  readonly service: Box;
  readonly replicas: Box;
  readonly database: Box;
}

/** More ways than this at once are a tangle: of the others only the message is drawn. */
const MOST_WAYS = 16;
const MOST_FLIGHTS = 120;

class Service {
  private readonly props: Props;
  private readonly surface: Surface;
  private readonly canvas: Canvas;
  private readonly columns: Columns;
  private readonly boxes = new Map<Address, Box>();

  constructor(props: Props, size: Size) {
    this.props = props;
    this.surface = new Surface(size);
    this.canvas = new Canvas(size.columns, size.rows);
    this.columns = columnsFor(size.columns);
  }

  draw(): Surface {
    this.drawClients();
    this.drawService();
    this.drawDatabases();
    this.drawWays();
    this.canvas.drawOn(this.surface, 0, 0, true);
    this.drawFlights();
    this.drawLosses();
    return this.surface;
  }

  private get isNarrow(): boolean {
    return this.surface.columns < 60 || this.props.theme.large;
  }

  // --- Clients ---

  private drawClients(): void {
    const { up, busy, loggedIn } = this.props.view.clients;
    const width = this.columns.clients;
    const peers = this.props.peers.filter(({ role, status }) => role === 'client' && status !== 'gone');
    const lines: Line[] = [
      [[this.isNarrow ? 'Clients' : counted(peers.length, 'client'), ACCENT]],
      [[this.isNarrow ? `${up} up` : `${loggedIn} in, ${busy} busy`, MUTED]],
    ];
    lines.forEach((line, y) => {
      this.surface.spans(0, y, line, width);
    });
    const top = 2;
    const rows = Math.max(1, this.surface.rows - top - 1);
    const across = Math.max(1, width >> 1);
    const each = Math.max(1, Math.ceil(peers.length / (across * rows)));
    const busySenders = new Set(this.props.flights.flatMap(({ from, to }) => [from, to]));
    for (let first = 0; first < peers.length; first += each) {
      const group = peers.slice(first, first + each);
      const index = first / each;
      const at = { x: (index % across) * 2, y: top + Math.floor(index / across) };
      for (const { address } of group) this.boxes.set(address, { ...at, columns: width - at.x - 1 });
      const [glyph, look] = this.clientLook(group, busySenders);
      this.surface.put(at.x, at.y, glyph, look);
    }
    // Below: who is selected, and for how many a dot stands.
    const chosen = peers.find(({ address }) => address === this.props.selected);
    const name = chosen === undefined ? '' : `${this.props.theme.glyphs.cursor}${shortName(chosen.name)} `;
    const end = this.surface.text(0, this.surface.rows - 1, name, bold(ACCENT), width);
    if (each > 1) this.surface.text(end, this.surface.rows - 1, `● is ${each}`, MUTED, width + 3 - end);
  }

  private clientLook(group: readonly Peer[], busy: ReadonlySet<Address>): Span {
    const { selected, marked, theme } = this.props;
    if (group.some(({ address }) => address === selected)) return ['◉', bold(ACCENT)];
    if (group.some(({ address }) => marked.includes(address))) return [theme.glyphs.marked, bold(WARN)];
    const away = group.find(({ status }) => status !== 'up');
    if (away !== undefined && group.length === 1) return statusSpan(away.status);
    return [theme.glyphs.up, group.some(({ address }) => busy.has(address)) ? bold(MESSAGE) : GOOD];
  }

  // --- Agents, commissions, replicas ---

  private drawService(): void {
    const { view } = this.props;
    const { service, replicas } = this.columns;
    this.surface.text(service.x, 0, 'Agents', ACCENT, service.columns);
    const rows = this.surface.rows;
    const commissions = view.commissions.filter(({ status }) => status !== 'gone');
    const agents = view.agents.filter(({ status }) => status !== 'gone');
    // Each commission gets a row for each replica and one for its areas, or else a row in all.
    const full = commissions.reduce((sum, one) => sum + heightOf(one), 0);
    const agentRows = Math.min(agents.length, Math.max(1, rows - 1 - Math.min(full, commissions.length * 2)));
    agents.slice(0, agentRows).forEach((agent, index) => {
      const y = 1 + index;
      const end = this.drawName(agent, { ...service, y });
      if (agent.checking.length > 0) {
        this.surface.text(
          end + 1,
          y,
          `checks ${agent.checking.map(shortName).join(' ')}`,
          MUTED,
          replicas.x - end + 10,
        );
      }
    });
    if (agents.length > agentRows) {
      this.surface.text(service.x + 7, 0, `+${agents.length - agentRows}`, MUTED);
    }
    let y = 1 + agentRows;
    const isFull = y + full <= rows;
    if (rows - y > (isFull ? full : commissions.length)) {
      this.surface.text(service.x, y, this.isNarrow ? 'Nodes' : 'Commissions', ACCENT, service.columns);
      if (replicas.columns >= 8) this.surface.text(replicas.x, y, 'Replicas', ACCENT);
      y++;
    }
    const spare = isFull ? Math.floor((rows - y - full) / Math.max(1, commissions.length)) : 0;
    const gap = Math.min(2, spare);
    const ranked = isFull ? commissions : this.firstOf(commissions, rows - y);
    for (const one of ranked) {
      this.drawCommission(one, y, isFull);
      y += (isFull ? heightOf(one) : 1) + gap;
    }
    const hidden = commissions.length - ranked.length;
    if (hidden > 0) this.surface.text(service.x, rows - 1, `+${hidden} more commissions`, MUTED);
  }

  /** As many as there is room for, those that one looks at among them. */
  private firstOf(commissions: readonly CommissionView[], room: number): readonly CommissionView[] {
    if (commissions.length <= room) return commissions;
    const isChosen = ({ address, replicas }: CommissionView) =>
      isSingledOut(this.props, address) || replicas.some((one) => isSingledOut(this.props, one.address));
    const rank = (one: CommissionView) => (isChosen(one) ? 2 : one.status !== 'up' ? 1 : 0);
    const chosen = [...commissions].sort((a, b) => rank(b) - rank(a) || a.address - b.address);
    const shown = chosen.slice(0, Math.max(0, room - 1));
    return commissions.filter((one) => shown.includes(one));
  }

  /** @returns the column behind it. */
  private drawName({ address, name, status }: Omit<Peer, 'role'>, box: Box): number {
    this.boxes.set(address, box);
    const text = this.isNarrow || widthOf(name) > box.columns - 2 ? shortName(name) : name;
    return this.surface.spans(
      box.x - 1,
      box.y,
      [
        markSpan(this.props, address),
        statusSpan(status),
        [` ${clipped(text, box.columns - 2)}`, nameStyle(this.props, address, status)],
      ],
      box.columns + 1,
    );
  }

  private drawCommission(one: CommissionView, y: number, isFull: boolean): void {
    const { service, replicas } = this.columns;
    const end = this.drawName(one, { ...service, y });
    const doubt: Span | null =
      one.status !== 'up' && one.markedAlive
        ? ['unnoticed', WARN]
        : one.status === 'up' && !one.markedAlive
          ? ['marked dead', BAD]
          : null;
    if (isFull) {
      const areas = one.areas.length === 0 ? 'no area' : one.areas.join(' ');
      const [text, look] = doubt ?? [areas, MUTED];
      this.surface.text(service.x + 2, y + 1, text, look, replicas.x - service.x - 4);
      one.replicas.forEach((replica, index) => {
        this.drawReplica(replica, one, y + index);
      });
      return;
    }
    if (doubt !== null) this.surface.text(end, y, '?', doubt[1]);
    this.drawReplicaRow(one, { ...replicas, y });
  }

  private drawReplica(replica: ReplicaView, one: CommissionView, y: number): void {
    const { replicas } = this.columns;
    const { address, name, status, inRotation, isNext, queue, atDatabase } = replica;
    const box = { ...replicas, y };
    this.boxes.set(address, box);
    const short = name.startsWith(one.name) ? name.slice(one.name.length) : shortName(name);
    const line: Line = [
      isSingledOut(this.props, address) || !isNext ? markSpan(this.props, address) : ['›', ACCENT],
      inRotation || status !== 'up' ? statusSpan(status) : ['◌', INFO],
      [padded(short, 4), nameStyle(this.props, address, status)],
      ...queueSpans(queue, atDatabase, Math.max(1, replicas.columns - 6)),
    ];
    this.surface.spans(box.x - 1, y, line, replicas.columns + 1);
  }

  /** Where there is a row for all replicas: a glyph for each, and what waits at all of them. */
  private drawReplicaRow({ replicas }: CommissionView, box: Box): void {
    const waiting = replicas.reduce((sum, { queue, atDatabase }) => sum + queue + atDatabase, 0);
    const all = box.columns - (waiting > 0 ? 4 : 0);
    const room = Math.max(1, replicas.length <= all ? all : all - 3);
    replicas.forEach(({ address, status, inRotation }, index) => {
      this.boxes.set(address, box);
      if (index >= room) return;
      const [mark, look] = markSpan(this.props, address);
      const own = inRotation || status !== 'up' ? statusSpan(status) : (['◌', INFO] as const);
      this.surface.put(box.x + index, box.y, mark === ' ' ? own[0] : mark, mark === ' ' ? own[1] : look);
    });
    const more = replicas.length > room ? `+${replicas.length - room}` : '';
    const text = `${more}${waiting > 0 ? ` ▮${waiting}` : ''}`;
    const x = box.x + Math.min(room, replicas.length);
    this.surface.text(x, box.y, text, WARN, box.x + box.columns - x + 2);
  }

  // --- The database ---

  private drawDatabases(): void {
    const { view } = this.props;
    const { database } = this.columns;
    this.surface.text(database.x, 0, 'Database', ACCENT, database.columns);
    // Five rows for each, one for the arbiter; a free row between them if there is room.
    const count = view.databases.length;
    const isTight = this.surface.rows < 5 * count + 2;
    const gap = this.surface.rows >= 6 * count + 2 ? 2 : 1;
    let y = 1;
    for (const one of view.databases) {
      this.drawName(one, { ...database, y });
      const lines = databaseLines(one, this.isNarrow);
      for (const line of isTight ? lines.slice(0, 2) : lines) {
        y++;
        this.surface.spans(database.x + 2, y, line, database.columns - 2);
      }
      y += gap;
    }
    if (view.arbiter !== null) this.drawName(view.arbiter, { ...database, y });
  }

  // --- What travels ---

  /** From the side of one box to the side of the other, in dots; null where one of them is not shown. */
  private way({ from, to }: Pick<Flight, 'from' | 'to'>): readonly [Point, Point] | null {
    const [a, b] = [this.boxes.get(from), this.boxes.get(to)];
    if (a === undefined || b === undefined) return null;
    const row = (box: Box) => box.y * 4 + 2;
    const [leftA, leftB] = [(a.x - 2) * 2 + 1, (b.x - 2) * 2 + 1];
    const [rightA, rightB] = [(a.x + a.columns) * 2, (b.x + b.columns) * 2];
    if (a.x === b.x || (leftA < rightB && leftB < rightA)) {
      return [
        { x: leftA, y: row(a) },
        { x: leftB, y: row(b) },
      ];
    }
    return a.x < b.x
      ? [
          { x: rightA, y: row(a) },
          { x: leftB, y: row(b) },
        ]
      : [
          { x: leftA, y: row(a) },
          { x: rightB, y: row(b) },
        ];
  }

  private isChosen({ sequence, from, to }: Flight): boolean {
    const { message, selected } = this.props;
    return sequence === message || from === selected || to === selected;
  }

  private drawWays(): void {
    const chosen = this.props.flights.filter((flight) => this.isChosen(flight));
    const others = this.props.flights.filter((flight) => !this.isChosen(flight));
    for (const flight of [...others.slice(0, Math.max(0, MOST_WAYS - chosen.length)), ...chosen]) {
      const way = this.way(flight);
      if (way === null) continue;
      const isMessage = flight.sequence === this.props.message;
      const look = isMessage ? ACCENT : this.isChosen(flight) ? MESSAGE : FAINT;
      const [a, b] = way;
      this.canvas.line(a.x, a.y, b.x, b.y, look, isMessage ? 2 : this.isChosen(flight) ? 1 : 0, isMessage ? 1 : 3);
    }
  }

  private drawFlights(): void {
    const { flights, theme, message } = this.props;
    for (const flight of flights.slice(0, MOST_FLIGHTS).reverse()) {
      const look = flight.sequence === message ? ACCENT : MESSAGE;
      this.putOnWay(flight, flight.progress, theme.glyphs[flight.transport], bold(look));
    }
  }

  private drawLosses(): void {
    for (const loss of this.props.losses) {
      this.putOnWay(loss, loss.isOnTheWay ? 0.5 : 0.95, this.props.theme.glyphs.lost, bold(BAD));
    }
  }

  /** Messages pass behind whatever is written. */
  private putOnWay(ends: Pick<Flight, 'from' | 'to'>, progress: number, glyph: string, look: Style): void {
    const way = this.way(ends);
    if (way === null) return;
    const [a, b] = way;
    const x = Math.floor((a.x + (b.x - a.x) * progress) / 2);
    const y = Math.floor((a.y + (b.y - a.y) * progress) / 4);
    if (/^[ \u2800-\u28ff•▹◃]$/.test(this.surface.at(x, y))) this.surface.put(x, y, glyph, look);
  }
}

function heightOf({ replicas }: CommissionView): number {
  return Math.max(2, replicas.length);
}

function columnsFor(columns: number): Columns {
  const clients = columns < 60 ? 7 : columns < 100 ? 14 : 22;
  const last = columns < 60 ? 11 : columns < 100 ? 17 : 24;
  const database = columns - last;
  const rest = database - clients;
  const service = clients + 1 + Math.floor(rest * 0.16);
  const serviceColumns = Math.max(4, Math.min(16, Math.floor(rest * 0.3)));
  const replicas = service + serviceColumns + 1 + Math.floor(rest * 0.1);
  return {
    clients,
    service: { x: service, y: 0, columns: serviceColumns },
    replicas: { x: replicas, y: 0, columns: Math.max(4, Math.min(18, database - replicas - Math.floor(rest * 0.16))) },
    database: { x: database, y: 0, columns: last },
  };
}

function queueSpans(queue: number, atDatabase: number, room: number): readonly Span[] {
  if (queue + atDatabase === 0) return [];
  if (queue + atDatabase > room) return [[`▮${queue} ▯${atDatabase}`, WARN]];
  return [
    ['▮'.repeat(queue), WARN],
    ['▯'.repeat(atDatabase), INFO],
  ];
}

function databaseLines(one: DatabaseView, isNarrow: boolean): readonly Line[] {
  const { duty, epoch, queue, unconfirmed, logNumber, news: items } = one;
  const isMain = duty === 'primary';
  const waiting: Span = queue > 0 ? [queue <= 6 ? '▮'.repeat(queue) : `▮ ${queue}`, WARN] : ['–', FAINT];
  return [
    [
      [duty, isMain ? GOOD : duty === 'asking' ? WARN : MUTED],
      [isNarrow ? '' : ` epoch ${epoch}`, MUTED],
    ],
    [['queue ', MUTED], waiting, [unconfirmed > 0 ? ` +${unconfirmed}` : '', WARN]],
    [
      [isNarrow ? 'log ' : 'log at ', MUTED],
      [String(logNumber), PLAIN],
    ],
    [
      [String(items), PLAIN],
      [' news', MUTED],
    ],
  ];
}

// --- Areas × commissions ---

/** A column for each commission, if there is room. */
const CELL = 4;

function areaTable(props: Props, columns: number): readonly Line[] {
  const { areas, commissions } = props.view;
  const shown = commissions.filter(({ status }) => status !== 'gone');
  const width = Math.min(14, Math.max(6, ...areas.map(({ name }) => widthOf(name))));
  const room = columns - width - 2 - shown.length * CELL;
  const isTable = room >= 0;
  // As many figures as there is room for.
  const figureCount = Math.min(FIGURES.length, Math.floor(room / FIGURE));
  const ranked = [...areas].sort((a, b) => trouble(b) - trouble(a));
  const isFew = areas.length <= 8;
  const title: Line = heading('Areas', isTable ? '' : '→ commissions');
  const head: Line = isTable
    ? [
        [padded('Areas', width + 2), ACCENT],
        ...shown.map(
          ({ address, name, status }): Span => [padded(shortName(name), CELL), nameStyle(props, address, status)],
        ),
        ...FIGURES.slice(0, figureCount).map((name): Span => [padded(name, FIGURE, 'right'), FAINT]),
      ]
    : title;
  return [
    head,
    ...(areas.length === 0 ? [[['none is there', MUTED] as const]] : []),
    ...(isFew ? areas : ranked).map((area): Line => {
      const sign = area.history === 'violated' ? '!' : area.history === 'undecided' ? '~' : ' ';
      return [
        [padded(area.name, width), trouble(area) > 0 ? bold(WARN) : PLAIN],
        [`${sign} `, bold(BAD)],
        ...(isTable ? shown.map((one) => servedCell(area, one)) : [servedBy(area)]),
        ...(isTable ? figures(area).slice(0, figureCount) : []),
      ];
    }),
  ];
}

const FIGURES = ['news', 'readers'];
const FIGURE = 8;

function figures({ news: items, subscribers }: AreaView): readonly Span[] {
  return [
    [padded(String(items), FIGURE, 'right'), PLAIN],
    [padded(String(subscribers), FIGURE, 'right'), MUTED],
  ];
}

/** What one should look at comes first where not all areas have room. */
function trouble({ history, alsoServedBy, live, commission }: AreaView): number {
  if (history === 'violated') return 3;
  if (alsoServedBy.length > 0) return 2;
  return live && commission !== null ? 0 : 1;
}

function servedCell({ commission, live, alsoServedBy }: AreaView, { name }: CommissionView): Span {
  if (commission === name) return live ? [padded('●', CELL), GOOD] : [padded('✕', CELL), BAD];
  return alsoServedBy.includes(name) ? [padded('?', CELL), bold(BAD)] : [padded('·', CELL), FAINT];
}

function servedBy({ commission, live, alsoServedBy }: AreaView): Span {
  const own = commission === null ? 'nobody' : `${shortName(commission)}${live ? '' : ' ✕'}`;
  const also = alsoServedBy.length === 0 ? '' : ` and ${alsoServedBy.map((name) => `${shortName(name)}?`).join(' ')}`;
  return [`${own}${also}`, also !== '' || commission === null || !live ? BAD : GOOD];
}

// --- Requests in words ---

function chosenFlight({ flights, message }: Props): Flight | undefined {
  return flights.find(({ sequence }) => sequence === message);
}

function requestLines(props: Props): readonly Line[] {
  const { flights, losses, selected, peers } = props;
  const title = heading('On their way', String(flights.length));
  const chosen = chosenFlight(props);
  const isOfSelected = ({ from, to }: Flight) => from === selected || to === selected;
  const ranked = flights.filter((flight) => flight !== chosen);
  const ordered = [...ranked.filter(isOfSelected), ...ranked.filter((flight) => !isOfSelected(flight))];
  const name = (address: Address) => shortName(peers[address]?.name ?? '?');
  return [
    losses.length === 0 ? title : [...title, [`  ${losses.length} lost`, BAD]],
    ...(chosen === undefined ? [] : [requestLine(chosen, props, REQUESTS)]),
    ...losses
      .slice(-2)
      .map(
        (loss): Line => [
          [`${padded(name(loss.from), 8, 'right')} `, PLAIN],
          ...lostTrack(loss.isOnTheWay, TRACK, props.theme),
          [` ${padded(name(loss.to), 8)} `, PLAIN],
          ['lost', BAD],
        ],
      ),
    ...ordered.map((flight) => requestLine(flight, props, REQUESTS)),
  ];
}

const TRACK = 6;

function requestLine(flight: Flight, props: Props, columns: number): Line {
  const { from, to, progress, transport, text } = flight;
  const isChosen = flight === chosenFlight(props);
  const name = (address: Address) => shortName(props.peers[address]?.name ?? '?');
  const line: Line = [
    [isChosen ? props.theme.glyphs.cursor : '', bold(ACCENT)],
    [`${padded(name(from), isChosen ? 7 : 8, 'right')} `, from === props.selected ? bold(ACCENT) : PLAIN],
    // It goes to the right, whatever it is.
    ...track(
      progress,
      TRACK,
      transport === 'reply' ? props.theme.glyphs.datagram : props.theme.glyphs.request,
      isChosen,
    ),
    [` ${padded(name(to), 8)} `, to === props.selected ? bold(ACCENT) : PLAIN],
  ];
  return [...line, [clipped(text, columns - lengthOf(line)), isChosen ? STRONG : MUTED]];
}
