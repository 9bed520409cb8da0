import { EventQueue } from '../../../sim/engine/event-queue.ts';
import type { ProtocolTypes, Simulation } from '../../../sim/index.ts';

/**
 * Everything that can be seen of a run, as one plain value: two runs are at the same moment if and only if their digests are equal.
 * It goes beyond what decides the future: counters, histories, series and the truth of properties through time are in it too.
 */
export function digest<P extends ProtocolTypes>(simulation: Simulation<P>): Record<string, unknown> {
  const { world, counters, series } = simulation;
  const checkpoint = simulation.snapshot();
  const addresses = Array.from({ length: world.size }, (_, address) => address);
  const { sent, duplicated, delivered, dropped, droppedBy, retransmitted, bytes } = counters;
  return {
    clock: [simulation.nowUs, simulation.events, simulation.finished, simulation.nextEventUs, simulation.pendingEvents],
    fingerprint: simulation.fingerprint,
    counters: { sent, duplicated, delivered, dropped, droppedBy: { ...droppedBy }, retransmitted, bytes },
    sentByKind: counters.sentByKind(),
    processes: addresses.map((address) => {
      const { name, role, host, status, incarnation, state, boot, startedAtUs } = world.process(address);
      const waiting = { timers: simulation.timersOf(address), requests: simulation.requestsOf(address) };
      return { name, role, host, status, incarnation, state, boot, startedAtUs, ...waiting };
    }),
    streams: [checkpoint.streams, checkpoint.processes.map(({ state }) => state.stream)],
    reachable: addresses.map((from) => addresses.map((to) => (world.reachable(from, to) ? 1 : 0)).join('')),
    events: pendingEvents(checkpoint.queue),
    inFlight: world.inFlight(),
    history: simulation.history.slice(),
    pending: world.pending(),
    skipped: { ...simulation.skipped },
    judged: simulation.judged,
    watches: simulation.watches.slice(),
    faults: simulation.faults.map((tally) => ({ ...tally })),
    lastDisturbanceUs: simulation.lastDisturbanceUs,
    injections: simulation.injections.map(({ action, label, afterEvent }) => ({ action, label, afterEvent })),
    series: [series.timesUs.slice(), [...series.values].map(([name, values]) => [name, values.map(String)])],
    summary: { ...simulation.summary(), world: null, history: null },
  };
}

/** All that is to come, in order. */
function pendingEvents(state: ReturnType<EventQueue['snapshot']>): unknown[] {
  const queue = new EventQueue();
  queue.restore(state);
  return queue
    .pendingSlots()
    .map((slot) => [
      queue.records.timeUs(slot),
      queue.records.sequence(slot),
      queue.records.kind(slot),
      queue.records.target(slot),
      queue.records.peer(slot),
      queue.records.extra(slot),
      queue.records.cause(slot),
      queue.records.bornUs(slot),
      queue.records.payload(slot),
    ]);
}
