/**
 * The file of `--script`: keys for a demonstration or a test, one on each line.
 *
 *     space           a key, by its name or its character
 *     type node:n3    the rest of the line, character by character
 *     wait 500ms      so long on the clock of the wall (in a cast: of the cast)
 *     at 10s          until the run has come to that virtual time
 *     # a remark
 */
import { parseDuration } from '../../sim/index.ts';
import { nearest } from '../../sim/scenario/nearest.ts';
import { KEY_NAMES } from './bindings.ts';

export type ScriptStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'at'; readonly timeUs: number };

export type ParsedScript =
  | { readonly ok: true; readonly steps: readonly ScriptStep[] }
  /** One line for each mistake: `keys.txt:3: …`. */
  | { readonly ok: false; readonly problems: readonly string[] };

export function parseScript(text: string, file: string): ParsedScript {
  const steps: ScriptStep[] = [];
  const problems: string[] = [];
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || (line.startsWith('#') && line !== '#')) return;
    const step = stepsOf(line);
    if (typeof step === 'string') problems.push(`${file}:${index + 1}: ${step}`);
    else steps.push(...step);
  });
  return problems.length === 0 ? { ok: true, steps } : { ok: false, problems };
}

function stepsOf(line: string): readonly ScriptStep[] | string {
  const [word, ...rest] = line.split(' ');
  const said = rest.join(' ').trim();
  if (word === 'type' && said !== '')
    return [...said].map((key) => ({ kind: 'key', key: key === ' ' ? 'space' : key }));
  if (word === 'wait' || word === 'at') {
    const us = parseDuration(said);
    if (us === null) return `"${said}" is no duration; expected one such as 500ms or 1m20s`;
    return [word === 'wait' ? { kind: 'wait', ms: us / 1000 } : { kind: 'at', timeUs: us }];
  }
  if (KEY_NAMES.has(line) || [...line].length === 1) return [{ kind: 'key', key: line }];
  const meant = nearest(line, [...KEY_NAMES, 'wait 500ms', 'at 10s', 'type …']);
  return `no key is called "${line}"${meant === null ? '' : `, did you mean "${meant}"?`}`;
}
