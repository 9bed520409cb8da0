import { describe, expect, it } from 'vitest';
import type { SuperpeerView } from '../../../protocols/superpeer/view.ts';
import type { Plan } from '../../../sim/index.ts';
import type { Player } from '../../../tui/run/player.ts';
import { pictureOf } from '../../../tui/views/index.ts';
import { superpeer } from '../../../tui/views/superpeer.ts';
import type { PictureProps } from '../../../tui/views/view.ts';
import { expectDrawnAnywhere } from '../support/any-moment.ts';
import { expectFrame, expectStyledFrame } from '../support/golden.ts';
import { planFromText, shipped } from '../support/scenarios.ts';
import { pictureProps, playedTo } from '../support/shown.ts';

/** What the picture gets on screens of 80 × 24, 120 × 40 and 200 × 60. */
const SMALL = { columns: 48, rows: 19 };
const MIDDLE = { columns: 76, rows: 24 };
const ROOMY = { columns: 127, rows: 38 };

function draw(player: Player, size: PictureProps['size'], changes: Partial<PictureProps<SuperpeerView>> = {}) {
  return superpeer.draw(pictureProps<SuperpeerView>(player, size, changes));
}

/** @param peers that join four superpeers. */
function network(peers: number, superpeers = 4, more = ''): Plan {
  return planFromText(
    `system: superpeer\nvariant: hardened\nduration: 2m\nnodes: ${peers}\nseed: 4\nconfig: { superpeers: ${superpeers}, catalogue: 60 }\nnetwork: { latency: { uniform: [20ms, 60ms] }, loss: 1% }\nworkload: [ { search: { rate: 5/s, from: 2s } } ]\n${more}`,
  ).plan;
}

/** Goes on, event by event, until the view is as wanted. */
function until(player: Player, isWanted: (view: SuperpeerView) => boolean): void {
  for (let i = 0; i < 3000; i++) {
    if (isWanted(pictureProps<SuperpeerView>(player, SMALL).view)) return;
    player.forward(Infinity, 1);
  }
  expect.fail('it never came to that');
}

it('is the picture of its system', () => {
  expect(pictureOf('superpeer')).toBe(superpeer);
});

describe('the mesh', () => {
  it('has the superpeers with their peers around them, and the index of the first', async () => {
    const player = playedTo(shipped('superpeer-search').plan, 9_000_000);
    await expectFrame(draw(player, SMALL), 'superpeer-small');
    await expectFrame(draw(player, MIDDLE), 'superpeer-middle');
    await expectFrame(draw(player, ROOMY), 'superpeer-roomy');
    await expectStyledFrame(draw(player, MIDDLE), 'superpeer-middle');
  });

  it('shows a search as it travels, with what it looks for, and its answer', async () => {
    const player = playedTo(shipped('superpeer-search').plan, 10_000_000);
    until(player, ({ travelling }) => travelling.some(({ message }) => message.kind === 'lookup'));
    player.goToTime(player.simulation.nowUs + 10_000);
    player.arrive();
    expect(draw(player, MIDDLE).plain()).toMatch(/[?].*file-\d+|nothing/);
    await expectFrame(draw(player, MIDDLE), 'superpeer-search');
    until(player, ({ travelling }) => travelling.some(({ message }) => message.kind === 'hit'));
    expect(draw(player, MIDDLE).plain()).toContain('✓');
  });

  it('calls out the orphans of a superpeer that crashed, and counts those who went dark', async () => {
    const player = playedTo(shipped('superpeer-crash').plan, 61_500_000);
    const { view } = pictureProps<SuperpeerView>(player, MIDDLE);
    const orphans = view.peers.filter(({ orphaned }) => orphaned);
    expect(orphans.length).toBeGreaterThan(0);
    const frame = draw(player, MIDDLE);
    for (const { name } of orphans) expect(frame.plain()).toContain(`${name.replace('peer-', 'p')}!`);
    expect(frame.plain()).toContain(`${view.dark} went dark`);
    expect(frame.plain()).toContain('✕ S2');
    await expectFrame(frame, 'superpeer-crash');
  });

  it('shows the index of the superpeer that is selected, or of the selected peer’s', () => {
    const player = playedTo(shipped('superpeer-search').plan, 9_000_000);
    const { view } = pictureProps<SuperpeerView>(player, ROOMY);
    expect(draw(player, ROOMY, { selected: view.superpeers[2].address }).plain()).toContain('Index of superpeer-3');
    const peer = view.peers.find(({ superpeers }) => superpeers[0] === view.superpeers[1].address);
    const frame = draw(player, ROOMY, { selected: peer?.address ?? null });
    expect(frame.plain()).toContain('Index of superpeer-2');
    expect(frame.plain()).toContain(`▸${peer?.name}`);
  });

  it('crosses out what was lost', () => {
    const player = playedTo(network(8, 2, 'faults: [ { at: 5s, isolate: superpeer-1 } ]'), 5_000_000);
    for (let i = 0; i < 2000; i++) {
      if (pictureProps<SuperpeerView>(player, SMALL).losses.length > 0) break;
      player.forward(Infinity, 1);
    }
    expect(draw(player, SMALL).plain()).toContain('×');
  });
});

describe('from three processes to five hundred', () => {
  it.each([
    [2, 1],
    [24, 3],
    [120, 6],
    [490, 8],
  ])('%i peers at %i superpeers', async (peers, superpeers) => {
    const player = playedTo(network(peers, superpeers, 'faults: [ { at: 4s, crash: peer-2 } ]'), 4_500_000);
    const chosen = pictureProps<SuperpeerView>(player, MIDDLE).view.peers[0];
    const frame = draw(player, MIDDLE, { selected: chosen.address });
    expect(frame.plain()).toContain('▸p');
    expect(frame.plain()).toMatch(/S1 \d+/);
    if (peers === 490) expect(frame.plain()).toContain('as numbers');
    await expectFrame(frame, `superpeer-${peers}`);
  });

  it('draws whatever moment it is given to whatever size', () => {
    const faults = 'faults: [ { rate: 20/min, crash: { nodes: any, restart: after 2s } } ]';
    const players = [network(2, 1, faults), network(30, 4, faults), network(150, 8, faults)].map((plan) =>
      playedTo(plan, 1_000_000),
    );
    const [few, many, most] = players;
    expectDrawnAnywhere([few, many, most], draw, () => /[▸◉]/);
  });
});
