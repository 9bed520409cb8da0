/**
 * Goes through every state that can be reached within the bounds, breadth first, so that the first violation found is one that takes the fewest moves. A state
 * that was reached before, in another order of the same happenings, is not gone on from again.
 */
import type { Violation } from '../../contract/system.ts';
import type { Plan } from '../../scenario/plan.ts';
import { hashOf } from './hash.ts';
import { after, type Model, type Move, movesFrom } from './moves.ts';
import type { ModelState } from './state.ts';
import { ModelWorld } from './world.ts';

export interface SearchBounds {
  /** Moves in a row. */
  readonly depth: number;
  /** States in all. */
  readonly states: number;
}

/** What a path consists of: the state before, and which of the outcomes of the move it took. */
export interface PathStep {
  readonly before: ModelState;
  readonly move: Move;
  readonly after: ModelState;
}

export interface Found {
  readonly property: string;
  readonly violation: Violation;
  readonly path: readonly PathStep[];
  readonly at: ModelState;
}

export interface SearchResult {
  readonly states: number;
  readonly moves: number;
  /** The longest path looked at. */
  readonly depth: number;
  /** What ended it: everything was seen, a violation, or a bound. */
  readonly ending: 'covered' | 'violated' | 'depth' | 'states' | 'stopped';
  /** Whether some draw of a machine had too many values to go through them all. */
  readonly truncated: boolean;
  /** By the model's acts: in how many states each of them was tried. One that never could strike has shown nothing. */
  readonly struck: readonly number[];
  readonly found: Found | null;
}

/** A property that must hold in every state. */
interface Demand {
  readonly property: string;
  /** False for `never`: then it must not hold. */
  readonly holds: boolean;
}

/** The properties of which the scenario expects something in every state; `violated` ones are looked for. */
export function demandsOf(plan: Plan): readonly Demand[] {
  return plan.expect.flatMap(({ subject, requirement }): readonly Demand[] => {
    if (subject.kind !== 'property') return [];
    if (requirement.kind === 'always' || requirement.kind === 'violated')
      return [{ property: subject.name, holds: true }];
    return requirement.kind === 'never' ? [{ property: subject.name, holds: false }] : [];
  });
}

/** How each state was reached. */
interface Origin {
  readonly parent: number;
  readonly move: Move | null;
  readonly outcome: number;
}

export class Search {
  states = 0;
  moves = 0;
  depth = 0;
  private readonly model: Model;
  private readonly start: ModelState;
  private readonly bounds: SearchBounds;
  private readonly demands: readonly Demand[];
  private readonly seen = new Set<number>();
  private readonly origins: Origin[] = [];
  private frontier: { readonly state: ModelState; readonly node: number }[] = [];
  private next: { readonly state: ModelState; readonly node: number }[] = [];
  private place = 0;
  private truncated = false;
  private readonly struck: number[];
  private ending: SearchResult['ending'] | null = null;
  private found: Found | null = null;

  constructor(model: Model, start: ModelState, bounds: SearchBounds) {
    this.model = model;
    this.start = start;
    this.bounds = bounds;
    this.demands = demandsOf(model.plan);
    this.struck = model.acts.map(() => 0);
    this.enter(start, { parent: -1, move: null, outcome: 0 });
    this.frontier = this.next;
    this.next = [];
  }

  get finished(): boolean {
    return this.ending !== null;
  }

  /** Goes on from at most so many states. */
  run(atMost: number): void {
    for (let done = 0; done < atMost && this.ending === null; done++) {
      if (this.place === this.frontier.length) this.deepen();
      else {
        const { state, node } = this.frontier[this.place++];
        this.expand(state, node);
      }
    }
  }

  result(): SearchResult {
    const { states, moves, depth, truncated, found, struck } = this;
    return { states, moves, depth, ending: this.ending ?? 'stopped', truncated, struck: struck.slice(), found };
  }

  private deepen(): void {
    if (this.next.length === 0) {
      this.ending = 'covered';
      return;
    }
    if (this.depth === this.bounds.depth) {
      this.ending = 'depth';
      return;
    }
    this.depth++;
    this.frontier = this.next;
    this.next = [];
    this.place = 0;
  }

  private expand(state: ModelState, node: number): void {
    for (const move of movesFrom(state, this.model)) {
      const { results, truncated } = after(state, move, this.model);
      this.truncated ||= truncated;
      if (move.kind === 'act') this.struck[move.act]++;
      for (let outcome = 0; outcome < results.length && this.ending === null; outcome++) {
        this.moves++;
        this.enter(results[outcome], { parent: node, move, outcome });
      }
      if (this.ending !== null) return;
    }
  }

  private enter(state: ModelState, origin: Origin): void {
    const hash = hashOf(state);
    if (this.seen.has(hash)) return;
    this.seen.add(hash);
    this.states++;
    const node = this.origins.push(origin) - 1;
    const broken = this.brokenIn(state);
    if (broken !== null) {
      this.found = { ...broken, path: this.pathTo(node), at: state };
      this.ending = 'violated';
      return;
    }
    if (this.states >= this.bounds.states) this.ending = 'states';
    this.next.push({ state, node });
  }

  private brokenIn(state: ModelState): Pick<Found, 'property' | 'violation'> | null {
    const { plan, nowUs } = this.model;
    const world = new ModelWorld(state, plan.config, nowUs);
    for (const { property, holds } of this.demands) {
      const violation = plan.system.properties[property].check(world, state.judged);
      if (holds ? violation !== null : violation === null)
        return { property, violation: violation ?? { message: 'it holds', processes: [] } };
    }
    return null;
  }

  /** Goes the way again: only moves were kept, not the states. */
  private pathTo(node: number): readonly PathStep[] {
    const steps: Origin[] = [];
    for (let at = node; this.origins[at].parent >= 0; at = this.origins[at].parent) steps.unshift(this.origins[at]);
    let state = this.start;
    return steps.map(({ move, outcome }) => {
      const before = state;
      state = after(before, move as Move, this.model).results[outcome];
      return { before, move: move as Move, after: state };
    });
  }
}
