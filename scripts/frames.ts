/**
 * Draws the frames that the README shows: `npm run frames` writes them between their markers, `npm run frames -- --check` says whether they are
 * what the dashboard draws now.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { systems } from '../protocols/registry.ts';
import { loadScenario } from '../sim/scenario/load.ts';
import { frameText } from '../tui/index.ts';

interface Frame {
  readonly scenario: string;
  readonly at: string;
  /** Keys, one a line, pressed at that moment. */
  readonly keys: string;
  readonly columns: number;
  readonly rows: number;
}

/** By the name of their marker: `<!-- frame:chord -->`. */
const FRAMES: Readonly<Record<string, Frame>> = {
  chord: { scenario: 'scenarios/chord-churn.yaml', at: '2m30s', keys: 'n\n', columns: 100, rows: 28 },
  supernode: { scenario: 'scenarios/supernode-search.yaml', at: '10260ms', keys: '', columns: 110, rows: 26 },
  superpeer: { scenario: 'scenarios/superpeer-crash.yaml', at: '1m1s', keys: '', columns: 110, rows: 30 },
  news: { scenario: 'scenarios/news-day.yaml', at: '5m', keys: '', columns: 110, rows: 30 },
  gossip: { scenario: 'scenarios/gossip-spread.yaml', at: '2m', keys: '', columns: 110, rows: 34 },
};

const README = 'README.md';
const before = readFileSync(README, 'utf8');
let after = before;
for (const [name, frame] of Object.entries(FRAMES)) after = withFrame(after, name, drawn(frame));

if (after === before) {
  console.log(`${README} shows the frames that the dashboard draws.`);
} else if (process.argv.includes('--check')) {
  console.error(`${README} shows frames that the dashboard does not draw any more: npm run frames writes them.`);
  process.exitCode = 1;
} else {
  writeFileSync(README, after);
  console.log(`${README}: frames written.`);
}

function drawn({ scenario: file, at, keys, columns, rows }: Frame): string {
  const text = readFileSync(file, 'utf8');
  const loaded = loadScenario(text, { file, systems });
  if (!loaded.ok) throw new Error(`${file} does not load: npm run sim -- ${file} says why`);
  const { plan, scenario } = loaded;
  const flags = { at, script: keys === '' ? undefined : { file: 'keys', text: keys } };
  return frameText({ plan, scenario, edits: { overrides: [], seed: undefined }, flags }, { columns, rows });
}

function withFrame(page: string, name: string, frame: string): string {
  const [start, end] = [`<!-- frame:${name} -->`, `<!-- /frame:${name} -->`];
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${README} has no place for the frame ${name}: ${start} … ${end}`);
  const lines = frame.split('\n').map((line) => line.trimEnd());
  return `${page.slice(0, from + start.length)}\n\n\`\`\`text\n${lines.join('\n').trimEnd()}\n\`\`\`\n\n${page.slice(to)}`;
}
