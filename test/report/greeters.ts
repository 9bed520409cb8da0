/**
 * A small system for the tests of report, trace and command. Each greeter beats in a multicast group and keeps a durable count of
 * its starts; a client has it greet another one, which answers unless it is gone. It has one of everything that a report
 * shows: good and bad verdicts, measures of each sort of number, properties that break and heal, a summary, gauges.
 */
import { z } from 'zod';
import {
  type Address,
  complete,
  type Effect,
  exit,
  type Input,
  joinGroup,
  type Machine,
  multicast,
  note,
  type ProcessSpec,
  type ProtocolTypes,
  reply,
  request,
  SetupError,
  type Step,
  type System,
  save,
  setTimer,
  settings,
  zPeriod,
} from '../../sim/protocol.ts';

export interface GreeterTypes extends ProtocolTypes {
  Config: {
    readonly nodes: number;
    readonly beatUs: number;
    readonly patienceUs: number;
    readonly breaksAtBeat: number;
  };
  Boot: null;
  /** How often it was started. */
  Durable: { readonly starts: number };
  State: { readonly starts: number; readonly beats: number; readonly heard: number };
  Message: { readonly kind: 'beat' | 'hello' | 'welcome' };
  Timer: { readonly kind: 'beat' };
  Operation: { readonly kind: 'greet'; readonly target: Address };
  Outcome: { readonly kind: 'answered' } | { readonly kind: 'silent'; readonly reason: string };
  Note: { readonly kind: 'farewell' };
  Tag: number;
}

type GreeterStep = Step<GreeterTypes>;

export const greeter: Machine<GreeterTypes> = {
  start(_boot, durable, ctx): GreeterStep {
    const starts = (durable?.starts ?? 0) + 1;
    return {
      state: { starts, beats: 0, heard: 0 },
      effects: [joinGroup('all'), setTimer<GreeterTypes>({ kind: 'beat' }, ctx.config.beatUs), save({ starts })],
    };
  },
  handle(state, input: Input<GreeterTypes>, ctx): GreeterStep {
    switch (input.kind) {
      case 'timer': {
        const beats = state.beats + 1;
        // A flaw on demand: it asks for a time-out that makes no sense, which the engine refuses.
        if (beats === ctx.config.breaksAtBeat) return { state, effects: [request(0, { kind: 'hello' }, 0, -1)] };
        return {
          state: { ...state, beats },
          effects: [
            multicast<GreeterTypes>('all', { kind: 'beat' }),
            setTimer<GreeterTypes>({ kind: 'beat' }, ctx.config.beatUs),
          ],
        };
      }
      case 'datagram':
        return { state: { ...state, heard: state.heard + 1 }, effects: [] };
      case 'operation':
        return same(state, request(input.operation.target, { kind: 'hello' }, input.id, ctx.config.patienceUs));
      case 'request':
        return same(state, reply(input.id, { kind: 'welcome' }));
      case 'reply':
        return same(state, complete(input.tag, { kind: 'answered' }));
      case 'failure':
        return same(state, complete(input.tag, { kind: 'silent', reason: input.reason }));
      case 'leave':
        return same(state, note({ kind: 'farewell' }), exit());
    }
  },
};

function same(state: GreeterTypes['State'], ...effects: Effect<GreeterTypes>[]): GreeterStep {
  return { state, effects };
}

const greeterSettings = settings({
  beat: zPeriod.prefault('1s').describe('Period of the beat.'),
  patience: zPeriod.prefault('500ms').describe('How long a greeting waits for its answer.'),
  breaksAtBeat: z.int().min(0).default(0).describe('At which beat it does what no machine may; 0 for never.'),
});

export const greeters: System<GreeterTypes, number, z.output<typeof greeterSettings>, null> = {
  name: 'greeters',
  title: 'Processes that greet each other',
  settings: greeterSettings,
  variants: { polite: { description: 'Everybody answers.', traits: {} } },
  defaultVariant: 'polite',
  configure(said, _traits, { nodes }) {
    return { nodes: nodes ?? 3, beatUs: said.beat, patienceUs: said.patience, breaksAtBeat: said.breaksAtBeat };
  },
  roles: { greeter: { description: 'Greets and is greeted.', machine: greeter } },
  membership: {
    populate({ nodes }) {
      if (nodes > 1000) throw new SetupError('so many cannot know each other: nodes must be at most 1000');
      return Array.from({ length: nodes }, newcomer);
    },
    joinArguments: settings({}),
    join: newcomer,
  },
  operations: {
    greet: {
      plural: 'greetings',
      description: 'Say hello to another process.',
      arguments: settings({ target: z.int().min(0).optional().describe('Whom to greet. Default: drawn.') }),
      make: ({ target }, { world, index }) => ({
        kind: 'greet',
        target: (target as number | undefined) ?? index(world.size),
      }),
    },
  },
  judge: {
    init: () => 0,
    observe: (farewells, seen) => (seen.kind === 'noted' ? farewells + 1 : farewells),
    verdict(_farewells, _atStart, { operation, outcome, startUs, endUs }, world) {
      const { target } = operation;
      const measures = {
        'round trip': (endUs ?? startUs) - startUs,
        heard: world.alive(target) ? world.process(target).state.heard : 0,
        'known share': (target + 1) / world.size,
        'mean beats': (target + world.size) / 3,
      };
      if (outcome?.kind === 'answered') return { verdict: 'correct', measures };
      if (!world.alive(target))
        return { verdict: 'in vain', measures, why: `${world.process(target).name} was not there` };
      return { verdict: 'false negative', measures, why: `${world.process(target).name} is there` };
    },
    verdicts: {
      correct: { good: true, description: 'The other one answered.' },
      'in vain': { good: false, description: 'No answer, and nobody was there.' },
      'false negative': { good: false, description: 'No answer, and somebody was there.' },
    },
  },
  properties: {
    'all are up': {
      description: 'Nobody is missing.',
      source: 'these tests',
      check(world) {
        for (let address = 0; address < world.size; address++) {
          if (!world.alive(address))
            return { message: `${world.process(address).name} is missing`, processes: [address] };
        }
        return null;
      },
      touchedBy: () => false,
    },
    'greeter-0 has heard a beat': {
      description: 'Beats get through.',
      source: 'these tests',
      check: (world) => (world.process(0).state.heard > 0 ? null : { message: 'greeter-0 is deaf', processes: [0] }),
    },
    'greeter-0 has heard a million beats': {
      description: 'Never true in a test.',
      source: 'these tests',
      check: (world) => (world.process(0).state.heard >= 1e6 ? null : { message: 'not yet', processes: [] }),
    },
  },
  metrics: {
    'round trip': { unit: 'us', description: 'From greeting to answer, or to giving up.' },
    heard: { unit: 'beats', description: 'Beats that the other one had heard.' },
    'known share': { unit: 'ratio', description: 'A ratio.' },
    'mean beats': { unit: '', description: 'A number with a fraction.' },
    'beats heard': { unit: 'beats', description: 'Beats that those who are there have heard.' },
    farewells: { unit: '', description: 'Who left in good order.' },
    'mean of nothing': { unit: 'us', description: 'A mean over no values.' },
    'beats a second': { unit: '1/s', description: 'Beats heard in a second of virtual time.' },
  },
  gauges: (world, farewells) => ({ 'beats heard': beatsHeard(world), farewells }),
  summary: ({ world }) => ({
    'mean of nothing': Number.NaN,
    'beats a second': world.nowUs === 0 ? 0 : (beatsHeard(world) * 1e6) / world.nowUs,
  }),
  describe: {
    operation: ({ target }) => `greet ${target}`,
    outcome: (outcome) => (outcome.kind === 'silent' ? `silence (${outcome.reason})` : 'answered'),
  },
  view: () => null,
};

function newcomer(): ProcessSpec<GreeterTypes> {
  return { role: 'greeter', name: null, host: null, boot: null };
}

function beatsHeard(world: Parameters<NonNullable<(typeof greeters)['gauges']>>[0]): number {
  let heard = 0;
  for (let address = 0; address < world.size; address++)
    if (world.alive(address)) heard += world.process(address).state.heard;
  return heard;
}

export const systems: ReadonlyMap<string, System> = new Map([['greeters', greeters as unknown as System]]);
