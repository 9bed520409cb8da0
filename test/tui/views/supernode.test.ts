import { describe, expect, it } from 'vitest';
import type { SupernodeView } from '../../../protocols/supernode/view.ts';
import type { Plan } from '../../../sim/index.ts';
import type { Player } from '../../../tui/run/player.ts';
import { pictureOf } from '../../../tui/views/index.ts';
import { supernode } from '../../../tui/views/supernode.ts';
import type { PictureProps } from '../../../tui/views/view.ts';
import { expectDrawnAnywhere } from '../support/any-moment.ts';
import { expectFrame, expectStyledFrame } from '../support/golden.ts';
import { planFromText, shipped } from '../support/scenarios.ts';
import { pictureProps, playedTo } from '../support/shown.ts';

/** What the picture gets on screens of 80 × 24, 120 × 40 and 200 × 60. */
const SMALL = { columns: 48, rows: 19 };
const MIDDLE = { columns: 76, rows: 24 };
const ROOMY = { columns: 127, rows: 38 };

function draw(player: Player, size: PictureProps['size'], changes: Partial<PictureProps<SupernodeView>> = {}) {
  return supernode.draw(pictureProps<SupernodeView>(player, size, changes));
}

function group(nodes: number, supernodes: number, more = ''): Plan {
  return planFromText(
    `system: supernode\nvariant: hardened\nduration: 2m\nnodes: ${nodes}\nseed: 4\nconfig: { supernodes: ${supernodes}, catalogue: 60 }\nnetwork: { latency: { uniform: [20ms, 60ms] }, loss: 1% }\nworkload: [ { find: { rate: 5/s, from: 2s } } ]\n${more}`,
  ).plan;
}

/** Goes on, event by event, until the view is as wanted. */
function until(player: Player, isWanted: (view: SupernodeView) => boolean): void {
  for (let i = 0; i < 3000; i++) {
    if (isWanted(pictureProps<SupernodeView>(player, SMALL).view)) return;
    player.forward(Infinity, 1);
  }
  expect.fail('it never came to that');
}

it('is the picture of its system', () => {
  expect(pictureOf('supernode')).toBe(supernode);
});

describe('the indexes side by side', () => {
  it('has nodes with ages, and resources with locations; a query on its way through the group, and the search that waits', async () => {
    const player = playedTo(shipped('supernode-search').plan, 10_000_000);
    until(player, ({ group: { travelling } }) => travelling.some(({ wire }) => wire?.code === 20));
    const frame = draw(player, MIDDLE);
    expect(frame.plain()).toMatch(/S1 .*• *┄* *S2 +20 film\.avi/);
    expect(frame.plain()).toContain('Searches in flight  1');
    await expectFrame(draw(player, SMALL), 'supernode-small');
    await expectFrame(frame, 'supernode-middle');
    await expectFrame(draw(player, ROOMY), 'supernode-roomy');
    await expectStyledFrame(frame, 'supernode-middle');
  });

  it('keeps what was said last: a 20 and its 21, a 20 and its 22', async () => {
    const player = playedTo(shipped('supernode-search').plan, 20_500_000);
    const frame = draw(player, MIDDLE);
    expect(frame.plain()).toMatch(/S2 {2}22/);
    expect(frame.plain()).toMatch(/S1 {2}20/);
    await expectFrame(frame, 'supernode-said');
  });

  it('counts the checks that a dead node missed', async () => {
    const player = playedTo(shipped('supernode-search').plan, 30_000_000);
    until(player, ({ supernodes }) => supernodes.some(({ nodes }) => nodes.some(({ strikes }) => strikes === 1)));
    const frame = draw(player, MIDDLE);
    expect(frame.plain()).toMatch(/✕ node-1 .*s \/ /);
    expect(frame.plain()).toContain('host-2:8000!');
    await expectFrame(frame, 'supernode-strike');
  });

  it('says who is at home with a supernode that has forgotten it', () => {
    const player = playedTo(shipped('supernode-forgotten').plan, 70_000_000);
    expect(draw(player, MIDDLE).plain()).toMatch(/◌ node-1 .*away/);
  });

  it('shows the selected process, the marked, and the selected message in words', () => {
    const player = playedTo(shipped('supernode-crossed-answers').plan, 20_300_000);
    const { flights } = pictureProps<SupernodeView>(player, MIDDLE);
    const frame = draw(player, MIDDLE, { selected: 4, marked: [5], message: flights[0].sequence });
    expect(frame.plain()).toContain('▸● node-2');
    expect(frame.plain()).toContain('◆● node-3');
    expect(frame.plainRow(23)).toMatch(/^▸ \S+ [─┄•▹◃]+ \S+ {2}\S/);
  });

  it('crosses out what was lost, in the group and between node and supernode', () => {
    const player = playedTo(group(8, 2, 'faults: [ { at: 5s, degrade: { loss: 60%, for: 1m } } ]'), 5_000_000);
    for (let i = 0; i < 5000; i++) {
      const { losses } = pictureProps<SupernodeView>(player, MIDDLE);
      if (losses.some(({ from, to }) => from < 2 && to < 2)) break;
      player.forward(Infinity, 1);
    }
    expect(draw(player, MIDDLE).plain()).toMatch(/×.*lost/);
  });
});

describe('from three processes to five hundred', () => {
  it.each([
    [2, 1],
    [60, 3],
    [490, 8],
  ])('%i nodes at %i supernodes', async (nodes, supernodes) => {
    const player = playedTo(group(nodes, supernodes, 'faults: [ { at: 4s, crash: node-2 } ]'), 11_500_000);
    const chosen = pictureProps<SupernodeView>(player, MIDDLE).view.nodes[nodes - 1];
    const frame = draw(player, MIDDLE, { selected: chosen.address });
    expect(frame.plain()).toMatch(new RegExp(`▸[●✕] ${chosen.name}`));
    if (supernodes > 3) expect(frame.plain()).toContain(`+${supernodes - 3} more: `);
    if (nodes > 2) expect(frame.plain()).toMatch(/\+\d+ more/);
    await expectFrame(frame, `supernode-${nodes}`);
  });

  it('draws whatever moment it is given to whatever size', () => {
    const faults = 'faults: [ { rate: 20/min, crash: { nodes: any, restart: after 2s } } ]';
    const players = [group(2, 1, faults), group(30, 4, faults), group(150, 8, faults)].map((plan) =>
      playedTo(plan, 1_000_000),
    );
    const [few, many, most] = players;
    expectDrawnAnywhere([few, many, most], draw, () => /▸/);
  });
});
