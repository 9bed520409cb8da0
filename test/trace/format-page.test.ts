/** The page on the trace format: its example is what the command writes, and its tables leave nothing out. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systems } from '../../protocols/registry.ts';
import { Simulation } from '../../sim/index.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import { endLine, eventLine, manifestLine } from '../../sim/trace/lines.ts';
import { readTrace } from '../../sim/trace/reader.ts';
import { manifestOf, TraceWriter } from '../../sim/trace/writer.ts';

const PAGE = new URL('../../docs/trace-format.md', import.meta.url);
const page = readFileSync(PAGE, 'utf8');
const [, scenario] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
const EXAMPLE = /```json\n([\s\S]*?)```/;

/** The shapes of a union's members, those of the unions among them too. */
function shapesOf(schema: z.ZodType): readonly Record<string, z.ZodType>[] {
  if (schema instanceof z.ZodObject) return [schema.shape];
  return (schema as z.ZodDiscriminatedUnion).options.flatMap((option) => shapesOf(option as z.ZodType));
}

function traceOf(text: string): readonly string[] {
  const loaded = loadScenario(text, { file: 'tiny.yaml', systems });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const lines: string[] = [];
  const source = { plan: loaded.plan, file: 'tiny.yaml', text, overrides: [], engine: '0.1.0' };
  const writer = new TraceWriter(manifestOf(source), (line) => lines.push(line));
  const simulation = new Simulation(loaded.plan, { observer: writer });
  writer.follow(simulation);
  simulation.run();
  writer.end(simulation);
  return lines;
}

describe('docs/trace-format.md', () => {
  it('has an example that reads as it should', () => {
    const [, example] = EXAMPLE.exec(page) ?? [];
    const lines = [...readTrace(example.trimEnd().split('\n'))];
    expect(lines.length).toBeGreaterThan(5);
  });

  it('shows exactly what the scenario in it gives; `vitest run test/trace -u` writes it anew', async () => {
    const fresh = page.replace(EXAMPLE, () => `\`\`\`json\n${traceOf(scenario).join('\n')}\n\`\`\``);
    await expect(fresh).toMatchFileSnapshot(PAGE.pathname);
  });

  it('explains every key and every word of the format', () => {
    const words = new Set([...page.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word));
    const keys = [manifestLine, eventLine, endLine].flatMap(({ shape }) => Object.keys(shape));
    const entries = shapesOf(eventLine.shape.follows.element).flatMap((shape) => [
      ...Object.keys(shape),
      ...(shape.what as z.ZodLiteral<string>).values,
    ]);
    expect([...keys, ...entries].filter((word) => !words.has(word))).toEqual([]);
  });
});
