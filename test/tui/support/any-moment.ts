import fc from 'fast-check';
import { expect } from 'vitest';
import type { Player } from '../../../tui/run/player.ts';
import type { Surface } from '../../../tui/screen/surface.ts';
import { themeOf } from '../../../tui/screen/theme.ts';
import { widthOf } from '../../../tui/screen/width.ts';
import type { PictureProps } from '../../../tui/views/view.ts';

type Draw = (player: Player, size: PictureProps['size'], changes: Partial<PictureProps<never>>) => Surface;

/**
 * A picture is drawn whatever moment of three runs it is given, to whatever size: it fills it exactly, and where there is room it shows who is selected.
 * @param shows what stands for that process in the picture.
 */
export function expectDrawnAnywhere(
  players: readonly [Player, Player, Player],
  draw: Draw,
  shows: (selected: number) => RegExp,
  marked: readonly number[] = [1],
): void {
  fc.assert(
    fc.property(
      fc.nat(2),
      fc.nat(400),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 60 }),
      fc.option(fc.nat(2)),
      fc.boolean(),
      (which, steps, columns, rows, selected, large) => {
        const player = players[which];
        player.forward(Infinity, steps);
        const frame = draw(player, { columns, rows }, { selected, marked, theme: themeOf('none', large) });
        expect([frame.columns, frame.rows]).toEqual([columns, rows]);
        for (let y = 0; y < rows; y++) expect(widthOf(frame.plainRow(y))).toBe(columns);
        if (selected !== null && columns >= 40 && rows >= 10) expect(frame.plain()).toMatch(shows(selected));
      },
    ),
    { numRuns: 60 },
  );
}
