/** Every example in the documentation of the format is loaded, every message is compared, every key is explained. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { gossip } from '../../protocols/gossip/index.ts';
import type { System } from '../../sim/protocol.ts';
import { scenarioJsonSchema } from '../../sim/scenario/json-schema.ts';
import { WORKLOAD_KEYS } from '../../sim/scenario/language/activity.ts';
import { formatProblems, loadScenario } from '../../sim/scenario/load.ts';
import { muteSystem } from './echo-system.ts';

const page = readFileSync('docs/scenario-format.md', 'utf8');
const systems: ReadonlyMap<string, System> = new Map([['gossip', gossip as unknown as System]]);

/** Parts of the schema whose keys are a system's, or no keys at all. */
const NOT_THE_LANGUAGE: ReadonlySet<string> = new Set([
  'config',
  'traits',
  'mute-expectation',
  'mute-join',
  'examples',
  'default',
]);

interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

const blocks: readonly Block[] = [...page.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].map((found) => ({
  language: found[1],
  text: found[2],
  line: page.slice(0, found.index).split('\n').length + 1,
}));

/** A fragment is about gossip; what it does not say of the top level is added after it. */
function whole(text: string): string {
  if (/^system:/m.test(text)) return text;
  return `${text}system: gossip\nduration: 10m\nnodes: 64\n`;
}

function told(text: string): string {
  const loaded = loadScenario(text, { file: 'scenarios/example.yaml', systems });
  return loaded.ok ? 'no problem' : formatProblems(loaded.problems, text);
}

describe('docs/scenario-format.md', () => {
  const examples = blocks.filter(({ language }) => language === 'yaml');

  test('has examples', () => {
    expect(examples.length).toBeGreaterThan(9);
  });

  test.each(examples)('the example in line $line loads', ({ text }) => {
    expect(told(whole(text))).toBe('no problem');
  });

  test('the mistakes are told as it says', () => {
    const wrong = blocks.findIndex(({ language }) => language === 'yaml wrong');
    const [{ text }, first, second] = blocks.slice(wrong);
    expect(`${told(text)}\n`).toBe(first.text);
    expect(`${told(text.replace('expirey', 'expiry').replace('loss: 5', 'loss: 5%'))}\n`).toBe(second.text);
  });

  test('the overrides that it shows apply to the first example', () => {
    const shown = blocks.find(({ text }) => text.startsWith('--set'))?.text ?? '';
    const overrides = [...shown.matchAll(/--set (?:'([^']+)'|(\S+))/g)].map(([, quoted, bare]) => quoted ?? bare);
    expect(overrides).toHaveLength(6);
    const loaded = loadScenario(examples[0].text, { file: 'a.yaml', systems, overrides });
    expect(loaded.ok ? 'ok' : formatProblems(loaded.problems)).toBe('ok');
  });

  test('every key of the language is on the page', () => {
    // A system without operations: its keys are the language's own.
    const { definitions } = scenarioJsonSchema(new Map([['mute', muteSystem]]));
    const keys = new Set(WORKLOAD_KEYS);
    const collect = (part: unknown, name: string): void => {
      if (typeof part !== 'object' || part === null || NOT_THE_LANGUAGE.has(name)) return;
      const { properties } = part as { readonly properties?: object };
      for (const key of Object.keys(properties ?? {})) keys.add(key);
      for (const [below, value] of Object.entries(part)) collect(value, below);
    };
    collect(definitions, '');
    const words = new Set([...page.matchAll(/\bat least\b|\bat most\b|[\w-]+/g)].map(([word]) => word));
    expect(keys.size).toBeGreaterThan(70);
    expect([...keys].filter((key) => !words.has(key))).toEqual([]);
  });

  test('its links within the page lead somewhere', () => {
    const anchors = new Set(
      [...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title.toLowerCase().replaceAll(' ', '-')),
    );
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !anchors.has(link))).toEqual([]);
  });
});
