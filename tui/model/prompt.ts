/** One line of text that the user types: editing it, and what an answer means. */
import { formatDuration, parseDuration } from '../../sim/index.ts';
import type { Moment } from '../run/moment.ts';
import type { Command, Edit } from './action.ts';
import { filterText, parseFilter } from './filter.ts';
import { learned } from './lesson.ts';
import type { Prompt, PromptPurpose, Ui } from './ui.ts';
import { cutLink, selectedPeer } from './what-if.ts';

export function promptFor(purpose: PromptPurpose, text = ''): Prompt {
  return { purpose, text, cursor: [...text].length, error: null };
}

export interface PromptWords {
  readonly title: string;
  readonly hint: string;
}

export function promptWords(purpose: PromptPurpose, ui: Ui, moment: Moment): PromptWords {
  const selected = selectedPeer(ui, moment)?.name ?? '';
  switch (purpose) {
    case 'seek':
      return { title: 'Go to', hint: '3m20s · +5s · -200ms · #1234 (event) · +#10 · start · end' };
    case 'filter':
      return { title: 'Filter the log', hint: 'node:n3 kind:loss,fault words · nothing shows all' };
    case 'select':
      return { title: 'Select a node', hint: 'its name, or its address' };
    case 'bookmark':
      return { title: 'Bookmark', hint: 'a title · title | a note · title | a note | what happens next?' };
    case 'operate':
      return { title: `Start at ${selected}`, hint: operationsHint(moment) };
    case 'cut':
      return { title: `Cut the link from ${selected} to`, hint: 'the name of the other node' };
    case 'save':
      return { title: 'Save the branch as', hint: 'a scenario file; it runs headless to the same fingerprint' };
    case 'record':
      return {
        title: `Record the ${moment.line.name} into`,
        hint: 'a file, kept up to date until you quit; npm run sim -- replay plays it',
      };
  }
}

function operationsHint({ operations }: Moment): string {
  return operations
    .map(({ name, arguments: args }) => [name, ...args.map((arg) => `${arg.name}=…`)].join(' '))
    .join(' · ');
}

export function edited(prompt: Prompt, edit: Edit): Prompt {
  const characters = [...prompt.text];
  const { cursor } = prompt;
  const to = (text: readonly string[], at: number): Prompt => ({
    ...prompt,
    text: text.join(''),
    cursor: at,
    error: null,
  });
  switch (edit) {
    case 'left':
      return { ...prompt, cursor: Math.max(0, cursor - 1) };
    case 'right':
      return { ...prompt, cursor: Math.min(characters.length, cursor + 1) };
    case 'start':
      return { ...prompt, cursor: 0 };
    case 'end':
      return { ...prompt, cursor: characters.length };
    case 'rub out':
      return cursor === 0 ? prompt : to(characters.toSpliced(cursor - 1, 1), cursor - 1);
    case 'delete':
      return cursor === characters.length ? prompt : to(characters.toSpliced(cursor, 1), cursor);
    case 'clear':
      return to([], 0);
    case 'submit':
    case 'cancel':
      return prompt;
  }
}

export function typed(prompt: Prompt, text: string): Prompt {
  const characters = [...prompt.text];
  // A paste may hold line ends; a prompt is one line.
  const added = [...text.replace(/[\p{Control}]/gu, ' ')];
  return {
    ...prompt,
    text: characters.toSpliced(prompt.cursor, 0, ...added).join(''),
    cursor: prompt.cursor + added.length,
    error: null,
  };
}

/** What an answer does: a changed dashboard, commands, or why it cannot be. */
export type Answer =
  | { readonly ok: true; readonly ui: Ui; readonly commands: readonly Command[] }
  | { readonly ok: false; readonly error: string };

export function answered({ purpose, text, confirms }: Prompt, ui: Ui, moment: Moment): Answer {
  const said = text.trim();
  const done = (changed: Ui, ...commands: readonly Command[]): Answer => ({ ok: true, ui: changed, commands });
  const refused = (error: string): Answer => ({ ok: false, error });
  switch (purpose) {
    case 'seek': {
      const command = seekCommand(said, moment, ui.lesson?.lesson.stops.length ?? 0);
      if (typeof command === 'string') return refused(command);
      if (command.kind !== 'go to stop') return done(ui, command);
      return { ok: true, ...learned(ui, { kind: 'goTo', stop: command.stop }) };
    }
    case 'filter': {
      const filter = parseFilter(said);
      if ('error' in filter) return refused(filter.error);
      return done({ ...ui, filter, scroll: { ...ui.scroll, log: 0 } });
    }
    case 'select': {
      const address = addressOf(said, moment);
      return address === null ? refused(`no node is called "${said}"`) : done({ ...ui, selected: address });
    }
    case 'bookmark':
      return done(ui, { kind: 'bookmark', note: said });
    case 'operate': {
      const [operation = ''] = said.split(/\s+/);
      return done(ui, { kind: 'operate', operation, text: said.slice(operation.length).trim() });
    }
    case 'cut': {
      const from = selectedPeer(ui, moment);
      const to = addressOf(said, moment);
      if (from === null) return refused('no node is selected');
      if (to === null || to === from.address) return refused(`no other node is called "${said}"`);
      return done(ui, { kind: 'inject', what: cutLink(from, moment.peers[to]) });
    }
    case 'save':
      if (said === '') return refused('a file needs a name');
      return done(ui, { kind: 'save', line: moment.line, path: said });
    case 'record':
      if (said === '') return refused('a file needs a name');
      return done(ui, { kind: 'record', path: said, isConfirmed: confirms === said });
  }
}

/** What the prompt holds when it opens. */
export function openingText(purpose: PromptPurpose, ui: Ui, moment: Moment): string {
  switch (purpose) {
    case 'filter':
      return filterText(ui.filter);
    case 'operate':
      return moment.operations[0]?.name ?? '';
    case 'cut':
      return otherEnd(ui, moment);
    case 'save':
      return `${moment.about.file.replace(/\.ya?ml$/, '')}-${moment.line.name.replace(' ', '-')}.yaml`;
    default:
      return '';
  }
}

/** Whom the selected message goes to or comes from, or another marked node. */
function otherEnd(ui: Ui, moment: Moment): string {
  const flight = moment.flights.find(({ sequence }) => sequence === ui.message);
  if (flight !== undefined && flight.from === ui.selected) return moment.peers[flight.to]?.name ?? '';
  if (flight !== undefined && flight.to === ui.selected) return moment.peers[flight.from]?.name ?? '';
  const marked = ui.marked.find((address) => address !== ui.selected);
  return marked === undefined ? '' : (moment.peers[marked]?.name ?? '');
}

function addressOf(text: string, { peers }: Moment): number | null {
  const named = peers.find(({ name }) => name === text);
  if (named !== undefined) return named.address;
  return /^\d+$/.test(text) && Number(text) < peers.length ? Number(text) : null;
}

/** @param stops of the lesson, 0 where there is none. */
function seekCommand(text: string, moment: Moment, stops: number): Command | string {
  const stop = /^stop (\d{1,4})$/.exec(text);
  if (stop !== null && stops > 0) {
    const number = Number(stop[1]);
    return number >= 1 && number <= stops
      ? { kind: 'go to stop', stop: number - 1, plays: false }
      : `the lesson has ${stops} stops`;
  }
  if (text === 'start') return { kind: 'seek event', event: moment.firstEvent };
  if (text === 'end') return { kind: 'seek time', timeUs: moment.about.durationUs };
  const event = /^([+-]?)#([\d,]+)$/.exec(text);
  if (event !== null) {
    const number = Number(event[2].replaceAll(',', ''));
    if (event[1] === '') return { kind: 'seek event', event: number };
    return { kind: 'step', count: event[1] === '+' ? number : -number };
  }
  const us = parseDuration(text.replace(/^[+-]/, ''));
  if (us === null) return `"${text}" is no time and no event`;
  const timeUs = text.startsWith('+') ? moment.nowUs + us : text.startsWith('-') ? moment.nowUs - us : us;
  if (timeUs > moment.about.durationUs) return `the run ends at ${formatDuration(moment.about.durationUs)}`;
  return { kind: 'seek time', timeUs: Math.max(0, timeUs) };
}
