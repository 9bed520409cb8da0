// The compiled tables against the tables themselves.
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { between, betweenOrLast, MAX_ID_BITS, ringSize, wayTo } from '../../protocols/chord/identifiers.ts';
import { closestOnRoutes, headOnRoutes, mayOwn, NO_ROUTES, routesOf } from '../../protocols/chord/routes.ts';
import type { Peer } from '../../protocols/chord/values.ts';
import { NOBODY } from '../../sim/protocol.ts';

const BITS = 6;
const SIZE = ringSize(BITS);
const id = fc.nat(SIZE - 1);
const peer: fc.Arbitrary<Peer> = id.map((of) => ({ id: of, address: of }));
const padding: fc.Arbitrary<Peer> = id.map((of) => ({ id: of, address: NOBODY }));
/** Any tables at all: out of order, with gaps, padding, doubles and the peer itself. */
const tables = fc.record({
  me: peer,
  successors: fc.array(fc.oneof({ weight: 4, arbitrary: peer }, padding), { maxLength: 4 }),
  fingers: fc.array(fc.option(peer), { maxLength: BITS }),
  key: id,
  resolvesInList: fc.boolean(),
});

const known = (peers: readonly (Peer | null)[]): Peer[] =>
  peers.filter((one) => one !== null).filter(({ address }) => address !== NOBODY);

describe('routes', () => {
  test.prop([tables])('lead to the entry that precedes the key most closely', (drawn) => {
    const { me, successors, fingers, key, resolvesInList } = drawn;
    const routes = routesOf(me, successors, fingers, SIZE, resolvesInList);
    fc.pre(routes.length > 0);
    const before = known([...successors, ...fingers]).filter((one) => between(me.id, one.id, key));
    const ways = before.map((one) => wayTo(me.id, one.id, SIZE));
    const nearest = before[ways.indexOf(Math.max(...ways))]?.address ?? NOBODY;
    expect(closestOnRoutes(routes, key)).toBe(nearest);
  });

  test.prop([tables])('never deny a key to an entry of the list that owns it', (drawn) => {
    const { me, successors, fingers, key, resolvesInList } = drawn;
    const routes = routesOf(me, successors, fingers, SIZE, resolvesInList);
    const listed = known(successors).slice(0, resolvesInList ? undefined : 1);
    const owned = listed.some((one) => betweenOrLast(me.id, key, one.id));
    if (owned || routes === NO_ROUTES) expect(mayOwn(routes, key)).toBe(true);
    else expect(mayOwn(routes, key)).toBe(false);
  });

  test.prop([tables])('are there exactly if the head of the list is known', (drawn) => {
    const { me, successors, fingers, resolvesInList } = drawn;
    const routes = routesOf(me, successors, fingers, SIZE, resolvesInList);
    expect(routes === NO_ROUTES).toBe(known(successors.slice(0, 1)).length === 0);
  });

  test('name each entry once, nearest first', () => {
    const at = (of: number): Peer => ({ id: of, address: 100 + of });
    const routes = routesOf(at(60), [at(62), at(3)], [at(62), at(62), at(3), at(3), at(12), null], SIZE, false);
    // 62 is 2 away, 3 is 7, 12 is 16; of 64 identifiers, the successor has those up to 2 away, from 60.
    const unit = 0x4000_0000;
    expect(routes).toEqual([2 * unit + 162, 7 * unit + 103, 16 * unit + 112, unit, 1 / unit, 64, 2, 60]);
  });

  test('are empty where distance and address do not fit into one number', () => {
    const size = ringSize(MAX_ID_BITS);
    const at = (of: number, address: number): Peer => ({ id: of, address });
    const far = size - 5;
    const fitting = 0x20_0000_0000_0000 / size - 1;
    const routes = routesOf(at(3, 0), [at(far, fitting)], [], size, false);
    expect(closestOnRoutes(routes, 2)).toBe(fitting);
    expect(routesOf(at(3, 0), [at(far, fitting + 1)], [], size, false)).toBe(NO_ROUTES);
    expect(routesOf(at(3, 0), [at(far, 1)], [at(far - 1, fitting + 1)], size, false)).toBe(NO_ROUTES);
  });

  test.prop([tables])('name the head of the list, unless that is the peer itself', ({ me, successors, fingers }) => {
    const routes = routesOf(me, successors, fingers, SIZE, false);
    const head = successors[0];
    if (routes === NO_ROUTES || head.id === me.id) expect(headOnRoutes(routes)).toBeNull();
    else expect(headOnRoutes(routes)).toEqual(head);
  });
});
