/**
 * One sitting at the dashboard: keys become actions, actions go through the reducer, and what it wants done is done here, to the run. A frame is
 * drawn when it is asked for. It knows no terminal: the screen, a cast and the tests are all built on it.
 */
import { parse } from 'yaml';
import { type Plan, SetupError } from '../sim/index.ts';
import type { Scenario } from '../sim/scenario/load.ts';
import { pressed } from './keys/press.ts';
import type { Command, UiAction } from './model/action.ts';
import { beginningOf } from './model/lesson-place.ts';
import { promptFor } from './model/prompt.ts';
import { reduce, type Surroundings } from './model/reduce.ts';
import { initialUi, type PanelName, type Ui } from './model/ui.ts';
import { operate, selectedPeer, type WhatIf } from './model/what-if.ts';
import { frame, frameLayout } from './panels/frame.ts';
import type { Activity } from './panels/header.ts';
import { pathAtCursor } from './panels/inspector.ts';
import { type Bookmark, bookmarksOn, type Placed } from './recording/cues.ts';
import { Guide } from './recording/guide.ts';
import { type RecordingDesk, Studio, type StudioNews } from './recording/studio.ts';
import type { Clock } from './run/clock.ts';
import { compare } from './run/compare.ts';
import { Driver, type Report } from './run/driver.ts';
import { type Figures, figuresOf } from './run/figures.ts';
import { comparePositions, type Line } from './run/line.ts';
import { type Moment, momentOf } from './run/moment.ts';
import { Player } from './run/player.ts';
import { branchScenario, type Edits } from './run/save.ts';
import type { Speed } from './run/speed.ts';
import { Texts } from './run/texts.ts';
import type { Size, Surface } from './screen/surface.ts';
import { type ColourDepth, type Theme, themeOf } from './screen/theme.ts';
import { pictureOf } from './views/index.ts';

export interface SessionOptions {
  readonly plan: Plan;
  /** Where the run ends for us: its duration, or `--until`. */
  readonly limitUs: number;
  readonly scenario: Scenario;
  readonly edits: Edits;
  readonly clock: Clock;
  readonly size: Size;
  readonly depth: ColourDepth;
  readonly large: boolean;
  readonly main: PanelName;
  readonly speed: Speed;
  readonly playing: boolean;
  /** Draws a frame now. */
  readonly draw: () => void;
  /** The next frame is to be drawn whole. */
  readonly repaint?: () => void;
  readonly quit: () => void;
  /** A machine or the engine broke down: the run can't go on. */
  readonly fail: (error: unknown) => void;
  /** Writes a file and says what is wrong with it if it cannot. @throws Error */
  readonly write: (path: string, text: string) => void;
  /** Where recordings go, and which one is played; left out where there can be none. */
  readonly recordings?: RecordingDesk | undefined;
}

/** Numbers are reckoned again at most so often while the run goes on, and never for more than a share of the time. */
const FIGURES_MS = 400;
const FIGURES_SHARE = 0.004;

export class Session {
  readonly player: Player;
  readonly driver: Driver;
  ui: Ui;
  /** Null where nothing can be recorded or played. */
  readonly studio: Studio | null;
  private readonly guide: Guide | null;
  private readonly options: SessionOptions;
  private readonly texts: Texts;
  private readonly themes = new Map<string, Theme>();
  private bookmarks: readonly Placed[] = [];
  private figures: Figures;
  private figuresAtMs = -Infinity;
  private figuresCostMs = 0;
  private figuresLine: Line;
  private last: { readonly moment: Moment; readonly key: string } | null = null;

  constructor(options: SessionOptions) {
    this.options = options;
    const { plan, limitUs, clock, size, depth, large, main, speed, playing } = options;
    this.player = new Player(plan, limitUs);
    this.texts = new Texts(plan.system, this.player.simulation.world);
    this.figures = figuresOf(this.player.simulation);
    this.figuresLine = this.player.line;
    const pace = { playing, direction: 1, speed } as const;
    const lesson = options.recordings?.replay?.lesson ?? null;
    const isLesson = lesson !== null && lesson.stops.length > 0;
    this.ui = initialUi({ size, pace, main, depth, large, lesson: isLesson ? beginningOf(lesson) : null });
    this.driver = new Driver({
      player: this.player,
      clock,
      pace,
      draw: () => {
        this.attend();
        options.draw();
      },
      report: (report: Report) => this.dispatch({ type: 'told', report }),
      fail: options.fail,
    });
    this.studio = this.studioOf(options.recordings);
    this.guide = this.guideOf();
  }

  private studioOf(desk: RecordingDesk | undefined): Studio | null {
    if (desk === undefined) return null;
    const { plan, clock, fail } = this.options;
    const studio = new Studio(desk, {
      plan,
      player: this.player,
      clock,
      bookmarks: () => this.bookmarks,
      isBusy: () => this.driver.isBusy,
      news: (news) => this.hear(news),
      fail,
    });
    const { line } = studio;
    if (line !== null) this.bookmarks = studio.stops.map((marker) => ({ line, marker }));
    return studio;
  }

  private guideOf(): Guide | null {
    const { studio, player, driver } = this;
    const replay = studio?.desk.replay ?? null;
    if (replay === null || studio === null || studio.line === null) return null;
    const guide = new Guide({
      player,
      driver,
      line: studio.line,
      pace: () => this.ui.pace,
      setPace: (pace) => {
        this.ui = { ...this.ui, pace };
        driver.setPace(pace);
      },
      arrived: (stop) => this.dispatch({ type: 'arrived', look: stop.look }),
      ended: () => this.tell(ENDS_HERE, 'info'),
    });
    if (this.ui.lesson === null) guide.upTo(replay.recording.ended);
    else guide.to(studio.stops[0], false);
    return guide;
  }

  /** A key was pressed. @param key its name or character. */
  press(key: string): void {
    const action = pressed(key, this.ui);
    if (action !== null) this.dispatch(action);
  }

  resize(size: Size): void {
    this.dispatch({ type: 'resized', size });
  }

  dispatch(action: UiAction): void {
    const { ui, commands } = reduce(this.ui, action, this.surroundings());
    this.ui = ui;
    for (const command of commands) this.carryOut(command);
    this.studio?.tend();
    this.driver.redraw();
  }

  /** The run has moved on: whoever follows it does. */
  private attend(): void {
    this.guide?.look();
    this.studio?.tend();
  }

  private hear(news: StudioNews): void {
    switch (news.kind) {
      case 'not written':
        this.tell(`Not recorded: ${news.why}`, 'bad');
        break;
      case 'agreed':
        this.dispatch({ type: 'agreed', checks: news.checks });
        this.tellAgreed(news.checks);
        break;
      case 'diverged':
        this.guide?.end();
        this.driver.halt();
        if (this.player.line === this.studio?.line) this.driver.seekEvent(news.event);
        this.dispatch({ type: 'diverged', lines: news.lines });
    }
    this.driver.redraw();
  }

  /** The screen as it is now. */
  surface(): Surface {
    return frame({ ui: this.ui, moment: this.moment(), theme: this.theme, activity: this.activity });
  }

  /** Beside what was said last, if it is of something else: where one has gone, what was done. */
  private tellAgreed(checks: number): void {
    const { notice } = this.ui;
    const isElse = notice !== null && notice.text !== ENDS_HERE;
    const text = isElse
      ? `${notice.text} ✓ all ${checks} fingerprints agree`
      : `The same run as was recorded: all ${checks} fingerprints agree.`;
    this.tell(text, 'good');
  }

  get theme(): Theme {
    const { depth, large } = this.ui;
    const key = `${depth} ${large}`;
    let theme = this.themes.get(key);
    if (theme === undefined) {
      theme = themeOf(depth, large);
      this.themes.set(key, theme);
    }
    return theme;
  }

  /** The run as a frame shows it; made once for each position and selection. */
  moment(): Moment {
    const { player, ui } = this;
    const { simulation } = player;
    this.refreshFigures();
    const key = [
      simulation.events,
      simulation.nowUs,
      simulation.injections.length,
      player.line.id,
      player.lines.length,
      player.line.injections.length,
      this.bookmarks.length,
      ui.selected,
      ui.pace.playing,
      this.figures.event,
    ].join(' ');
    if (this.last?.key !== key) {
      const focus = { selected: ui.selected, lossesForUs: this.lossesForUs() };
      const bookmarks = bookmarksOn(player.line, this.bookmarks);
      const moment = momentOf(player, this.options.scenario, this.texts, this.figures, bookmarks, focus);
      this.last = { key, moment };
    }
    return this.last.moment;
  }

  /** So that the report is of the scenario: the trunk, as far as it was seen. */
  backToTrunk(): void {
    this.driver.stop();
    const [trunk] = this.player.lines;
    this.player.recorder.mute(true);
    this.player.goToFrontier(trunk);
    this.player.arrive();
  }

  private get activity(): Activity {
    const { player, driver } = this;
    return {
      travelling: player.isTravelling && this.ui.pace.direction === 1 ? player.progress : null,
      searching: driver.isSearching,
      lagging: driver.isLagging,
      recording: this.studio?.isRecording ?? null,
      differs: this.studio?.differs ?? false,
    };
  }

  private surroundings(): Surroundings {
    const moment = this.moment();
    const layout = frameLayout(this.ui, moment);
    const { size } = this.ui;
    return {
      moment,
      order: pictureOf(moment.about.system).order?.(moment.view) ?? moment.peers.map(({ address }) => address),
      panels: layout.places.map(({ panel }) => panel),
      page: Math.max(1, Math.floor(size.rows / 3)),
      pathAtCursor: pathAtCursor({ ui: this.ui, moment, theme: this.theme, size }),
      isUnderWay: this.player.isTravelling || this.driver.isSearching,
      deepest: this.options.depth === 'none' ? '256' : this.options.depth,
      recordingName: () => this.studio?.freeName(this.options.scenario.file) ?? '',
    };
  }

  /** Losses stay on the screen long enough to be seen, however fast time goes. */
  private lossesForUs(): number {
    const { playing, speed } = this.ui.pace;
    return playing && speed.kind === 'time' ? 700_000 * speed.factor : 0;
  }

  private refreshFigures(): void {
    const { simulation, line } = this.player;
    if (this.figures.event === simulation.events && this.figuresLine === line) return;
    const now = this.options.clock.now();
    const isMoving = this.driver.isBusy;
    const waitMs = Math.max(FIGURES_MS, this.figuresCostMs / FIGURES_SHARE);
    if (isMoving && now - this.figuresAtMs < waitMs) return;
    this.figures = figuresOf(simulation);
    this.figuresLine = line;
    this.figuresAtMs = now;
    this.figuresCostMs = this.options.clock.now() - now;
  }

  // --- Commands ---

  private carryOut(command: Command): void {
    const { driver, player } = this;
    if (this.strays(command) && this.guide?.leave() === true) this.dispatch({ type: 'strayed' });
    switch (command.kind) {
      case 'pace':
        driver.setPace(this.ui.pace);
        return;
      case 'step':
        driver.step(command.count);
        return;
      case 'seek event':
        driver.seekEvent(command.event);
        return;
      case 'seek time':
        driver.seekTime(command.timeUs);
        return;
      case 'seek marker':
        this.seekMarker(command.direction, command.chaptersOnly);
        return;
      case 'halt':
        driver.halt();
        player.rehear();
        return;
      case 'inject':
        this.inject(command.what);
        return;
      case 'operate':
        this.operate(command.operation, command.text);
        return;
      case 'switch':
        driver.switchTo(command.line);
        return;
      case 'compare':
        driver.halt();
        this.dispatch({ type: 'compared', difference: compare(player, command.to, command.line, this.texts) });
        return;
      case 'save':
        this.save(command.line, command.path);
        return;
      case 'bookmark':
        this.bookmark(command.note);
        return;
      case 'record':
        this.record(command.path, command.isConfirmed);
        return;
      case 'go to stop': {
        const stop = this.studio?.stops[command.stop];
        if (stop !== undefined) this.guide?.to(stop, command.plays);
        return;
      }
      case 'end lesson':
        this.studio?.checkToTheEnd();
        return;
      case 'repaint':
        this.options.repaint?.();
        return;
      case 'quit':
        driver.stop();
        this.options.quit();
        return;
    }
  }

  /** Whether it leads away from where a recording leads. One may step towards a stop, but not out of a jump to it. */
  private strays(command: Command): boolean {
    if (command.kind === 'step') return command.count < 0 || this.player.isTravelling;
    return STRAYING.has(command.kind);
  }

  private inject({ action, label, entry }: WhatIf): void {
    this.driver.halt();
    const lines = this.player.lines.length;
    const { stands, tally } = this.player.inject(action, label, entry);
    if (!stands) this.tell(`Nothing changed: ${tally.why ?? label}.`, 'warn');
    else if (this.player.lines.length > lines) this.tell(`${this.player.line.name}: ${label}. Back with t.`, 'good');
    else this.tell(`${this.player.line.name}: ${label}, too.`, 'good');
  }

  /** Starts an operation at the selected node, with arguments as a scenario writes them. */
  private operate(name: string, text: string): void {
    const moment = this.moment();
    const peer = selectedPeer(this.ui, moment);
    const facts = moment.operations.find((each) => each.name === name);
    const spec = this.options.plan.system.operations[name];
    const again = (error: string) => {
      const prompt = { ...promptFor('operate', `${name} ${text}`.trim()), error };
      this.ui = { ...this.ui, overlay: { kind: 'prompt', prompt } };
    };
    if (peer === null) {
      this.tell('No node is selected.', 'warn');
      return;
    }
    if (facts === undefined || spec === undefined) {
      again(`no operation is called "${name}"; there are ${moment.operations.map((each) => each.name).join(', ')}`);
      return;
    }
    const said = argumentsIn(text);
    if (said === null) {
      again('arguments are written key=value, with spaces between them');
      return;
    }
    const parsed = spec.arguments.safeParse(said);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      again(`${issue.path.join('.') || name}: ${issue.message}`);
      return;
    }
    try {
      this.inject(operate(facts, peer, parsed.data, said));
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      again(error.message);
    }
  }

  private save(line: Line, path: string): void {
    const { scenario, edits, write } = this.options;
    try {
      write(path, branchScenario(scenario.text, line, edits, this.player.between));
      this.tell(`Saved as ${path}.`, 'good');
    } catch (error) {
      this.tell(`Not saved: ${error instanceof Error ? error.message : String(error)}`, 'bad');
    }
  }

  /** To the next bookmark at the same event, at a later time or after something was done; else as the driver looks for it. */
  private seekMarker(direction: 1 | -1, chaptersOnly: boolean): void {
    const { driver, player } = this;
    const { nowUs } = player.simulation;
    const here = { ...player.position, timeUs: nowUs };
    const bookmarks = bookmarksOn(player.line, this.bookmarks);
    const order = (marker: Bookmark) => comparePositions(marker, here) || marker.timeUs - here.timeUs;
    const near = bookmarks.filter((marker) => marker.event === here.event && Math.sign(order(marker)) === direction);
    const found = direction === 1 ? near[0] : near.at(-1);
    if (found === undefined || player.isTravelling) {
      driver.seekMarker(direction, chaptersOnly, bookmarks);
      return;
    }
    driver.halt();
    player.goToMoment(player.line, found, found.timeUs);
    this.dispatch({ type: 'told', report: { kind: 'found', marker: found } });
  }

  private record(path: string, isConfirmed: boolean): void {
    const why = this.studio === null ? 'nothing can be recorded here' : this.studio.record(path, isConfirmed);
    if (why === null) {
      this.tell(`Recording the ${this.player.line.name} into ${path}.`, 'good');
      return;
    }
    const prompt = { ...promptFor('record', path), error: why, confirms: path };
    this.ui = { ...this.ui, overlay: { kind: 'prompt', prompt } };
  }

  /** @param said `title | note | question`. */
  private bookmark(said: string): void {
    const { player } = this;
    const { event, injections } = player.position;
    const timeUs = player.simulation.nowUs;
    const [title = '', note = '', ask = ''] = said.split('|').map((part) => part.trim());
    const marker: Bookmark = {
      kind: 'bookmark',
      label: title === '' ? 'bookmark' : title,
      event,
      injections,
      timeUs,
      note,
      ask: ask === '' ? null : ask,
      look: selectedPeer(this.ui, this.moment())?.name ?? null,
    };
    this.bookmarks = [...this.bookmarks, { line: player.line, marker }];
    this.tell(`Bookmark: ${marker.label}`, 'good');
  }

  private tell(text: string, tone: 'info' | 'good' | 'warn' | 'bad'): void {
    this.ui = { ...this.ui, notice: { text, tone } };
  }
}

const ENDS_HERE = 'The recording ends here. The run can be played on.';

/** What leads elsewhere. */
const STRAYING: ReadonlySet<Command['kind']> = new Set([
  'seek event',
  'seek time',
  'seek marker',
  'halt',
  'inject',
  'operate',
  'switch',
  'compare',
] satisfies Command['kind'][]);

/** `key=54 size=1MB` as a scenario would say it; null for what is not of that form. */
export function argumentsIn(text: string): Record<string, unknown> | null {
  const said: Record<string, unknown> = {};
  for (const part of text.match(/\S+=("[^"]*"|\S+)|\S+/g) ?? []) {
    const equals = part.indexOf('=');
    if (equals < 1) return null;
    said[part.slice(0, equals)] = parse(part.slice(equals + 1));
  }
  return said;
}
