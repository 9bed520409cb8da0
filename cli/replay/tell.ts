/** What a replay is asked for, and what is said of what came of it. */
import packageJson from '../../package.json' with { type: 'json' };
import { formatDuration } from '../../sim/index.ts';
import { bookmarksOf, injectionsOf, type Recording } from '../../sim/recording/recording.ts';
import type { Replay } from '../../sim/recording/replay.ts';
import { divergenceLines } from '../../sim/recording/tell.ts';
import { counted, formatNumber } from '../../sim/report/format.ts';
import type { DashboardFlags } from '../../tui/index.ts';
import { paletteFor } from '../colour.ts';
import type { Shell } from '../shell.ts';
import { hanging } from '../text/layout.ts';

export interface ReplayOptions extends Omit<DashboardFlags, 'script' | 'cast'> {
  readonly lesson?: true | undefined;
  readonly rewrite?: true | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly tui: boolean;
  /** A file for a recording of the session. */
  readonly record?: string | undefined;
  /** A file of keys. */
  readonly script?: string | undefined;
  readonly color: boolean;
}

export function tellDivergence(file: string, { divergence, recording, simulation }: Replay, { err }: Shell): void {
  if (divergence === null) return;
  const { plan, world } = simulation;
  const lines = divergenceLines(divergence, recording, packageJson.version, { system: plan.system, world });
  err.write(`${file}: the run differs from what was recorded\n${lines.join('\n')}\n`);
}

export function sameText(
  recording: Recording,
  title: string,
  { simulation }: Replay,
  options: Pick<ReplayOptions, 'color'>,
  shell: Shell,
): string {
  const palette = paletteFor(shell.out, options.color, shell.env);
  const width = shell.out.isTerminal ? Math.max(60, Math.min(shell.out.columns, 120)) : 80;
  const { ended, trail, engine } = recording;
  const parts = [
    `recorded by ${engine}`,
    `${simulation.plan.system.name} ${simulation.plan.variant}`,
    `seed ${simulation.plan.seed}`,
    ...recording.overrides.map((override) => `--set ${override}`),
    counted(injectionsOf(recording).length, 'injection'),
    counted(bookmarksOf(recording).length, 'bookmark'),
    ended.how,
  ];
  const moments = recording.moments.flatMap((moment) =>
    hanging(
      `${formatDuration(moment.us)}  `,
      moment.kind === 'injection' ? moment.label : `[${moment.title}]`,
      2,
      width,
    ),
  );
  const checks = trail.checks.length + recording.moments.length + 1;
  const same = `The same run: ${formatNumber(simulation.events)} events to ${formatDuration(simulation.nowUs)}, fingerprint ${simulation.fingerprint}, ${counted(checks, 'check')}.`;
  return [palette.heading(title), ...hanging('', parts.join(', '), 0, width), ...moments, palette.good(same)].join(
    '\n',
  );
}
