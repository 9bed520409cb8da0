import { describe, expect, it } from 'vitest';
import type { NewsView } from '../../../protocols/news/view.ts';
import type { Plan } from '../../../sim/index.ts';
import type { Player } from '../../../tui/run/player.ts';
import { pictureOf } from '../../../tui/views/index.ts';
import { news } from '../../../tui/views/news.ts';
import type { PictureProps } from '../../../tui/views/view.ts';
import { expectDrawnAnywhere } from '../support/any-moment.ts';
import { expectFrame, expectStyledFrame } from '../support/golden.ts';
import { planFromText, shipped } from '../support/scenarios.ts';
import { pictureProps, playedTo } from '../support/shown.ts';

/** What the picture gets on screens of 80 × 24, 120 × 40 and 200 × 60. */
const SMALL = { columns: 48, rows: 19 };
const MIDDLE = { columns: 76, rows: 24 };
const ROOMY = { columns: 127, rows: 38 };

function draw(player: Player, size: PictureProps['size'], changes: Partial<PictureProps<NewsView>> = {}) {
  return news.draw(pictureProps<NewsView>(player, size, changes));
}

function cluster(config: string, more = ''): Plan {
  return planFromText(
    `system: news\nvariant: hardened\nduration: 3m\nseed: 4\nconfig: ${config}\nnetwork: { latency: { exponential: 20ms }, loss: 0.5% }\nworkload: [ { publish: { rate: 5/s } }, { read: { rate: 5/s } } ]\n${more}`,
  ).plan;
}

const SMALLEST = '{ users: 1, administrators: 1, agents: 1, commissions: 1, replicas: 1, areas: 1 }';
const USUAL = '{ users: 20, agents: 2, commissions: 3, replicas: 3, areas: 6, standby: true }';
const LARGE = '{ users: 400, agents: 4, commissions: 24, replicas: 3, areas: 40, standby: true }';

/** Goes on, event by event, until the view is as wanted. */
function until(player: Player, isWanted: (view: NewsView) => boolean): void {
  for (let i = 0; i < 3000; i++) {
    if (isWanted(pictureProps<NewsView>(player, SMALL).view)) return;
    player.forward(Infinity, 1);
  }
  expect.fail('it never came to that');
}

it('is the picture of its system', () => {
  expect(pictureOf('news')).toBe(news);
});

describe('the service', () => {
  it('stands from the clients to the database, with requests between the columns', async () => {
    const player = playedTo(shipped('news-failover').plan, 50_000_000);
    until(player, ({ travelling, commissions }) => {
      const waiting = commissions.some(({ replicas }) => replicas.some(({ atDatabase }) => atDatabase > 0));
      return waiting && travelling.length > 1;
    });
    await expectFrame(draw(player, SMALL), 'news-small');
    await expectFrame(draw(player, MIDDLE), 'news-middle');
    await expectFrame(draw(player, ROOMY), 'news-roomy');
    await expectStyledFrame(draw(player, MIDDLE), 'news-middle');
    expect(draw(player, MIDDLE).plain()).toContain('▯');
  });

  it('shows areas whose commission is down before anybody noticed, and their fail-over', async () => {
    const player = playedTo(shipped('news-failover').plan, 60_010_000);
    const before = draw(player, MIDDLE);
    expect(before.plain()).toContain('unnoticed');
    expect(before.plain()).toMatch(/music +✕/);
    await expectFrame(before, 'news-crash');
    player.goToTime(70_000_000);
    player.arrive();
    expect(draw(player, MIDDLE).plain()).not.toMatch(/music +✕/);
    expect(draw(player, MIDDLE).plain()).toContain('✕ commission1');
  });

  it('shows an area that two commissions serve', async () => {
    const player = playedTo(shipped('news-two-agents').plan, 40_000);
    // Both agents find no area assigned, and each assigns them all.
    until(player, ({ areas }) => areas.some(({ alsoServedBy }) => alsoServedBy.length > 1));
    const frame = draw(player, MIDDLE);
    expect(frame.plain()).toMatch(/^culture .*[?] .*[?] /m);
    await expectFrame(frame, 'news-two');
  });

  it('shows the selected process, the marked, and the selected message', () => {
    const player = playedTo(cluster(USUAL), 20_000_000);
    until(player, ({ travelling }) => travelling.length > 0);
    const { flights, peers } = pictureProps<NewsView>(player, MIDDLE);
    const [one, two] = ['commission2', 'agent1'].map(
      (wanted) => peers.find(({ name }) => name === wanted)?.address ?? -1,
    );
    for (const size of [SMALL, MIDDLE]) {
      const text = draw(player, size, { selected: one, marked: [two], message: flights[0].sequence }).plain();
      expect(text).toMatch(/▸● (C2|commission2)/);
      expect(text).toMatch(/◆● (A1|agent1)/);
      expect(text).toMatch(/▸ *\S+ [─┄•▹]{6} \S/);
    }
  });

  it('crosses out what was lost', () => {
    const player = playedTo(cluster(USUAL, 'faults: [ { at: 5s, isolate: database } ]'), 5_000_000);
    for (let i = 0; i < 4000; i++) {
      if (pictureProps<NewsView>(player, MIDDLE).losses.length > 0) break;
      player.forward(Infinity, 1);
    }
    expect(draw(player, MIDDLE).plain()).toMatch(/×.*lost/);
  });
});

describe('from a handful of processes to five hundred', () => {
  it.each([
    ['smallest', SMALLEST],
    ['usual', USUAL],
    ['large', LARGE],
  ])('%s', async (name, config) => {
    const player = playedTo(cluster(config), 5_000_000);
    const { peers } = pictureProps<NewsView>(player, MIDDLE);
    const chosen = peers.find(({ role }) => role === 'client');
    const frame = draw(player, MIDDLE, { selected: chosen?.address ?? null });
    expect(frame.plain()).toContain(`▸u1`);
    if (name === 'large') expect(frame.plain()).toMatch(/\+\d+ more commissions/);
    await expectFrame(frame, `news-${name}`);
  });

  it('draws whatever moment it is given to whatever size', () => {
    const faults = 'faults: [ { rate: 20/min, crash: { nodes: any, restart: after 2s } } ]';
    const players = [cluster(SMALLEST, faults), cluster(USUAL, faults), cluster(LARGE, faults)].map((plan) =>
      playedTo(plan, 1_000_000),
    );
    const [few, many, most] = players;
    expectDrawnAnywhere([few, many, most], draw, () => /▸/);
  });
});
