import { describe, expect, it } from 'vitest';
import type { GossipView } from '../../../protocols/gossip/view.ts';
import type { Plan } from '../../../sim/index.ts';
import type { Player } from '../../../tui/run/player.ts';
import { gossip } from '../../../tui/views/gossip.ts';
import { pictureOf } from '../../../tui/views/index.ts';
import type { PictureProps } from '../../../tui/views/view.ts';
import { expectDrawnAnywhere } from '../support/any-moment.ts';
import { expectFrame, expectStyledFrame } from '../support/golden.ts';
import { planFromText, shipped } from '../support/scenarios.ts';
import { pictureProps, playedTo } from '../support/shown.ts';

/** What the picture gets on screens of 80 × 24, 120 × 40 and 200 × 60. */
const SMALL = { columns: 48, rows: 19 };
const MIDDLE = { columns: 76, rows: 24 };
const ROOMY = { columns: 127, rows: 38 };

function draw(player: Player, size: PictureProps['size'], changes: Partial<PictureProps<GossipView>> = {}) {
  return gossip.draw(pictureProps<GossipView>(player, size, changes));
}

function epidemic(nodes: number, more = ''): Plan {
  return planFromText(
    `system: gossip\nduration: 2m\nnodes: ${nodes}\nseed: 4\nconfig: { t1: 10s, t2: 500ms, t3: 500ms, suspicion: 3s }\nnetwork: { latency: { exponential: 80ms }, loss: 10% }\n${more}`,
  ).plan;
}

it('is the picture of its system', () => {
  expect(pictureOf('gossip')).toBe(gossip);
});

describe('the matrix', () => {
  it('fills while metadata spreads', async () => {
    const player = playedTo(shipped('gossip-spread').plan, 20_020_000);
    await expectFrame(draw(player, SMALL), 'gossip-small');
    await expectFrame(draw(player, MIDDLE), 'gossip-middle');
    await expectFrame(draw(player, ROOMY), 'gossip-roomy');
    await expectStyledFrame(draw(player, MIDDLE), 'gossip-middle');
  });

  it('keeps the column of a zombie: all hold the dead peer’s metadata, for ever', async () => {
    const player = playedTo(shipped('gossip-zombie').plan, 900_020_000);
    const frame = draw(player, MIDDLE, { selected: 3 });
    expect(frame.plain()).toMatch(/●n0 .*xxxx/);
    expect(frame.plain()).toContain('▸✕n3');
    await expectFrame(frame, 'gossip-zombie');
  });

  it('has a dot where metadata is on its way to one who lacks it', () => {
    const player = playedTo(shipped('gossip-spread').plan, 5_000_000);
    for (let i = 0; i < 500; i++) {
      player.forward(Infinity, 1);
      const { view } = pictureProps<GossipView>(player, ROOMY);
      const [only] = view.talk;
      if (view.talk.length !== 1 || only.what !== 'metadata') continue;
      const row = view.matrix.rows.indexOf(only.to);
      const column = view.matrix.columns.indexOf(only.about[0]);
      if (column < 0 || view.matrix.cells[row][column].kind !== 'nothing') continue;
      const line = draw(player, ROOMY)
        .plainRow(3 + row)
        .slice(0, 56);
      expect(line).toContain('•');
      expect(line).toContain(view.peers[row].name);
      return;
    }
    expect.fail('no metadata was ever new to its receiver');
  });
});

describe('the curve and the ring', () => {
  it('shows the coverage of the newest update, or of the selected origin’s', () => {
    const player = playedTo(shipped('gossip-zombie').plan, 300_000_000);
    expect(draw(player, MIDDLE, { selected: 3 }).plainRow(0)).toMatch(/Coverage .*n3 v3 100 %/);
    expect(draw(player, MIDDLE, { selected: 5 }).plainRow(0)).toMatch(/Coverage .*n5 v\d+ \d+ %/);
  });

  it('crosses out what was lost, and counts it', () => {
    const player = playedTo(shipped('gossip-lossy').plan, 20_000_000);
    for (let i = 0; i < 500; i++) {
      if (pictureProps<GossipView>(player, MIDDLE).losses.length > 0) break;
      player.forward(Infinity, 1);
    }
    const text = draw(player, MIDDLE).plain();
    expect(text).toContain('1 lost');
    // The title of the matrix has one too where cells stand for several.
    expect(text.split('\n').slice(1).join('\n')).toContain('×');
  });

  it('shows the selected message', () => {
    const player = playedTo(epidemic(12), 10_000_000);
    const { flights } = pictureProps<GossipView>(player, MIDDLE);
    expect(flights.length).toBeGreaterThan(0);
    const frame = draw(player, MIDDLE, { message: flights[0].sequence });
    const chosen = Array.from({ length: 24 }, (_, y) => y).some((y) =>
      Array.from({ length: 76 }, (_, x) => x).some(
        (x) => frame.at(x, y) === '•' && frame.styleAt(x, y).tone === 'accent',
      ),
    );
    expect(chosen).toBe(true);
  });
});

describe('from three peers to five hundred', () => {
  it.each([3, 64, 500])('%i', async (nodes) => {
    const player = playedTo(epidemic(nodes, 'faults: [ { at: 500ms, crash: n2 } ]'), 3_020_000);
    const frame = draw(player, MIDDLE, { selected: 1, marked: [0] });
    expect(frame.plain()).toMatch(/▸●n1/);
    if (nodes > 64) expect(frame.plain()).toContain(`64 of ${nodes}`);
    await expectFrame(frame, `gossip-${nodes}`);
  });

  it('draws whatever moment it is given to whatever size, and names who is selected', () => {
    const players = [3, 40, 130].map((nodes) =>
      playedTo(epidemic(nodes, 'faults: [ { at: 500ms, crash: any 2 }, { rate: 20/min, crash: any } ]'), 200_000),
    );
    const [few, many, most] = players;
    expectDrawnAnywhere([few, many, most], draw, (selected) => new RegExp(`▸.?n${selected}`), []);
  });
});
