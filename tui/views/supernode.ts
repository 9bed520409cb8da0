/**
 * Supernodes: their indexes side by side. Each has its nodes with the time since they registered and a stroke for each check that they missed in a row, and
 * on the way between node and supernode whatever is asked and answered; below, what it knows of resources. Under the indexes the multicast group: queries (20)
 * and answers (21 found, 22 not found) as they travel to each supernode, and the last that were said; and the searches that wait.
 */
import type { NodePicture, SupernodePicture, SupernodeView, Travelling } from '../../protocols/supernode/view.ts';
import type { Address } from '../../sim/index.ts';
import { clockText, type Moment, shortDuration } from '../run/moment.ts';
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
  lostTrack,
  markSpan,
  nameStyle,
  statusSpan,
  track,
} from './parts.ts';
import type { PictureProps, SystemPicture } from './view.ts';

type Props = PictureProps<SupernodeView>;
type Flight = Moment['flights'][number];

export const supernode: SystemPicture<SupernodeView> = {
  draw(props) {
    const { columns, rows } = props.size;
    const surface = new Surface(props.size);
    const chosen = chosenLine(props);
    const free = rows - (chosen === null ? 0 : 1);
    if (chosen !== null) surface.spans(0, free, chosen, columns);
    const below = free >= 30 ? 12 : free >= 17 ? 7 : free >= 10 ? 4 : 0;
    surface.lay(cards(props, { columns, rows: free - below - (below > 4 ? 1 : 0) }), 0, 0);
    if (below === 0) return surface;
    const y = free - below;
    if (columns >= 72) {
      const left = Math.floor(columns * 0.52);
      surface.lay(block(groupLines(props, left, below), { columns: left, rows: below }), 0, y);
      const right: Size = { columns: columns - left - 2, rows: below };
      surface.lay(block(searchLines(props, right.columns), right), left + 2, y);
      return surface;
    }
    // On small screens the searches have the last rows, and the group what is left.
    const searches = searchLines(props, columns);
    const last = Math.min(searches.length, Math.max(1, below - 4), 3);
    surface.lay(block(groupLines(props, columns, below - last), { columns, rows: below - last }), 0, y);
    surface.lay(block(searches, { columns, rows: last }), 0, free - last);
    return surface;
  },
  legend: (theme) => [
    [
      ['4.2s', MUTED],
      ['Since the node registered.', PLAIN],
    ],
    [
      ['/', WARN],
      ['A check that it missed; after the next it is struck out.', PLAIN],
    ],
    [
      ['!', BAD],
      ['This location does not serve the resource any more.', PLAIN],
    ],
    [
      [theme.glyphs.joining, INFO],
      ['The node is at home here, but not registered.', PLAIN],
    ],
    [
      ['20', MESSAGE],
      ['A query to the group.', PLAIN],
    ],
    [
      ['21', GOOD],
      ['Found.', PLAIN],
    ],
    [
      ['22', WARN],
      ['Not found.', PLAIN],
    ],
    [
      [theme.glyphs.request, MESSAGE],
      [`On its way from the node to the supernode; ${theme.glyphs.reply} the other way.`, PLAIN],
    ],
    ...statusLegend(theme),
  ],
};

function shortName(name: string): string {
  return clipped(name.replace(/^supernode-/, 'S').replace(/^node-/, 'n'), 8);
}

function nameOf({ peers }: Props, address: Address): string {
  return peers[address]?.name ?? '?';
}

// --- The indexes ---

/** A card needs so many columns. */
const CARD_LEAST = 22;

function cards(props: Props, size: Size): Surface {
  const surface = new Surface(size);
  const { supernodes } = props.view;
  if (supernodes.length === 0) {
    surface.text(1, 0, 'No supernode is there.', MUTED);
    return surface;
  }
  const least = props.theme.large ? CARD_LEAST + 8 : CARD_LEAST;
  const fitting = Math.max(1, Math.floor((size.columns + 1) / (least + 1)));
  const shown = shownCards(props, fitting);
  const others = supernodes.filter((one) => !shown.includes(one));
  const rows = size.rows - (others.length > 0 && size.rows > 4 ? 1 : 0);
  shown.forEach((one, index) => {
    const x = Math.floor((index * (size.columns + 1)) / shown.length);
    const end = Math.floor(((index + 1) * (size.columns + 1)) / shown.length) - 1;
    if (index > 0) surface.vertical(x - 1, 0, rows, '│', FAINT);
    // A free column beside the rule.
    const from = index > 0 ? x + 1 : x;
    surface.lay(card(one, props, { columns: Math.max(0, end - from), rows }), from, 0);
  });
  if (rows < size.rows) surface.spans(0, rows, othersLine(others, props), size.columns);
  return surface;
}

/** Those that one looks at: of the selected process, then as they come. */
function shownCards(props: Props, count: number): readonly SupernodePicture[] {
  const { supernodes, nodes } = props.view;
  if (supernodes.length <= count) return supernodes;
  const home = nodes.find(({ address }) => address === props.selected)?.supernode ?? props.selected;
  const first = supernodes.filter(({ address }) => address === home);
  const chosen = [...first, ...supernodes.filter((one) => !first.includes(one))].slice(0, count);
  return supernodes.filter((one) => chosen.includes(one));
}

function othersLine(others: readonly SupernodePicture[], props: Props): Line {
  const line: Span[] = [[`+${others.length} more: `, MUTED]];
  for (const one of others) {
    const mark = markSpan(props, one.address);
    line.push([mark[0].trim(), mark[1]], statusSpan(one.status), [shortName(one.name), PLAIN]);
    line.push([` ${counted(one.nodes.length, 'node')}  `, MUTED]);
  }
  return line;
}

function card(one: SupernodePicture, props: Props, size: Size): Surface {
  const surface = new Surface(size);
  const nodes = nodeLines(one, props, size.columns);
  const index = indexLines(one, props, size.columns);
  surface.spans(0, 0, cardHeading(one, props, size.columns), size.columns);
  // Nodes and resources share the rows; what one does not need the other gets.
  const room = size.rows - 2;
  const half = Math.max(1, Math.floor(room * 0.45));
  const forNodes = Math.max(0, Math.min(nodes.length, Math.max(half, room - index.length)));
  surface.lay(block(nodes, { columns: size.columns, rows: forNodes }), 0, 1);
  const title = `${counted(one.index.length, 'resource')} `;
  const rule = '─'.repeat(Math.max(0, size.columns - widthOf(title)));
  surface.spans(0, 1 + forNodes, [
    [title, MUTED],
    [rule, FAINT],
  ]);
  const rest: Size = { columns: size.columns, rows: Math.max(0, size.rows - 2 - forNodes) };
  surface.lay(block(index, rest), 0, 2 + forNodes);
  return surface;
}

function cardHeading(one: SupernodePicture, props: Props, columns: number): Line {
  const mark = markSpan(props, one.address);
  const look = nameStyle(props, one.address, one.status);
  const line: Span[] = [
    [mark[0].trim(), mark[1]],
    statusSpan(one.status),
    [` ${one.name}`, one.status === 'up' ? bold(look) : look],
  ];
  const dead = one.nodes.filter(({ alive }) => !alive).length;
  const notes: Span[] = [
    [`  ${one.host}`, FAINT],
    [`  ${counted(one.nodes.length, 'node')}`, MUTED],
  ];
  if (dead > 0) notes.unshift([`  ${dead} dead`, BAD]);
  if (one.malformed > 0) notes.push([`  ${one.malformed} malformed`, WARN]);
  for (const note of notes) if (lengthOf(line) + widthOf(note[0]) <= columns) line.push(note);
  return line;
}

type Registered = SupernodePicture['nodes'][number];

/** Who stands out comes first: selected, marked, dead, struck; then those that talk; then as they come. */
function nodeLines(one: SupernodePicture, props: Props, columns: number): readonly Line[] {
  const talking = new Set(flightsOf(one.address, props).flatMap(({ from, to }) => [from, to]));
  const rank = ({ address, alive, strikes }: Registered): number =>
    isSingledOut(props, address) ? 4 : !alive ? 3 : strikes > 0 ? 2 : talking.has(address) ? 1 : 0;
  // A few nodes keep their places, so that nothing jumps about.
  const isFew = one.nodes.length <= 8;
  const registered = isFew ? one.nodes : [...one.nodes].sort((a, b) => rank(b) - rank(a) || a.address - b.address);
  const known = new Set(one.nodes.map(({ address }) => address));
  const away = props.view.nodes.filter(
    ({ address, supernode: home, status }) => home === one.address && status !== 'gone' && !known.has(address),
  );
  const width = Math.min(
    10,
    Math.max(4, ...[...registered.slice(0, 40), ...away.slice(0, 40)].map(({ name }) => widthOf(name))),
  );
  return [
    ...registered.map((node) => registeredLine(node, one, props, width, columns)),
    ...away.map((node) => awayLine(node, one, props, width, columns)),
  ];
}

/** Columns for strokes and for an age. */
const STRIKES = 3;
const AGE = 6;

function registeredLine(
  { address, name, alive, strikes, ageUs }: Registered,
  one: SupernodePicture,
  props: Props,
  width: number,
  columns: number,
): Line {
  const status = props.peers[address]?.status ?? 'gone';
  const ways = Math.min(props.theme.large ? 8 : 16, columns - width - STRIKES - AGE - 5);
  return [
    markSpan(props, address),
    [statusGlyph(status), style(statusTone(status))],
    [' ', PLAIN],
    [padded(name, width), alive ? nameStyle(props, address, status) : BAD],
    [' ', PLAIN],
    ...wayBetween(address, one.address, props, ways),
    [padded(shortDuration(ageUs), AGE, 'right'), MUTED],
    [' ', PLAIN],
    [strikes > STRIKES ? `${strikes}/` : '/'.repeat(strikes), bold(strikes > 1 ? BAD : WARN)],
  ];
}

function awayLine(
  { address, name, status }: NodePicture,
  one: SupernodePicture,
  props: Props,
  width: number,
  columns: number,
): Line {
  const ways = Math.min(props.theme.large ? 8 : 16, columns - width - STRIKES - AGE - 5);
  return [
    markSpan(props, address),
    status === 'up' ? [props.theme.glyphs.joining, INFO] : statusSpan(status),
    [' ', PLAIN],
    [padded(name, width), nameStyle(props, address, status === 'up' ? 'paused' : status)],
    [' ', PLAIN],
    ...wayBetween(address, one.address, props, ways),
    status === 'up' ? [' away', INFO] : [` ${status}`, MUTED],
  ];
}

function flightsOf(supernodeAddress: Address, { flights }: Props): readonly Flight[] {
  return flights.filter(
    ({ from, to, kind }) => kind !== 'wire' && (from === supernodeAddress || to === supernodeAddress),
  );
}

/** The way from a node (left) to its supernode (right), with the first message that is on it, or the last that got lost on it. */
function wayBetween(node: Address, home: Address, props: Props, columns: number): readonly Span[] {
  if (columns < 3) return [];
  const { theme, losses, message } = props;
  const between = flightsOf(home, props).filter(({ from, to }) => from === node || to === node);
  const flight = between.find(({ sequence }) => sequence === message) ?? between[0];
  if (flight !== undefined) {
    const isChosen = flight.sequence === message;
    const look = isChosen ? ACCENT : MESSAGE;
    const room = columns;
    const at = Math.min(room - 1, Math.max(0, Math.floor(flight.progress * room)));
    const column = flight.from === node ? at : room - 1 - at;
    const isRight = flight.from === node;
    return [
      [(isRight ? '─' : '┄').repeat(column), isRight ? look : FAINT],
      // It points where it goes.
      [isRight ? theme.glyphs.request : theme.glyphs.reply, bold(look)],
      [(isRight ? '┄' : '─').repeat(room - 1 - column), isRight ? FAINT : look],
    ];
  }
  const loss = losses.findLast(({ from, to }) => (from === node && to === home) || (from === home && to === node));
  if (loss !== undefined) {
    const spans = lostTrack(loss.isOnTheWay, columns, theme);
    return loss.from === node ? spans : [...spans].reverse();
  }
  return [[' '.repeat(columns), PLAIN]];
}

function indexLines(one: SupernodePicture, props: Props, columns: number): readonly Line[] {
  const sought = new Set(props.view.searches.flatMap(({ ids }) => ids.map(({ id }) => id)));
  const width = Math.min(Math.floor(columns * 0.55), Math.max(6, ...one.index.map(({ name }) => widthOf(name))));
  const isWide = columns >= width + 20;
  return one.index.map(({ id, name, locations }) => [
    [padded(name, width), sought.has(id) ? bold(MESSAGE) : PLAIN],
    ...locations.flatMap(({ node, location, serves }): Span[] => {
      const look = isSingledOut(props, node) ? bold(ACCENT) : serves ? MUTED : BAD;
      const text = isWide ? endpointOf(location) : shortName(nameOf(props, node));
      return [[`  ${text}${serves ? '' : '!'}`, look]];
    }),
  ]);
}

/** `http://host-3:8001/files/film.avi` is at host-3:8001. */
function endpointOf(location: string): string {
  return location.split('/')[2] ?? location;
}

// --- The multicast group ---

/** Names of what the ids stand for, as far as somebody here knows them. */
function namesIn({ supernodes, searches }: SupernodeView): ReadonlyMap<string, string> {
  return new Map([
    ...supernodes.flatMap(({ index }) => index.map(({ id, name }): [string, string] => [id, name])),
    ...searches.flatMap(({ ids }) => ids.map(({ id, name }): [string, string] => [id, name])),
  ]);
}

type Wire = Travelling['wire'];

function wireSpans(wire: Wire, text: string, names: ReadonlyMap<string, string>): readonly Span[] {
  if (wire === null) return [[`malformed ${text}`, BAD]];
  const look = codeStyle(wire);
  const of = (id: string) => names.get(id) ?? id.slice(0, 8);
  if (wire.code !== 21)
    return [
      [`${wire.code} `, bold(look)],
      [of(wire.id), look],
    ];
  const about = wire.id === null ? '' : ` ${of(wire.id)}`;
  return [
    ['21 ', bold(look)],
    [`${endpointOf(wire.location)}${about}`, look],
  ];
}

function codeStyle(wire: Wire): Style {
  return wire === null ? BAD : wire.code === 20 ? MESSAGE : wire.code === 21 ? GOOD : WARN;
}

function groupLines(props: Props, columns: number, rows: number): readonly Line[] {
  const { view, losses, message, theme, nowUs } = props;
  const { travelling, told } = view.group;
  const names = namesIn(view);
  const isGroup = new Set(view.supernodes.map(({ address }) => address));
  const lost = losses.filter(({ from, to }) => isGroup.has(from) && isGroup.has(to));
  const title = heading('Multicast group', `${travelling.length} on the way`);
  const lines: Line[] = [lost.length === 0 ? title : [...title, [`  ${lost.length} lost`, BAD]]];
  const bar = Math.max(5, Math.min(14, columns - 34));
  // The chosen first; then as they arrive; and never so many that nothing is left for what was said.
  const ranked = [...travelling].sort((a, b) => Number(b.sequence === message) - Number(a.sequence === message));
  const most = Math.max(1, Math.floor((rows - 1) * 0.6));
  const moving: Line[] = [];
  for (const { from, to, progress, sequence, wire, text } of ranked) {
    const isChosen = sequence === message;
    const glyph = theme.glyphs.datagram;
    moving.push([
      [isChosen ? theme.glyphs.cursor : ' ', ACCENT],
      [padded(shortName(nameOf(props, from)), 3, 'right'), isChosen ? bold(ACCENT) : PLAIN],
      [' ', PLAIN],
      ...track(progress, bar, glyph, isChosen),
      [' ', PLAIN],
      [padded(shortName(nameOf(props, to)), 4), isChosen ? bold(ACCENT) : PLAIN],
      ...wireSpans(wire, text, names),
    ]);
  }
  for (const { from, to, isOnTheWay } of lost) {
    moving.push([
      [` ${padded(shortName(nameOf(props, from)), 3, 'right')} `, PLAIN],
      ...lostTrack(isOnTheWay, bar, theme),
      [` ${padded(shortName(nameOf(props, to)), 4)}`, PLAIN],
      ['lost', BAD],
    ]);
  }
  lines.push(...moving.slice(0, most));
  if (moving.length > most)
    lines[lines.length - 1] = [...lines[lines.length - 1], [`  +${moving.length - most}`, MUTED]];
  const room = Math.max(0, rows - lines.length);
  for (const { atUs, from, text, wire } of told.slice(-room).reverse()) {
    lines.push([
      [padded(clockText(atUs, nowUs).slice(0, -3), 9, 'right'), FAINT],
      [` ${padded(shortName(nameOf(props, from)), 3)} `, MUTED],
      ...wireSpans(wire, text, names),
    ]);
  }
  if (told.length === 0 && room > 0) lines.push([['nothing was said yet', MUTED]]);
  return lines.slice(0, Math.max(1, rows));
}

// --- Searches ---

function searchLines(props: Props, columns: number): readonly Line[] {
  const { searches } = props.view;
  const lines: Line[] = [heading('Searches in flight', searches.length === 0 ? 'none' : String(searches.length))];
  for (const { supernode: at, number, tries, ids } of searches) {
    ids.forEach(({ name, found, denials }, index) => {
      const isFirst = index === 0;
      const who = `${shortName(nameOf(props, at))}#${number}`;
      lines.push([
        [padded(isFirst ? who : '', 7), isFirst ? STRONG : PLAIN],
        [clipped(name, Math.max(6, columns - 20)), bold(MESSAGE)],
        ...(found === null ? waitingSpans(tries, denials, props) : foundSpans(found)),
      ]);
    });
  }
  return lines;
}

function waitingSpans(tries: number, denials: readonly string[], { theme }: Props): readonly Span[] {
  const spans: Span[] = [[` ${theme.glyphs.open}waits`, MUTED]];
  if (tries > 1) spans.push([`, asked ${tries}×`, WARN]);
  if (denials.length > 0) spans.push([`, not at ${denials.map(shortName).join(' ')}`, WARN]);
  return spans;
}

function foundSpans(found: readonly string[]): readonly Span[] {
  return found.length === 0 ? [[' ✗ nowhere', BAD]] : [[` ✓ ${found.map(endpointOf).join(' ')}`, GOOD]];
}

/** The selected message in words, wherever it is. */
function chosenLine(props: Props): Line | null {
  const flight = props.flights.find(({ sequence }) => sequence === props.message);
  if (flight === undefined) return null;
  const { from, to, progress, text } = flight;
  return [
    [`${props.theme.glyphs.cursor} `, bold(ACCENT)],
    [`${nameOf(props, from)} `, ACCENT],
    ...track(progress, 8, props.theme.glyphs.datagram, true),
    [` ${nameOf(props, to)}  `, ACCENT],
    [text, PLAIN],
  ];
}
