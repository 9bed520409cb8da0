// A few peers on a stage, told line by line what happens. Nothing happens by itself: no message arrives and no timer
// fires that the script does not name, so that a transcript shows one course of events and all of it.

import { describe as texts } from '../../protocols/gossip/describe.ts';
import type {
  Activity,
  GossipMessage,
  GossipOperation,
  GossipOutcome,
  PeerDurable,
} from '../../protocols/gossip/messages.ts';
import type { PeerState } from '../../protocols/gossip/state.ts';
import type { GossipEffect, GossipStep, GossipTypes } from '../../protocols/gossip/types.ts';
import { type Address, formatDuration, type Input, parseDuration } from '../../sim/protocol.ts';
import { Stream } from '../../sim/random/stream.ts';
import { type Circumstances, configOf, contextOf, pure } from './setting.ts';

interface Flight {
  readonly from: Address;
  readonly to: Address;
  readonly message: GossipMessage;
}

/**
 * Plays a script and returns it with what came of each line below it, indented.
 *
 *     setup nodes=3 variant=described expiry=5m    the peers, not yet running
 *     5s n1 look                                   at 5 s an activity, once: look, tellOwn, tellOther, expire, cycle
 *     n1 tellOther about n2 to n0                  … with its partner
 *     n1 start | n1 crash | n1 leave               `start` hands back what was saved
 *     n1 timer suspect                             a timer fires
 *     n1 add file-3 | n1 remove file-3             the folder
 *     n1 who has file-3? | n1 what has n2? | n1 who is there?
 *     deliver n1 n2 | lose n1 n2 | repeat n1 n2    the oldest message in flight between them; repeat leaves it in flight
 *     deliver all | lose all                       all that is in flight; deliver: and what follows from it, now
 *     show n1                                      its store
 */
export function play(script: string): string {
  const stage = new Stage();
  const lines: string[] = [];
  for (const line of script.split('\n')) {
    // What is indented is the outcome of the last time.
    if (line.startsWith('    ')) continue;
    lines.push(line);
    if (line === '' || line.startsWith('#')) continue;
    for (const outcome of stage.perform(line)) lines.push(`    ${outcome}`);
  }
  return lines.join('\n');
}

class Stage {
  private config = configOf();
  private nowUs = 0;
  private readonly states = new Map<Address, PeerState>();
  private readonly saved = new Map<Address, PeerDurable>();
  private readonly streams = new Map<Address, Stream>();
  private flights: readonly Flight[] = [];

  perform(line: string): readonly string[] {
    const words = line.trim().split(/\s+/);
    if (words[0] === 'setup') return this.setUp(words.slice(1));
    const timeUs = parseDuration(words[0]);
    if (timeUs !== null) {
      this.nowUs = timeUs;
      words.shift();
    }
    if (words[0] === 'deliver' && words[1] === 'all') return this.deliverAll();
    if (words[0] === 'lose' && words[1] === 'all') {
      this.flights = [];
      return [];
    }
    if (words[0] === 'deliver' || words[0] === 'lose' || words[0] === 'repeat') return this.transport(words);
    if (words[0] === 'show') return this.show(addressOf(words[1]));
    return this.act(addressOf(words[0]), words.slice(1));
  }

  private setUp(words: readonly string[]): readonly string[] {
    const given = Object.fromEntries(words.map((word) => word.split('=')));
    const { nodes, variant, rumor, ...rest } = given;
    const settings: Record<string, unknown> = { phase: 'together', suspicion: 'never', ...rest };
    for (const key of ['fanout', 'publishers']) if (key in rest) settings[key] = Number(rest[key]);
    if (rumor !== undefined) {
      const [direction, response, stop, k] = rumor.split('/');
      settings.rumor = { direction, response, stop, k: Number(k) };
    }
    const circumstances: Circumstances = { nodes: Number(nodes), variant: variant ?? 'hardened', settings };
    this.config = configOf(circumstances);
    for (let address = 0; address < this.config.peers; address++) this.streams.set(address, new Stream(1 + address));
    return [];
  }

  private act(self: Address, words: readonly string[]): readonly string[] {
    if (words[0] === 'start') return this.start(self);
    if (words[0] === 'crash') {
      this.states.delete(self);
      return [];
    }
    if (words[0] === 'leave') return this.input(self, { kind: 'leave' });
    if (words[0] === 'timer') return this.input(self, { kind: 'timer', timer: { kind: words[1] as 'suspect' } });
    return this.input(self, { kind: 'operation', id: 0, operation: operationOf(words) });
  }

  private start(self: Address): readonly string[] {
    const boot = { publishes: true, files: [`file-${self}`] };
    const ctx = contextOf(this.config, self, this.nowUs, this.streams.get(self));
    return this.take(self, pure.start(boot, this.saved.get(self) ?? null, ctx));
  }

  private input(self: Address, input: Input<GossipTypes>): readonly string[] {
    const state = this.states.get(self);
    if (state === undefined) return [`n${self} is not there`];
    const ctx = contextOf(this.config, self, this.nowUs, this.streams.get(self));
    return this.take(self, pure.handle(state, input, ctx));
  }

  private take(self: Address, { state, effects }: GossipStep): readonly string[] {
    this.states.set(self, state);
    return effects.flatMap((effect) => this.carryOut(self, effect));
  }

  private carryOut(self: Address, effect: GossipEffect): readonly string[] {
    const { kind, target, value } = effect;
    switch (kind) {
      case 'send':
        this.flights = [...this.flights, { from: self, to: target, message: value as GossipMessage }];
        return [`-> n${target}: ${texts.message(value as GossipMessage)}`];
      case 'note':
        return [texts.note(value as GossipTypes['Note'])];
      case 'complete':
        return outcomeLines(value as GossipOutcome);
      case 'save':
        this.saved.set(self, value as PeerDurable);
        return [
          `saved incarnation ${(value as PeerDurable).incarnation}, ${(value as PeerDurable).folder.join(' ') || '(empty)'}`,
        ];
      case 'setTimer':
        return [`timer ${effect.name} in ${formatDuration(effect.us)}`];
      case 'exit':
        this.states.delete(self);
        return ['exits'];
      default:
        throw new Error(`no peer of gossip does that: ${kind}`);
    }
  }

  private transport([verb, fromName, toName]: readonly string[]): readonly string[] {
    const from = addressOf(fromName);
    const to = addressOf(toName);
    const at = this.flights.findIndex((flight) => flight.from === from && flight.to === to);
    if (at < 0) throw new Error(`nothing is on its way from ${fromName} to ${toName}`);
    const flight = this.flights[at];
    if (verb !== 'repeat') this.flights = this.flights.toSpliced(at, 1);
    return verb === 'lose' ? [] : this.deliver(flight);
  }

  private deliverAll(): readonly string[] {
    const lines: string[] = [];
    while (this.flights.length > 0) {
      const [flight, ...others] = this.flights;
      this.flights = others;
      lines.push(`n${flight.from} to n${flight.to}`, ...this.deliver(flight).map((line) => `    ${line}`));
    }
    return lines;
  }

  private deliver({ from, to, message }: Flight): readonly string[] {
    return this.input(to, { kind: 'datagram', from, message, group: null });
  }

  private show(self: Address): readonly string[] {
    const state = this.states.get(self);
    if (state === undefined) return [`n${self} is not there`];
    const at = (us: number) => formatDuration(us);
    return [
      ...state.store.map(
        ({ origin, metadata, bornAtUs, heardAtUs }) =>
          `n${origin} v${metadata.incarnation}.${metadata.version} ${metadata.files.join(' ') || '-'}, born ${at(bornAtUs)}, heard ${at(heardAtUs)}`,
      ),
      ...state.certificates.map(
        ({ origin, incarnation, version, writtenAtUs }) =>
          `death certificate of n${origin} v${incarnation}.${version}, written ${at(writtenAtUs)}`,
      ),
      ...state.suspects.map(({ origin, sinceUs }) => `suspects n${origin} since ${at(sinceUs)}`),
      ...state.hot.map(({ origin, version, count }) => `hot: n${origin} v${version}, count ${count}`),
    ];
  }
}

function outcomeLines(outcome: GossipOutcome): readonly string[] {
  return outcome.kind === 'stepped' ? [] : [`= ${texts.outcome(outcome)}`];
}

function operationOf(words: readonly string[]): GossipOperation {
  const [verb, second, third] = words;
  const said = (word: string) => {
    const at = words.indexOf(word);
    return at < 0 ? null : addressOf(words[at + 1]);
  };
  switch (verb) {
    case 'add':
      return { kind: 'addFile', file: second };
    case 'remove':
      return { kind: 'removeFile', file: second };
    case 'who':
      return second === 'has' ? { kind: 'whoHas', file: third.slice(0, -1) } : { kind: 'whoIsThere' };
    case 'what':
      return { kind: 'filesOf', origin: addressOf(third.slice(0, -1)) };
    default:
      return { kind: 'step', activity: verb as Activity, to: said('to'), about: said('about') };
  }
}

function addressOf(name: string): Address {
  const address = Number(name.slice(1));
  if (!name.startsWith('n') || !Number.isInteger(address)) throw new Error(`expected a peer such as n1, found ${name}`);
  return address;
}
