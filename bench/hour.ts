/** Two hundred processes of each system for an hour of virtual time, with loss and churn: how long that takes. */
import { systems } from '../protocols/registry.ts';
import { Simulation } from '../sim/index.ts';
import { loadScenario } from '../sim/scenario/load.ts';
import { type Row, rateOf } from './measure.ts';

const COMMON = `
seed: 1
duration: 1h
network: { latency: { exponential: 50ms }, loss: 1% }
`;
const CHURN = 'churn: { joins: 1/min, leaves: 0.5/min, crashes: 0.5/min, until: 50m }';

/** By system: what its scenario says beside the common part. */
const SCENARIOS: Readonly<Record<string, string>> = {
  supernode: `nodes: 200\n${CHURN}\nworkload: [ { find: { rate: 5/s } } ]`,
  chord: `variant: paper\nnodes: 200\n${CHURN}\nworkload: [ { lookup: { rate: 5/s } } ]`,
  superpeer: `nodes: 200\n${CHURN}\nworkload: [ { search: { rate: 5/s } } ]`,
  // Nobody joins a news cluster by himself: crashes and restarts are its churn.
  news: `config: { users: 180 }
supervise: [ { nodes: [node, database, agent], after: 20s } ]
faults: [ { rate: 0.5/min, until: 50m, crash: [commission1-1] }, { rate: 0.2/min, until: 50m, crash: [database] } ]
workload: [ { read: { rate: 5/s } }, { publish: { rate: 1/s } }, { subscribe: { rate: 1/s } }, { login: { rate: 1/s } } ]`,
  gossip: `nodes: 200\nconfig: { listed: 260 }\n${CHURN}
workload: [ { addFile: { rate: 6/min, until: 50m } }, { whoHas: { rate: 1/s } } ]`,
};

const MOST_SECONDS = 30;

export const hourRows: readonly Row[] = Object.entries(SCENARIOS).map(([system, own]) => ({
  name: `an hour of ${system}, 200 processes`,
  run() {
    const loaded = loadScenario(`system: ${system}\n${COMMON}\n${own}\n`, { file: `${system}.yaml`, systems });
    if (!loaded.ok)
      throw new Error(loaded.problems.map(({ path, found, expected }) => `${path}: ${found}, ${expected}`).join('; '));
    let events = 0;
    const rate = rateOf(() => {
      const simulation = new Simulation(loaded.plan);
      simulation.run();
      events = simulation.events;
      return events;
    });
    const seconds = events / rate;
    const more = `${events.toLocaleString('en')} events, ${(rate / 1e6).toFixed(2)} M/s`;
    return { figure: `${seconds.toFixed(1)} s`, mark: `${MOST_SECONDS} s`, reached: seconds < MOST_SECONDS, more };
  },
}));
