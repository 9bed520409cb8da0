/** Where everything stands, for a size: what fills the main place, and what there is room for beside and below it. */
import type { PanelName } from '../model/ui.ts';
import type { Size } from './surface.ts';

export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

export interface Place {
  readonly panel: PanelName;
  /** With its heading, which is the first row. */
  readonly rect: Rect;
}

export interface Layout {
  readonly header: Rect;
  /** The first is the main one. */
  readonly places: readonly Place[];
  readonly footer: Rect;
}

/** Smaller than this nothing sensible can be drawn. */
export const SMALLEST: Size = { columns: 40, rows: 12 };

export interface LayoutWishes {
  readonly main: PanelName;
  readonly focus: PanelName;
  readonly large: boolean;
  readonly hasSelection: boolean;
  /** A lesson is gone through: its notes stand beside everything that leaves room. */
  readonly hasLesson?: boolean;
  /** Rows that the expectations take, at most as many as there is room for. */
  readonly expectationRows: number;
}

/** Between columns. */
const GAP = 1;

export function layoutOf({ columns, rows }: Size, wishes: LayoutWishes): Layout {
  const headerRows = headerRowsOf({ columns, rows }, wishes);
  const header = { x: 0, y: 0, columns, rows: headerRows };
  const footer = { x: 0, y: rows - 1, columns, rows: 1 };
  const body = { x: 0, y: headerRows, columns, rows: Math.max(0, rows - headerRows - 1) };
  return { header, places: placesIn(body, wishes), footer };
}

function headerRowsOf({ rows }: Size, { large, expectationRows }: LayoutWishes): number {
  const lines = Math.min(expectationRows, rows >= 40 ? 3 : rows >= 24 ? 1 : 0);
  // A free row between the header and the panels, where there are rows to spare.
  const gap = rows >= 36 ? 1 : 0;
  return (large && rows >= 24 ? 5 : 2) + lines + gap;
}

function placesIn(body: Rect, wishes: LayoutWishes): readonly Place[] {
  const { main, large, hasLesson = false } = wishes;
  if (hasLesson && (large || body.columns < 70)) return lessonBelow(body, wishes);
  if (large) return largePlaces(body, wishes);
  if (isWide(main) && body.columns < 110) return [{ panel: main, rect: body }];
  if (body.columns >= 160 && body.rows >= 40) return roomyPlaces(body, wishes);
  if (body.columns >= 100 && body.rows >= 28) return middlePlaces(body, wishes);
  if (body.columns >= 70) return narrowPlaces(body, wishes);
  return body.rows >= 24 ? stacked(body, wishes) : [{ panel: main, rect: body }];
}

/** Panels whose lines are long: on a small screen they get all of it. */
function isWide(panel: PanelName): boolean {
  return panel !== 'picture';
}

/** For projectors: the main panel, and a few lines of the log. */
function largePlaces(body: Rect, { main }: LayoutWishes): readonly Place[] {
  if (main === 'log' || body.rows < 16) return [{ panel: main, rect: body }];
  const below = Math.min(6, Math.floor(body.rows / 4));
  return above(body, below, main, 'log');
}

/** Where notes have no room at the side. */
function lessonBelow(body: Rect, { main }: LayoutWishes): readonly Place[] {
  return above(body, Math.max(6, Math.floor(body.rows * 0.45)), main, 'lesson');
}

/** 80 × 24: the main panel and one beside it. */
function narrowPlaces(body: Rect, wishes: LayoutWishes): readonly Place[] {
  const beside = besides(wishes)[0];
  // Notes are read, not glanced at: lines of less than forty characters tire.
  const right = Math.max(30, Math.floor(body.columns * (beside === 'lesson' ? 0.5 : 0.4)));
  return side(body, right, wishes.main, [beside]);
}

function stacked(body: Rect, wishes: LayoutWishes): readonly Place[] {
  return above(body, Math.floor(body.rows / 3), wishes.main, besides(wishes)[0]);
}

/** 120 × 40: the log below, two panels beside. */
function middlePlaces(body: Rect, wishes: LayoutWishes): readonly Place[] {
  const right = Math.min(48, Math.max(38, Math.floor(body.columns * 0.36)));
  const left: Rect = { ...body, columns: body.columns - right - GAP };
  const rest = besides(wishes).filter((panel) => panel !== 'log');
  const below = wishes.main === 'log' ? besides(wishes)[0] : 'log';
  const main = above(left, Math.max(8, Math.floor(body.rows * 0.28)), wishes.main, below);
  const column = { ...body, x: left.columns + GAP, columns: right };
  return [...main, ...inColumn(column, rest.filter((panel) => panel !== below).slice(0, 2))];
}

/** 200 × 60: metrics and inspector beside, log and space-time below. */
function roomyPlaces(body: Rect, wishes: LayoutWishes): readonly Place[] {
  const right = Math.min(76, Math.floor(body.columns * 0.36));
  const left: Rect = { ...body, columns: body.columns - right - GAP };
  const bottomRows = Math.floor(body.rows * 0.3);
  const rest = besides(wishes);
  const [below = 'log', ...beside] =
    wishes.main === 'log' ? rest : ['log' as const, ...rest.filter((panel) => panel !== 'log')];
  const column = { ...body, x: left.columns + GAP, columns: right };
  return [...above(left, bottomRows, wishes.main, below), ...inColumn(column, beside.slice(0, 3))];
}

/** What may stand beside the main panel, the most wanted first. */
function besides({ main, focus, hasSelection, hasLesson = false }: LayoutWishes): readonly PanelName[] {
  const usual: readonly PanelName[] = hasSelection
    ? ['inspector', 'metrics', 'log', 'space-time', 'branches']
    : ['metrics', 'inspector', 'log', 'space-time', 'branches'];
  const wanted = [focus, ...usual].filter((panel) => panel !== main && panel !== 'picture');
  const pictured: readonly PanelName[] = main === 'picture' ? wanted : ['picture', ...wanted];
  const all: readonly PanelName[] = hasLesson ? ['lesson', ...pictured] : pictured;
  return [...new Set(all)];
}

function above(body: Rect, below: number, main: PanelName, panel: PanelName): readonly Place[] {
  const top = { ...body, rows: body.rows - below };
  return [
    { panel: main, rect: top },
    { panel, rect: { ...body, y: body.y + top.rows, rows: below } },
  ];
}

function side(body: Rect, right: number, main: PanelName, panels: readonly PanelName[]): readonly Place[] {
  const left = body.columns - right - GAP;
  const column = { ...body, x: left + GAP, columns: right };
  return [{ panel: main, rect: { ...body, columns: left } }, ...inColumn(column, panels)];
}

/** Panels one above the other; metrics need least, notes most. */
function inColumn(column: Rect, panels: readonly PanelName[]): readonly Place[] {
  const weights = panels.map((panel) => (panel === 'metrics' ? 2 : panel === 'lesson' ? 6 : 3));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let y = column.y;
  return panels.map((panel, index) => {
    const isLast = index === panels.length - 1;
    const rows = isLast ? column.y + column.rows - y : Math.floor((column.rows * weights[index]) / sum);
    const rect = { ...column, y, rows };
    y += rows;
    return { panel, rect };
  });
}
