// Files: where they are put, found, copied, handed over and lost.
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../sim/index.ts';
import { Script } from './script.ts';

const IDS = [5, 15, 25, 35, 45, 55];
const file = (key: number) => ({ file: `K${key}`, key });

function ring(settings: Readonly<Record<string, unknown>> = {}, variant = 'paper'): Script {
  return Script.still(variant, 6, IDS, { successors: 3, replicas: 3, ...settings });
}

/** Who holds the key. */
function holders(script: Script, key: number): readonly number[] {
  const { world } = script.simulation;
  const ids: number[] = [];
  for (let address = 0; address < world.size; address++) {
    const { state, boot } = world.process(address);
    if (world.alive(address) && state.store.some((one) => one.key === key)) ids.push(boot.me.id);
  }
  return ids.sort((a, b) => a - b);
}

describe('upload and download', () => {
  test('a file goes to the successor of its key and to those that follow', () => {
    const script = ring().at(5, 'upload', file(20));
    expect(script.outcome).toBe('stored K20 at 25, 3 holders, through 15');
    expect(holders(script, 20)).toEqual([25, 35, 45]);
    expect(script.at(55, 'download', file(20)).outcome).toBe('fetched K20 from 25, through 15');
  });

  test('the owner itself uploads without a transfer, and the copies are made all the same', () => {
    const script = ring().at(25, 'upload', file(20));
    expect(script.last.outcome).toMatchObject({ kind: 'stored', at: { id: 25 }, holders: 3 });
    expect(holders(script, 20)).toEqual([25, 35, 45]);
  });

  test('a ring smaller than the number of copies holds one on each', () => {
    const script = Script.still('paper', 6, [5, 25], { successors: 3, replicas: 3 }).at(5, 'upload', file(20));
    expect(script.last.outcome).toMatchObject({ kind: 'stored', holders: 2 });
    expect(holders(script, 20)).toEqual([5, 25]);
  });

  test('a reader goes on to the copies when the owner is dead', () => {
    const script = ring().at(5, 'upload', file(20));
    script.fail(25);
    expect(script.at(5, 'download', file(20)).outcome).toBe('fetched K20 from 35, through 15');
    expect(script.verdict).toBe('correct');
  });

  test('a writer goes on to the peer behind a dead owner', () => {
    const script = ring();
    script.fail(25);
    expect(script.at(5, 'upload', file(20)).outcome).toBe('stored K20 at 35, 3 holders, through 15');
    expect(holders(script, 20)).toEqual([35, 45, 55]);
  });

  test('what was never stored is rightly not found', () => {
    const script = ring().at(5, 'download', file(20));
    expect(script.outcome).toBe('no such file K20, through 15');
    expect(script.verdict).toBe('correct');
  });

  test('a file whose holders are all dead is lost', () => {
    const script = ring({ replicas: 2 }).at(5, 'upload', file(20));
    expect(script.violation('no stored key lost')).toBe(null);
    script.fail(25);
    expect(script.violation('no stored key lost')).toBe(null);
    script.fail(35);
    expect(script.violation('no stored key lost')).toBe('no live member has K20 (key 20)');
    script.at(5, 'download', file(20));
    expect(script.verdict).toBe('lost');
  });

  test('a transfer takes size over bandwidth', () => {
    const script = ring({ bandwidth: '8Mbit/s', replicas: 1 });
    const took = () => (script.last.endUs ?? 0) - script.last.startUs;
    script.at(5, 'upload', { ...file(20), size: 250_000 });
    expect(took()).toBe(SECOND / 4);
    script.at(55, 'download', file(20));
    expect(took()).toBe(SECOND / 4);
  });

  test('a holder that crashes in the middle of a transfer is none', () => {
    const script = ring({ bandwidth: '8Mbit/s' });
    const { simulation } = script;
    const ask = (name: string, size = {}) =>
      simulation.inject(
        { kind: 'operation', name, node: [{ kind: 'name', name: '55' }], arguments: { ...file(20), ...size } },
        name,
      );
    ask('upload', { size: 250_000 });
    simulation.runUntil(simulation.nowUs + 5 * SECOND);
    ask('download');
    simulation.runUntil(simulation.nowUs + SECOND / 8);
    expect(simulation.world.pending()).toHaveLength(1);
    script.fail(25);
    expect(script.outcome).toBe('fetched K20 from 35, through 15');
  });
});

describe('what a peer shares', () => {
  test('comes back with it after a crash, and is published again', () => {
    const script = new Script({
      settings: { idBits: 6, ids: IDS, successors: 3, replicas: 1, stabilize: '1s', repair: 'off' },
      network: { latency: { kind: 'constant', us: 1000 } },
    });
    script.at(5, 'upload', file(20));
    script.fail(5);
    script.fail(25);
    expect(script.violation('no stored key lost')).not.toBe(null);
    script.simulation.runUntil(script.simulation.nowUs + 20 * SECOND);
    script.restart(5);
    script.simulation.runUntil(script.simulation.nowUs + 20 * SECOND);
    expect(script.state(5).shared.map(({ name }) => name)).toEqual(['K20']);
    expect(holders(script, 20)).toEqual([35]);
    expect(script.violation('no stored key lost')).toBe(null);
  });

  test('is in place from the start of an ideal ring', () => {
    const script = ring({ files: { perPeer: 5 } });
    expect(script.violation('keys in place')).toBe(null);
    expect(script.violation('no stored key lost')).toBe(null);
    const copies = IDS.reduce((sum, id) => sum + script.keys(id).length, 0);
    expect(copies).toBe(IDS.length * 5 * 3);
  });

  test('is published by a newcomer when it has joined', () => {
    const script = ring({ files: { perPeer: 5 } })
      .join(30, 5)
      .at(30, 'stabilize')
      .at(25, 'stabilize');
    const own = script.state(30).shared;
    expect(own).toHaveLength(5);
    for (const { key, name } of own) {
      expect(script.at(5, 'download', { file: name, key }).outcome).toMatch(new RegExp(`^fetched ${name} from`));
    }
  });
});

describe.each(['paper', 'correct'])('repair, %s', (variant) => {
  const running = (replicas = 3) =>
    new Script({
      variant,
      settings: {
        idBits: 6,
        ids: IDS,
        successors: 3,
        replicas,
        stabilize: '10s',
        repair: '10s',
        files: { perPeer: 3 },
      },
      network: { latency: { kind: 'constant', us: 1000 } },
    });
  const settle = (script: Script) => script.simulation.runUntil(script.simulation.nowUs + 120 * SECOND);

  test('makes the copies that a crash took', () => {
    const script = running();
    script.fail(25);
    expect(script.violation('keys in place')).not.toBe(null);
    settle(script);
    expect(script.violation('keys in place')).toBe(null);
    script.fail(35);
    settle(script);
    expect(script.violation('keys in place')).toBe(null);
    expect(script.violation('no stored key lost')).toBe(null);
  });

  test('a newcomer gets its keys, and those who have one copy too many drop it', () => {
    const script = running();
    script.join(30, 5);
    settle(script);
    expect(script.violation('ideal ring')).toBe(null);
    expect(script.violation('keys in place')).toBe(null);
    const { world } = script.simulation;
    let copies = 0;
    for (let address = 0; address < world.size; address++) copies += world.process(address).state.store.length;
    expect(copies).toBe((IDS.length + 1) * 3 * 3);
  });

  test('keys move without copies too', () => {
    const script = running(1);
    script.join(30, 5);
    settle(script);
    expect(script.violation('keys in place')).toBe(null);
    script.leave(30);
    settle(script);
    expect(script.violation('keys in place')).toBe(null);
  });

  test('f neighbours may crash together if there are f + 1 copies', () => {
    const script = running();
    script.fail(25);
    script.fail(35);
    expect(script.violation('no stored key lost')).toBe(null);
    settle(script);
    expect(script.violation('keys in place')).toBe(null);
  });
});
