import { chord } from '../../protocols/chord/index.ts';
import type { Judged } from '../../protocols/chord/judge.ts';
import type { ChordTypes } from '../../protocols/chord/messages.ts';
import type { PeerState } from '../../protocols/chord/state.ts';
import { type Action, type OperationRecord, planOf, SECOND, Simulation } from '../../sim/index.ts';
import type { PlanParts } from '../../sim/scenario/plan-of.ts';

/** Everything takes no time, so that a query and its update are done before the next step of a script. */
export const INSTANTLY: NonNullable<PlanParts['network']> = { latency: { kind: 'constant', us: 0 } };

/**
 * A ring driven step by step through the real engine, with every value deep-frozen. Peers are called by their
 * identifiers. Each command strikes one second after the one before; by then nothing is on its way any more.
 */
export class Script {
  readonly simulation: Simulation<ChordTypes>;
  private readonly every: () => void;

  /** @param every is called after each event of the engine. */
  constructor(parts: PlanParts, every: (script: Script) => void = () => {}) {
    const plan = planOf(chord, {
      network: INSTANTLY,
      durationUs: 1_000_000 * SECOND,
      sampleUs: 1_000_000 * SECOND,
      ...parts,
    });
    this.simulation = new Simulation(plan, { freeze: true });
    this.every = () => every(this);
    this.settle();
  }

  /** An ideal ring of these identifiers with its routines off: every step is the script's. */
  static still(
    variant: string,
    idBits: number,
    ids: readonly number[],
    settings: Readonly<Record<string, unknown>> = {},
    every?: (script: Script) => void,
  ): Script {
    return new Script({ variant, settings: { idBits, ids, maintenance: 'off', ...settings } }, every);
  }

  do(action: Action): this {
    this.simulation.inject(action, action.kind);
    return this.settle();
  }

  join(id: number, via?: number): this {
    return this.do({ kind: 'join', arguments: via === undefined ? { id } : { id, via }, count: 1 });
  }

  /** A step of the protocol, or an operation of a client. */
  at(id: number, name: string, args: Readonly<Record<string, unknown>> = {}): this {
    return this.do({ kind: 'operation', name, node: this.who(id), arguments: args });
  }

  /** Several steps of one kind, one after the other. */
  each(ids: readonly number[], name: string): this {
    for (const id of ids) this.at(id, name);
    return this;
  }

  /** Whether it was done: with the guard, the environment refuses what the invariant could not survive. */
  fail(id: number, guard = false): boolean {
    this.do({ kind: 'crash', who: this.who(id), restartAfterUs: null, guard });
    return !this.simulation.world.alive(this.process(id).address);
  }

  restart(id: number): this {
    return this.do({ kind: 'restart', who: this.who(id) });
  }

  leave(id: number): this {
    return this.do({ kind: 'leave', who: this.who(id), guard: false });
  }

  state(id: number): PeerState {
    return this.process(id).state;
  }

  process(id: number) {
    const process = this.simulation.world.named(String(id));
    if (process === undefined) throw new Error(`there is no process ${id}`);
    return process;
  }

  list(id: number): readonly number[] {
    return this.state(id).successors.map((peer) => peer.id);
  }

  predecessor(id: number): number | null {
    return this.state(id).predecessor?.id ?? null;
  }

  keys(id: number): readonly number[] {
    return this.state(id).store.map((file) => file.key);
  }

  fingers(id: number): readonly (number | null)[] {
    return this.state(id).fingers.map((finger) => finger?.id ?? null);
  }

  /** The sentence that says how a property is violated, or null where it holds. */
  violation(property: string): string | null {
    const spec = chord.properties[property];
    if (spec === undefined) throw new Error(`there is no property "${property}"`);
    return spec.check(this.simulation.world, this.simulation.judged as Judged)?.message ?? null;
  }

  /** The last operation that ended. */
  get last(): OperationRecord<ChordTypes> {
    const ended = this.simulation.history.filter((record) => record.outcome !== null);
    return ended[ended.length - 1];
  }

  /** Its outcome, as the log tells it. */
  get outcome(): string {
    const { outcome } = this.last;
    return outcome === null ? 'none' : (chord.describe?.outcome?.(outcome) ?? '');
  }

  get verdict(): string {
    return this.last.judgement?.verdict ?? 'none';
  }

  private who(id: number) {
    return [{ kind: 'name', name: String(id) }] as const;
  }

  private settle(): this {
    const until = this.simulation.nowUs + SECOND;
    while (this.simulation.nextEventUs <= until && this.simulation.step()) this.every();
    this.simulation.runUntil(until);
    return this;
  }
}
