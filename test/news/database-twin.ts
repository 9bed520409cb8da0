/**
 * The obvious database: plain arrays, searched from one end to the other, changed in place. It knows nothing of keys, chunks or logs.
 */
import type { Answer, Statement } from '../../protocols/news/messages.ts';

interface Item {
  readonly id: number;
  readonly area: string;
  readonly author: string;
  readonly text: string;
  readonly at: number;
}

export class DatabaseTwin {
  users: { name: string; admin: boolean }[];
  areas: string[];
  subscriptions: { area: string; user: string }[];
  sessions: { user: string; token: number }[] = [];
  news: Item[] = [];
  /** What each user has read, one by one. */
  read: { area: string; user: string; id: number }[] = [];
  assignments: { area: string; commission: string }[] = [];
  commissions: { name: string; address: number; alive: boolean }[] = [];
  private nextId = 1;
  private nextToken = 1;

  constructor(
    users: { name: string; admin: boolean }[],
    areas: string[],
    subscriptions: { area: string; user: string }[],
  ) {
    this.users = [...users];
    this.areas = [...areas].sort();
    this.subscriptions = [...subscriptions];
  }

  answer(statement: Statement, at: number): Answer {
    switch (statement.kind) {
      case 'register':
        if (this.users.some(({ name }) => name === statement.user)) return refused('user exists');
        this.users.push({ name: statement.user, admin: false });
        return this.logIn(statement.user);
      case 'login':
        return this.users.some(({ name }) => name === statement.user)
          ? this.logIn(statement.user)
          : refused('no such user');
      case 'registerCommission':
        this.commissions = this.commissions.filter(({ name }) => name !== statement.name);
        this.commissions.push({ name: statement.name, address: statement.address, alive: true });
        return { kind: 'done' };
      case 'compareAndSet':
        return this.compareAndSet(statement.area, statement.expected, statement.commission);
      case 'setAlive':
        for (const row of this.commissions) if (row.name === statement.name) row.alive = statement.alive;
        return { kind: 'done' };
      default:
        return 'session' in statement ? this.forUser(statement, at) : { kind: 'done' };
    }
  }

  private logIn(user: string): Answer {
    const known = this.sessions.find((session) => session.user === user);
    if (known !== undefined) return { kind: 'loggedIn', token: known.token };
    this.sessions.push({ user, token: this.nextToken });
    return { kind: 'loggedIn', token: this.nextToken++ };
  }

  private compareAndSet(area: string, expected: string | null, commission: string): Answer {
    if (!this.areas.includes(area)) return refused('no such area');
    const current = this.assignments.find((row) => row.area === area)?.commission ?? null;
    const isAlive = (name: string | null) => this.commissions.some((row) => row.name === name && row.alive);
    if (current === expected && !isAlive(current) && isAlive(commission)) {
      this.assignments = [...this.assignments.filter((row) => row.area !== area), { area, commission }];
    }
    return { kind: 'done' };
  }

  private forUser(statement: Extract<Statement, { readonly session: unknown }>, at: number): Answer {
    const { user, token } = statement.session;
    if (!this.sessions.some((session) => session.user === user && session.token === token))
      return refused('not logged in');
    const isAdmin = this.users.some(({ name, admin }) => name === user && admin);
    switch (statement.kind) {
      case 'logout':
        this.sessions = this.sessions.filter((session) => session.user !== user);
        return { kind: 'done' };
      case 'listAreas':
        return { kind: 'areas', areas: [...this.areas] };
      case 'listSubscriptions':
        return { kind: 'areas', areas: this.areas.filter((area) => this.isSubscribed(area, user)) };
      case 'addArea': {
        if (!isAdmin) return refused('not an administrator');
        if (this.areas.includes(statement.area)) return refused('area exists');
        this.areas = [...this.areas, statement.area].sort();
        const least = this.leastLoaded();
        if (least !== null) this.assignments.push({ area: statement.area, commission: least });
        return { kind: 'done' };
      }
      case 'deleteArea':
        if (!isAdmin) return refused('not an administrator');
        if (!this.areas.includes(statement.area)) return refused('no such area');
        this.areas = this.areas.filter((area) => area !== statement.area);
        this.news = this.news.filter(({ area }) => area !== statement.area);
        this.subscriptions = this.subscriptions.filter(({ area }) => area !== statement.area);
        this.read = this.read.filter(({ area }) => area !== statement.area);
        this.assignments = this.assignments.filter(({ area }) => area !== statement.area);
        return { kind: 'done' };
      default:
        return 'area' in statement && this.areas.includes(statement.area)
          ? this.inArea(statement, user, at)
          : refused('no such area');
    }
  }

  private inArea(
    statement: Extract<Statement, { readonly session: unknown; readonly area: string }>,
    user: string,
    at: number,
  ): Answer {
    const { area } = statement;
    switch (statement.kind) {
      case 'subscribe':
        if (this.isSubscribed(area, user)) return refused('already subscribed');
        this.subscriptions.push({ area, user });
        return { kind: 'done' };
      case 'unsubscribe':
        if (!this.isSubscribed(area, user)) return refused('not subscribed');
        this.subscriptions = this.subscriptions.filter((row) => row.area !== area || row.user !== user);
        return { kind: 'done' };
      case 'publish':
        this.news.push({ id: this.nextId, area, author: user, text: statement.text, at });
        return { kind: 'published', id: this.nextId++ };
      case 'deleteNews': {
        const item = this.news.find(({ id }) => id === statement.id);
        if (item === undefined || item.area !== area) return refused('no such news');
        if (item.author !== user) return refused('not the author');
        this.news = this.news.filter(({ id }) => id !== statement.id);
        return { kind: 'done' };
      }
      case 'read': {
        if (!this.isSubscribed(area, user)) return refused('not subscribed');
        const has = (id: number) => this.read.some((row) => row.area === area && row.user === user && row.id === id);
        const news = this.news.filter((item) => item.area === area && !(statement.unread && has(item.id)));
        const fresh = news.filter(({ id }) => !has(id));
        for (const { id } of fresh) this.read.push({ area, user, id });
        return { kind: 'news', news, markUpTo: fresh.length === 0 ? null : news[news.length - 1].id };
      }
      default:
        throw new Error(`the twin does not know ${statement.kind}`);
    }
  }

  private isSubscribed(area: string, user: string): boolean {
    return this.subscriptions.some((row) => row.area === area && row.user === user);
  }

  private leastLoaded(): string | null {
    const load = (name: string) => this.assignments.filter(({ commission }) => commission === name).length;
    const names = this.commissions.filter(({ alive }) => alive).map(({ name }) => name);
    return names.sort((a, b) => load(a) - load(b) || (a < b ? -1 : 1))[0] ?? null;
  }
}

function refused(reason: Extract<Answer, { readonly kind: 'refused' }>['reason']): Answer {
  return { kind: 'refused', reason };
}
