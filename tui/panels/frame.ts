/** The whole screen: a function of what the dashboard remembers and of the moment of the run. */
import type { PanelName, Ui } from '../model/ui.ts';
import type { Moment } from '../run/moment.ts';
import { type Layout, layoutOf, type Place, SMALLEST } from '../screen/layout.ts';
import { ACCENT, bold, FAINT, MUTED, PLAIN, STRONG, WARN } from '../screen/style.ts';
import { type Size, type Span, Surface } from '../screen/surface.ts';
import type { Theme } from '../screen/theme.ts';
import { clipped, widthOf } from '../screen/width.ts';
import { pictureOf } from '../views/index.ts';
import { branches } from './branches.ts';
import { footer, rule } from './footer.ts';
import { type Activity, expectationRows, header } from './header.ts';
import { help } from './help.ts';
import { inspector } from './inspector.ts';
import { lesson } from './lesson.ts';
import { log } from './log.ts';
import { definitions, metrics } from './metrics.ts';
import { boxed, differenceBox, divergenceBox, promptBox, whatIfBox } from './overlays.ts';
import type { Panel, PanelProps } from './panel.ts';
import { picture } from './picture.ts';
import { spaceTime } from './space-time.ts';

const PANEL_OF: Readonly<Record<PanelName, Panel>> = {
  picture,
  'space-time': spaceTime,
  log,
  metrics,
  inspector,
  branches,
  lesson,
};

export interface FrameProps {
  readonly ui: Ui;
  readonly moment: Moment;
  readonly theme: Theme;
  readonly activity: Activity;
}

export function frame(props: FrameProps): Surface {
  const { ui, moment, theme, activity } = props;
  const surface = new Surface(ui.size);
  if (ui.size.columns < SMALLEST.columns || ui.size.rows < SMALLEST.rows) {
    tooSmall(surface, moment);
    return surface;
  }
  const layout = frameLayout(ui, moment);
  const at = (size: Size): PanelProps => ({ ui, moment, theme, size });
  surface.lay(header({ ...at(layout.header), activity }), layout.header.x, layout.header.y);
  for (const place of layout.places) drawPlace(surface, place, at(place.rect));
  surface.lay(footer(at(layout.footer)), layout.footer.x, layout.footer.y);
  drawOverlay(surface, layout, at(ui.size));
  return surface;
}

export function frameLayout(ui: Ui, moment: Moment): Layout {
  return layoutOf(ui.size, {
    main: ui.main,
    focus: ui.focus,
    large: ui.large,
    hasSelection: ui.selected !== null,
    hasLesson: ui.lesson !== null,
    expectationRows: expectationRows(moment, ui.size.columns),
  });
}

function drawPlace(surface: Surface, { panel: name, rect }: Place, props: PanelProps): void {
  if (rect.rows < 2 || rect.columns < 4) return;
  const panel = PANEL_OF[name];
  const isFocused = props.ui.focus === name;
  const inside: Size = { columns: rect.columns, rows: rect.rows - 1 };
  surface.lay(heading(panel, isFocused, { ...props, size: inside }), rect.x, rect.y);
  surface.lay(panel.draw({ ...props, size: inside }), rect.x, rect.y + 1);
}

/** Title, what is shown, a thin rule, and the keys that act in this panel. */
function heading(panel: Panel, isFocused: boolean, props: PanelProps): Surface {
  const { columns } = props.size;
  const surface = new Surface({ columns, rows: 1 });
  rule(surface, 0, 0, columns);
  const title: Span = [`${isFocused ? '▸' : ' '}${panel.title} `, isFocused ? bold(ACCENT) : STRONG];
  const notes = panel.note?.(props) ?? [];
  const used = surface.spans(0, 0, [title, ...notes], columns - 2);
  if (used > widthOf(title[0])) surface.text(used, 0, ' ', PLAIN);
  if (!isFocused) return surface;
  const keys = panel.keys.flatMap(([key, does]): Span[] => [
    [` ${key}`, ACCENT],
    [` ${does} `, MUTED],
  ]);
  const width = keys.reduce((sum, [text]) => sum + widthOf(text), 0);
  if (used + width + 2 <= columns) surface.spans(columns - width, 0, keys);
  return surface;
}

function drawOverlay(surface: Surface, layout: Layout, props: PanelProps): void {
  const { overlay } = props.ui;
  if (overlay === null) return;
  const page: Size = { columns: surface.columns - 4, rows: Math.max(1, surface.rows - layout.header.rows - 3) };
  const top = layout.header.rows;
  switch (overlay.kind) {
    case 'help': {
      const legend = pictureOf(props.moment.about.system).legend(props.theme);
      surface.lay(
        boxed(props, 'Keys', help(page, overlay.scroll, legend, props.ui.lesson !== null), SCROLLING),
        0,
        top,
      );
      return;
    }
    case 'definitions':
      surface.lay(boxed(props, 'What the numbers mean', definitions({ ...props, size: page }), SCROLLING), 0, top);
      return;
    case 'prompt':
      placeLow(surface, promptBox(props, overlay.prompt));
      return;
    case 'what-if':
      placeLow(surface, whatIfBox(props));
      return;
    case 'difference':
      placeLow(surface, differenceBox(props, overlay.difference));
      return;
    case 'divergence':
      placeLow(surface, divergenceBox(props, overlay.lines));
      return;
  }
}

const SCROLLING: readonly (readonly [string, string])[] = [
  ['↑↓', 'scroll'],
  ['esc', 'close'],
];

/** In the middle, above the footer. */
function placeLow(surface: Surface, box: Surface): void {
  const x = Math.max(0, (surface.columns - box.columns) >> 1);
  const y = Math.max(0, surface.rows - box.rows - 2);
  surface.lay(box, x, y);
}

function tooSmall(surface: Surface, moment: Moment): void {
  surface.text(0, 0, clipped(`${moment.about.system} #${moment.events}`, surface.columns), STRONG);
  surface.text(0, 1, clipped(`needs ${SMALLEST.columns}×${SMALLEST.rows}`, surface.columns), WARN);
  surface.text(0, 2, clipped(`has ${surface.columns}×${surface.rows}`, surface.columns), FAINT);
}
