/** The events that led to a failure, in words: faults, operations, the messages that mattered, answers that did not come, and the failure itself. */
import type { Input } from '../contract/input.ts';
import type { Address, Kinded } from '../contract/protocol-types.ts';
import type { Plan } from '../scenario/plan.ts';
import { formatDuration } from '../time.ts';
import { type Chronicle, causesOf, chronicleOf, type Deed, onsetOf } from './chronicle.ts';
import { DEFECT, type Failure } from './failure.ts';
import { type Relevance, relevanceOf } from './relevance.ts';
import { kindedText, nameOf, type Speaker } from './words.ts';

export interface StoryLine {
  readonly us: number;
  /** Number of the event. */
  readonly event: number;
  readonly text: string;
  /** How often in a row; times between are left out. */
  readonly times: number;
}

export interface Story {
  /** When the story begins; what was before is everyday life. */
  readonly fromUs: number;
  readonly lines: readonly StoryLine[];
  readonly ending: string;
  readonly endUs: number;
}

export function storyOf(plan: Plan, failure: Failure, goesOn: () => boolean = () => true): Story {
  // What is found in the end may have been so for long: the story ends where it came about.
  const onset =
    failure.kind === 'safety' ? failure.event : (onsetOf(plan, failure.property, failure.event) ?? failure.event);
  const chronicle = chronicleOf(plan, onset);
  const fromUs = beginningOf(chronicle);
  const ending = `${failure.property}: ${failure.message}`;
  const relevance = failure.property === DEFECT ? null : relevanceOf(plan, chronicle, failure, fromUs, goesOn);
  return { fromUs, lines: told(chronicle, relevance, fromUs), ending, endUs: chronicle.simulation.nowUs };
}

/** The first thing that the scenario does; 0 if it does nothing but run. */
function beginningOf({ deeds }: Chronicle): number {
  const first = deeds.find(
    ({ actions, inputs }) => actions.length > 0 || inputs.some(({ input }) => input.kind === 'operation'),
  );
  return first?.event.timeUs ?? 0;
}

function told(chronicle: Chronicle, relevance: Relevance | null, fromUs: number): readonly StoryLine[] {
  const { deeds, simulation } = chronicle;
  const speaker: Speaker = { system: simulation.plan.system, world: simulation.world };
  const isRelevant = relevantDeeds(chronicle, relevance);
  const questions = answeredBy(chronicle, isRelevant);
  const answered = new Set(questions.values());
  const lines = deeds.flatMap((deed, index) => {
    if (deed.event.timeUs < fromUs) return [];
    const { timeUs: us, number: event } = deed.event;
    const question = questions.get(index);
    const texts =
      question === undefined
        ? textsOf(index, isRelevant(index) && !answered.has(index), chronicle, speaker)
        : [exchangeText(deeds[question], deed, speaker)];
    return texts.map((text) => ({ us, event, text, times: 1 }));
  });
  return gathered(lines);
}

/** Questions that are told together with their answers, by the answers: where nothing that the environment did lies between. */
function answeredBy({ deeds }: Chronicle, isRelevant: (index: number) => boolean): ReadonlyMap<number, number> {
  const questions = new Map<number, number>();
  deeds.forEach(({ inputs, cause }, index) => {
    if (inputs.length !== 1 || inputs[0].input.kind !== 'reply' || cause < 0) return;
    if (deeds[cause].inputs.length !== 1 || deeds[cause].inputs[0].input.kind !== 'request') return;
    if (!isRelevant(index) || !isRelevant(cause)) return;
    const isQuiet = deeds.slice(cause, index + 1).every(({ actions, ended }) => actions.length + ended.length === 0);
    if (isQuiet) questions.set(index, cause);
  });
  return questions;
}

/** `n3 asks n7: getNeighbours → neighbours: predecessor n3`. */
function exchangeText(question: Deed, answer: Deed, speaker: Speaker): string {
  const [{ process, input }] = question.inputs;
  const reply = answer.inputs[0].input as { readonly message?: Kinded };
  return `${handedText(process, input, speaker)} → ${kindedText('message', reply.message as Kinded, speaker)}`;
}

/** Arrivals that mattered, the answers that did not come and made somebody act, and the deed in which it failed. */
function relevantDeeds({ deeds }: Chronicle, relevance: Relevance | null): (index: number) => boolean {
  if (relevance === null) return () => true;
  const relevant = new Set(relevance.arrivals);
  const last = deeds.length - 1;
  // Where time alone did it, it is seen at whatever event comes next, which has nothing to do with it.
  const { concerned } = relevance;
  const isAboutThem = ({ process, input }: Deed['inputs'][number]) =>
    input.kind !== 'timer' && (concerned.size === 0 || concerned.has(process));
  if (deeds[last].inputs.some(isAboutThem)) relevant.add(last);
  for (const index of [...relevance.arrivals, last]) {
    for (const cause of causesOf(deeds, index)) {
      const [handed] = deeds[cause].inputs;
      if (handed?.input.kind === 'failure') relevant.add(cause);
      // Timers go without saying: what they bring about is told.
      else if (handed !== undefined && handed.input.kind !== 'timer') break;
    }
  }
  return (index) => relevant.has(index);
}

/** Faults and operations are told in any case: the scenario has no more of them than it takes. */
function textsOf(index: number, isRelevant: boolean, { deeds }: Chronicle, speaker: Speaker): readonly string[] {
  const { event, actions, inputs, cause, ended } = deeds[index];
  const isMade = cause >= 0 && deeds[cause].actions.length > 0;
  const made = deeds.flatMap((deed) =>
    deed.cause === index && deed.event.kind === 'start' ? [nameOf(deed.event.process, speaker)] : [],
  );
  const concerned = [...made, ...ended.map((address) => nameOf(address, speaker))];
  // What an operation's action says, the operation says.
  const isOperation = inputs.some(({ input }) => input.kind === 'operation');
  const faults = isOperation ? [] : actions.filter(takesEffect).map(({ label }) => withNames(label, concerned));
  const starts =
    event.kind === 'start' && event.sequence < 0 && cause >= 0 && !isMade
      ? [`${nameOf(event.process, speaker)} starts again`]
      : [];
  const ends = event.kind === 'action-end' ? [`what began at ${formatDuration(event.bornUs)} ends`] : [];
  const handed = inputs.flatMap(({ process, input }) =>
    isRelevant || input.kind === 'operation' || input.kind === 'leave' ? [handedText(process, input, speaker)] : [],
  );
  return [...faults, ...ends, ...starts, ...handed];
}

/** `crash any 2` says not who: names that the label lacks are put behind it. */
function withNames(label: string, names: readonly string[]): string {
  const lacking = names.filter((name) => !label.split(/[ ,()]+/).includes(name));
  return lacking.length === 0 ? label : `${label} (${lacking.join(', ')})`;
}

/** Faults of the network change something only later, when a message meets them. */
function takesEffect({ label, changed }: Deed['actions'][number]): boolean {
  return changed > 0 || /^(partition|isolate|degrade)/.test(label);
}

function handedText(process: Address, input: Input<never>, speaker: Speaker): string {
  const name = nameOf(process, speaker);
  // The machine's types are its own; for people a message is what has a kind.
  const said = input as {
    message?: Kinded;
    timer?: Kinded;
    operation?: Kinded;
    from?: Address;
    to?: Address;
    reason?: string;
  };
  switch (input.kind) {
    case 'datagram':
    case 'request':
    case 'reply': {
      const verb = { datagram: 'tells', request: 'asks', reply: 'answers' }[input.kind];
      return `${nameOf(said.from ?? -1, speaker)} ${verb} ${name}: ${kindedText('message', said.message as Kinded, speaker)}`;
    }
    case 'failure':
      return `${name} gets no answer from ${nameOf(said.to ?? -1, speaker)} (${said.reason})`;
    case 'timer':
      return `${name}: ${kindedText('timer', said.timer as Kinded, speaker)}`;
    case 'operation':
      return `${name} is asked: ${kindedText('operation', said.operation as Kinded, speaker)}`;
    case 'leave':
      return `${name} is asked to leave`;
  }
}

/** The same thing several times in a row is one line. */
function gathered(lines: readonly StoryLine[]): readonly StoryLine[] {
  const result: StoryLine[] = [];
  for (const line of lines) {
    const last = result.at(-1);
    if (last !== undefined && last.text === line.text) result[result.length - 1] = { ...last, times: last.times + 1 };
    else result.push(line);
  }
  return result;
}

/** The story as lines of text. */
export function storyText({ fromUs, lines, ending, endUs }: Story): readonly string[] {
  const width = Math.max(...lines.map(({ us }) => formatDuration(us).length), formatDuration(endUs).length);
  const at = (us: number) => formatDuration(us).padStart(width);
  return [
    ...(fromUs > 0 ? [`${at(fromUs)}  until then nothing that matters`] : []),
    ...lines.map(({ us, text, times }) => `${at(us)}  ${text}${times > 1 ? ` (${times} times)` : ''}`),
    `${at(endUs)}  ${ending.split('\n')[0]}`,
  ];
}
