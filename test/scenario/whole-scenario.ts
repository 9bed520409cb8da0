/** A scenario that says something under each key of the language, as data and as YAML (of which JSON is a part). */
export const wholeScenario = {
  system: 'echo',
  title: 'Pings under churn',
  variant: 'eager',
  traits: { order: 'fifo' },
  seed: 42,
  duration: '10m',
  nodes: 16,
  config: {
    timeout: '2s',
    think: { normal: { mean: '10ms', deviation: '2ms' } },
    leaders: ['0-3', 'n7'],
    limits: { open: 4 },
  },
  network: {
    latency: { exponential: '50ms' },
    loss: '1%',
    bandwidth: '10Mbit/s',
    requests: { transport: 'udp' },
    links: [{ between: ['0-3', 'n7'], loss: 0.5 }],
  },
  churn: { joins: '0.2/s', crashes: '0.1/s', until: '5m' },
  workload: [
    { ping: { rate: '5/s', keys: { zipf: 1.1 }, target: 3 } },
    { ping: { every: '1s', per: 'node', by: '0-3' } },
  ],
  faults: [
    { at: '4m', partition: { between: ['0-9', 'rest'], for: '20s' } },
    { rate: '1/min', until: '5m', crash: { nodes: 'any 3', restart: 'after 10s' } },
  ],
  script: [
    { at: '3s', ping: { node: 8, target: 5 } },
    { at: '4s', step: { node: 8, do: 'nudge', target: 1 } },
  ],
  supervise: [{ nodes: '0-3', after: '2s' }],
  expect: [
    { 'someone is up': 'stable within 2m of the last fault' },
    { 'pings correct': { 'at least': '99%' } },
    { 'pings latency': { p99: { 'at most': '2s' } } },
  ],
  check: '100ms',
  sample: '1s',
};

export function yamlOf(scenario: unknown): string {
  return JSON.stringify(scenario, null, 2);
}
