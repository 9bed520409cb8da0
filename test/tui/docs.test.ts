import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BINDINGS, keyText } from '../../tui/keys/bindings.ts';
import { parseScript } from '../../tui/keys/script.ts';
import { PANELS } from '../../tui/model/ui.ts';
import { quietPlan } from './support/plans.ts';
import { sit } from './support/sitting.ts';

const page = readFileSync('docs/dashboard.md', 'utf8');

/** The table of keys as the page has it. */
function keysTable(): string {
  const rows = BINDINGS.flatMap(({ title, bindings }) => [
    `| **${title}** | |`,
    ...bindings.map(({ keys, help }) => `| ${keys.map((key) => `\`${keyText(key)}\``).join(' ')} | ${help} |`),
  ]);
  return ['| key | what it does |', '| --- | --- |', ...rows].join('\n');
}

describe('the page on the dashboard', () => {
  it('has the table of keys', () => {
    const [, between = ''] = /<!-- keys -->\n([\s\S]*?)\n?<!-- \/keys -->/.exec(page) ?? [];
    expect(between.trim(), 'docs/dashboard.md: put this between its marks').toBe(keysTable());
  });

  it('has a script that works', () => {
    const text = [...page.matchAll(/```text\n([\s\S]*?)```/g)][0][1];
    const parsed = parseScript(text, 'docs/dashboard.md');
    if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
    const { session, press, quits } = sit(quietPlan());
    for (const step of parsed.steps) {
      if (step.kind === 'key') press(step.key);
      else if (step.kind === 'at') press('g', ...`${step.timeUs}us`, 'enter');
    }
    expect(session.player.lines).toHaveLength(2);
    expect(session.player.lines[1].injections[0].label).toBe('crash n1');
    expect(quits()).toBe(1);
  });

  it('names every panel', () => {
    for (const panel of PANELS) expect(page.toLowerCase()).toContain(panel);
  });
});
