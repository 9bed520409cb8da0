/** What a scenario can ask clients for. What it does not say is drawn: an area by the workload's keys, news of the user's own to delete. */
import { z } from 'zod';
import { type OperationDraw, type OperationSpec, type ProcessView, SetupError, settings } from '../../sim/protocol.ts';
import type { Judged } from './judged.ts';
import type { Operation } from './messages.ts';
import type { ClientBoot, NewsTypes } from './state.ts';
import { get, scan } from './table.ts';
import { memberKey, NAME_PATTERN, newsOf } from './tables.ts';

type Spec = OperationSpec<NewsTypes, Judged>;
type Draw = OperationDraw<NewsTypes, Judged>;
type Arguments = Readonly<Record<string, unknown>>;

const NOTHING = settings({});
const AREA = z.string().regex(NAME_PATTERN).optional();

function isClient({ role }: ProcessView<NewsTypes>): boolean {
  return role === 'client';
}

function isAdministrator(draw: Draw): boolean {
  return get(draw.judged.tables.users, userOf(draw))?.admin === true;
}

function userOf({ world, issuer }: Draw): string {
  return (world.process(issuer).boot as ClientBoot).user;
}

function areasOf({ judged }: Draw): string[] {
  return scan(judged.tables.areas).map(({ name }) => name);
}

function drawn(candidates: readonly string[], draw: Draw): string | null {
  return candidates.length === 0 ? null : candidates[draw.index(candidates.length)];
}

/** The area that is asked for, or one of the candidates, or null if there is none. */
function areaOf(args: Arguments, candidates: readonly string[], draw: Draw): string | null {
  return typeof args.area === 'string' ? args.area : drawn(candidates, draw);
}

function subscribed(draw: Draw, yes: boolean): string[] {
  const user = userOf(draw);
  return areasOf(draw).filter(
    (area) => (get(draw.judged.tables.subscriptions, memberKey(area, user)) !== undefined) === yes,
  );
}

function simple(
  kind: 'register' | 'login' | 'logout' | 'listAreas' | 'listSubscriptions',
  plural: string,
  description: string,
): Spec {
  return { plural, description, arguments: NOTHING, issuable: isClient, make: () => ({ kind }) };
}

function onArea(
  plural: string,
  description: string,
  area: string,
  make: (args: Arguments, draw: Draw) => Operation | null,
  more: Readonly<Record<string, z.ZodType>> = {},
): Spec {
  return { plural, description, arguments: settings({ area: AREA.describe(area), ...more }), issuable: isClient, make };
}

function inArea(
  candidates: (draw: Draw) => readonly string[],
  build: (area: string, args: Arguments, draw: Draw) => Operation | null,
) {
  return (args: Arguments, draw: Draw): Operation | null => {
    const area = areaOf(args, candidates(draw), draw);
    return area === null ? null : build(area, args, draw);
  };
}

/** Areas that are added without a name are numbered on. */
function newArea(draw: Draw): string {
  return `area-${draw.judged.begun + 1}`;
}

export const OPERATIONS: Readonly<Record<string, Spec>> = {
  register: simple('register', 'registrations', 'Registers the client’s user, who is logged in then.'),
  login: simple('login', 'logins', 'Logs the client’s user in.'),
  logout: simple('logout', 'logouts', 'Logs the client’s user out.'),
  listAreas: simple('listAreas', 'area lists', 'Lists all areas.'),
  listSubscriptions: simple(
    'listSubscriptions',
    'subscription lists',
    'Lists the areas that the user is subscribed to.',
  ),
  addArea: {
    plural: 'new areas',
    description: 'Adds an area; only administrators may.',
    arguments: settings({ area: AREA.describe('Its name; without it a new one, asked for only at administrators.') }),
    issuable: isClient,
    make: (args, draw) => {
      if (typeof args.area === 'string') return { kind: 'addArea', area: args.area };
      return isAdministrator(draw) ? { kind: 'addArea', area: newArea(draw) } : null;
    },
  },
  deleteArea: onArea(
    'deleted areas',
    'Deletes an area with its news, subscriptions and assignment; only administrators may.',
    'Its name; without it one that there is, asked for only at administrators.',
    (args, draw) => {
      const candidates = isAdministrator(draw) ? areasOf(draw) : [];
      const area = areaOf(args, candidates, draw);
      return area === null ? null : { kind: 'deleteArea', area };
    },
  ),
  subscribe: onArea(
    'subscriptions',
    'Subscribes the user to an area.',
    'The area; without it one that the user is not subscribed to.',
    inArea(
      (draw) => subscribed(draw, false),
      (area) => ({ kind: 'subscribe', area }),
    ),
  ),
  unsubscribe: onArea(
    'unsubscriptions',
    'Ends a subscription.',
    'The area; without it one that the user is subscribed to.',
    inArea(
      (draw) => subscribed(draw, true),
      (area) => ({ kind: 'unsubscribe', area }),
    ),
  ),
  read: onArea(
    'readings',
    'Reads an area’s news.',
    'The area; without it one that the user is subscribed to.',
    inArea(
      (draw) => subscribed(draw, true),
      (area, args) => ({ kind: 'read', area, unread: args.unread === true }),
    ),
    { unread: z.boolean().optional().describe('Only what the user has not read yet; default: all.') },
  ),
  publish: onArea(
    'publications',
    'Publishes news to an area.',
    'The area; without it any.',
    inArea(areasOf, (area, args, draw) => ({
      kind: 'publish',
      area,
      text: typeof args.text === 'string' ? args.text : `news ${draw.judged.begun + 1}`,
    })),
    { text: z.string().max(2000).optional().describe('The text; default: numbered.') },
  ),
  deleteNews: onArea(
    'deleted news',
    'Deletes a piece of news; only its author may.',
    'The area; without it one in which the user has published.',
    (args, draw) => {
      if (typeof args.id === 'number' && typeof args.area !== 'string')
        throw new SetupError('deleteNews: an id needs an area');
      const user = userOf(draw);
      const own = (area: string) => newsOf(draw.judged.tables, area).filter(({ author }) => author === user);
      const area = areaOf(
        args,
        areasOf(draw).filter((name) => own(name).length > 0),
        draw,
      );
      if (area === null) return null;
      if (typeof args.id === 'number') return { kind: 'deleteNews', area, id: args.id };
      const news = own(area);
      return news.length === 0 ? null : { kind: 'deleteNews', area, id: draw.random.pick(news).id };
    },
    { id: z.int().min(1).optional().describe('Its number; without it one of the user’s own.') },
  ),
};
