import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChordView } from '../../../protocols/chord/view.ts';
import type { Plan } from '../../../sim/index.ts';
import type { Player } from '../../../tui/run/player.ts';
import { themeOf } from '../../../tui/screen/theme.ts';
import { widthOf } from '../../../tui/screen/width.ts';
import { chord } from '../../../tui/views/chord.ts';
import { expectFrame, expectStyledFrame } from '../support/golden.ts';
import { planFromText, shipped } from '../support/scenarios.ts';
import { pictureProps, playedTo } from '../support/shown.ts';

const BESIDE = { columns: 80, rows: 24 };
const ALONE = { columns: 48, rows: 19 };

function draw(player: Player, size: { columns: number; rows: number }, selected: number | null = null, large = false) {
  return chord.draw(pictureProps<ChordView>(player, size, { selected, theme: themeOf('none', large) }));
}

function ringOf(nodes: number, more = ''): Plan {
  return planFromText(
    `system: chord\nduration: 1m\nnodes: ${nodes}\nseed: 4\nconfig: { idBits: 12, stabilize: 1s, fixFingers: 1s, files: { perPeer: 1 } }\nnetwork: { latency: 40ms }\n${more}`,
  ).plan;
}

describe('the ring', () => {
  it('has the members at their identifiers, with keys on their arcs', async () => {
    const player = playedTo(shipped('chord-adjacent-crash').plan, 30_000_000);
    await expectFrame(draw(player, ALONE), 'chord-ring');
  });

  it('shows a cut: dead successors, and whose pointers lead there', async () => {
    const player = playedTo(shipped('chord-adjacent-crash').plan, 60_200_000);
    await expectFrame(draw(player, BESIDE), 'chord-cut');
    await expectStyledFrame(draw(player, BESIDE), 'chord-cut');
  });

  it('shows the fingers, tables and files of the selected peer', async () => {
    const player = playedTo(shipped('chord-adjacent-crash').plan, 30_000_000);
    await expectFrame(draw(player, BESIDE, 5), 'chord-selected');
  });

  it('shows a lookup hop by hop', async () => {
    const player = playedTo(ringOf(16, 'script: [ { at: 10s, lookup: { node: n0, key: 2000 } } ]'), 10_060_000);
    for (let i = 0; i < 200; i++) {
      const view = pictureProps<ChordView>(player, ALONE).view;
      if (view.lookups.some(({ isMaintenance, path }) => !isMaintenance && path.length > 2)) break;
      player.forward(Infinity, 1);
    }
    const frame = draw(player, BESIDE);
    expect(frame.plain()).toContain('1 lookup');
    await expectFrame(frame, 'chord-lookup');
  });

  it('shows who joins', async () => {
    const player = playedTo(ringOf(8, 'faults: [ { at: 5s, join: 2 } ]'), 5_000_000);
    const frame = draw(player, BESIDE);
    expect(frame.plain()).toMatch(/Joining\n.*n9 n8/);
    await expectFrame(frame, 'chord-joining');
  });

  it('crosses out what was lost', () => {
    const player = playedTo(ringOf(8, 'faults: [ { at: 1s, isolate: n1 } ]'), 1_000_000);
    for (let i = 0; i < 2000; i++) {
      player.forward(Infinity, 1);
      const { losses } = pictureProps<ChordView>(player, ALONE);
      if (losses.length > 0) break;
    }
    expect(pictureProps<ChordView>(player, ALONE).losses.length).toBeGreaterThan(0);
    expect(draw(player, ALONE).plain()).toContain('×');
  });
});

describe('from three peers to five hundred', () => {
  it.each([3, 16, 64, 200, 500])('%i', async (nodes) => {
    const player = playedTo(ringOf(nodes, 'faults: [ { at: 500ms, crash: n2 } ]'), 600_000);
    const size = { columns: 100, rows: 40 };
    const frame = draw(player, size, 1);
    expect(frame.plain()).toContain('▸n1');
    expect(frame.plain()).toContain(`${nodes - 1} members`);
    await expectFrame(frame, `chord-${nodes}`);
  });

  it('draws whatever size it is given, to that size, and selected and marked peers are named', () => {
    const player = playedTo(ringOf(40, 'faults: [ { at: 500ms, crash: any 4 } ]'), 1_500_000);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 70 }),
        fc.option(fc.nat(39)),
        fc.boolean(),
        (columns, rows, selected, large) => {
          const frame = draw(player, { columns, rows }, selected, large);
          expect([frame.columns, frame.rows]).toEqual([columns, rows]);
          for (let y = 0; y < rows; y++) expect(widthOf(frame.plainRow(y))).toBe(columns);
          if (selected !== null && columns >= 40 && rows >= 12) expect(frame.plain()).toContain(`▸n${selected}`);
        },
      ),
      { numRuns: 60 },
    );
  });
});

it('goes through the peers by identifier', () => {
  const player = playedTo(ringOf(16), 100_000);
  const { view } = pictureProps<ChordView>(player, ALONE);
  const order = chord.order?.(view) ?? [];
  const ids = order.map((address) => view.peers.find((peer) => peer.address === address)?.id ?? -1);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
  expect(order).toHaveLength(16);
});
