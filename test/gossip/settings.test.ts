// What a scenario may say, and what comes of it.

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { gossip } from '../../protocols/gossip/index.ts';
import { SECOND, SetupError } from '../../sim/protocol.ts';
import { configOf } from './setting.ts';

describe('settings', () => {
  test('have the page’s periods by default', () => {
    const config = configOf({ nodes: 8 });
    expect(config).toMatchObject({ peers: 8, started: 8, publishers: 8, t1Us: 30 * SECOND, expiryUs: 300 * SECOND });
  });

  test('each has a description', () => {
    const schema = z.toJSONSchema(gossip.settings, { io: 'input', target: 'draft-7' }) as {
      properties: Record<string, { description?: string; properties?: Record<string, { description?: string }> }>;
    };
    const undescribed = Object.entries(schema.properties).flatMap(([key, { description, properties = {} }]) => [
      ...(description === undefined ? [key] : []),
      ...Object.keys(properties).filter((inner) => properties[inner].description === undefined),
    ]);
    expect(undescribed).toEqual([]);
  });

  test('may switch expiry and failure detector off', () => {
    expect(configOf({ settings: { expiry: 'never', suspicion: 'never' } })).toMatchObject({
      expiryUs: null,
      suspicionUs: null,
    });
  });

  test('the file may list peers that come later', () => {
    expect(configOf({ nodes: 3, settings: { listed: 5, publishers: 99 } })).toMatchObject({
      peers: 5,
      started: 3,
      publishers: 5,
    });
  });

  test.each([
    [{ nodes: 1 }, 'at least 2 peers'],
    [{ nodes: 5, settings: { listed: 3 } }, 'nodes: 5 is more than listed: 3'],
    [{ settings: { files: 9, catalogue: 8 } }, 'files: 9 is more than catalogue: 8'],
    [{ traits: { ageTravel: true } }, 'there is no trait "ageTravel"'],
    [{ traits: { ageTravels: 1 } }, 'the trait "ageTravels" is a boolean'],
  ])('%j makes no sense', (circumstances, message) => {
    expect(() => configOf(circumstances)).toThrow(SetupError);
    expect(() => configOf(circumstances)).toThrow(message);
  });

  test.each([
    [{ fanout: 0 }, 'fanout'],
    [{ t2: '0s' }, 't2'],
    [{ strategy: 'flood' }, 'strategy'],
    [{ rumor: { k: 0 } }, 'k'],
    [{ rumour: {} }, 'did you mean'],
    [{ allowedLoss: '100%' }, 'loss below 1'],
    [{ expiry: 'sometimes' }, 'never'],
  ])('%j is refused', (settings, message) => {
    expect(() => configOf({ settings })).toThrow(message);
  });
});

describe('variants', () => {
  test('differ in traits only, and each can be set by itself', () => {
    const described = configOf({ variant: 'described' });
    const hardened = configOf({ variant: 'hardened' });
    expect({ ...described, traits: hardened.traits }).toEqual(hardened);
    for (const trait of Object.keys(described.traits)) {
      expect(described.traits).toHaveProperty(trait, false);
      expect(hardened.traits).toHaveProperty(trait, true);
      expect(configOf({ variant: 'described', traits: { [trait]: true } }).traits).toHaveProperty(trait, true);
    }
  });
});
