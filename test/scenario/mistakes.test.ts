/**
 * What people get wrong in a scenario, and what they are told: place, path, what was found, what was expected, and in
 * brackets the hint. Each mistake stands in the fourth line and after it, below three lines that are right; `…` stands
 * for any text.
 */
import { describe, expect, test } from 'vitest';
import { loadScenario } from '../../sim/scenario/load.ts';
import { type Problem, problemText } from '../../sim/scenario/problem.ts';
import { systems } from './echo-system.ts';

const PRELUDE = 'system: echo\nduration: 10m\nnodes: 8\n';

/** Name, text, and each problem in order. */
type Mistake = readonly [string, string, ...string[]];

const MISTAKES: Readonly<Record<string, readonly Mistake[]>> = {
  "a system's settings": [
    [
      'an unknown setting',
      'config: { timeot: 5s }',
      '4:11 config.timeot: found unknown key "timeot", expected one of: timeout, … (did you mean "timeout"?)',
    ],
    [
      'an unknown nested setting',
      'config:\n  limits: { opne: 3 }',
      '5:13 config.limits.opne: found unknown key "opne", expected one of: open, strict (did you mean "open"?)',
    ],
    [
      'a duration without a unit',
      'config: { timeout: 500 }',
      '4:20 config.timeout: found 500, expected a duration of more than 0 in whole microseconds, such as 50ms, 1.5s or 2m',
    ],
    [
      'a duration with an unknown unit',
      'config: { timeout: 5sec }',
      '4:20 config.timeout: found "5sec", expected a duration of more than 0 in whole microseconds, such as 50ms, 1.5s or 2m',
    ],
    [
      'a period of nothing',
      'config: { timeout: 0 }',
      '4:20 config.timeout: found 0, expected a duration of more than 0 …',
    ],
    [
      'a fraction of a microsecond',
      'config: { timeout: 0.3us }',
      '4:20 config.timeout: found "0.3us", expected a duration of more than 0 in whole microseconds, such as 50ms, 1.5s or 2m',
    ],
    [
      'a number beyond its bound',
      'config: { patience: 11 }',
      '4:21 config.patience: found 11, expected a number of at most 10',
    ],
    [
      'a number below its bound',
      'config: { patience: 0 }',
      '4:21 config.patience: found 0, expected a number of at least 1',
    ],
    [
      'a fraction where a whole number should be',
      'config: { patience: 2.5 }',
      '4:21 config.patience: found 2.5, expected a whole number',
    ],
    [
      'a text where a number should be',
      'config: { patience: many }',
      '4:21 config.patience: found "many", expected a number',
    ],
    [
      'a number at an excluded bound',
      'config: { scale: 10 }',
      '4:18 config.scale: found 10, expected a number of less than 10',
    ],
    [
      'a number where a text should be',
      'config: { label: 12 }',
      '4:18 config.label: found 12, expected a text (write it in quotes: "12")',
    ],
    [
      'a text too long',
      'config: { label: very-very-long }',
      '4:18 config.label: found "very-very-long", expected a text with a length of at most 8',
    ],
    [
      'a text too short',
      'config: { label: x }',
      '4:18 config.label: found "x", expected a text with a length of at least 2',
    ],
    [
      'a word that is none of the choices',
      'config: { mode: paralel }',
      '4:17 config.mode: found "paralel", expected one of: serial, parallel (did you mean "parallel"?)',
    ],
    [
      'a word where true or false should be',
      'config: { limits: { strict: yes } }',
      '4:29 config.limits.strict: found "yes", expected true or false',
    ],
    ['a list where a map should be', 'config: [ timeout ]', '4:9 config: found a list, expected a map (key: value)'],
    [
      'a probability above one',
      'config: { drop: 120% }',
      '4:17 config.drop: found "120%", expected a probability from 0 to 1, or from 0% to 100%',
    ],
    [
      'a size in no known unit',
      'config: { payload: 3 Mb }',
      '4:20 config.payload: found "3 Mb", expected a size in whole bytes, such as 100, 64KiB or 1MB',
    ],
    [
      'an unknown distribution',
      'config: { think: { exponental: 5ms } }',
      '4:20 config.think.exponental: found unknown key "exponental", expected one of: constant, … (did you mean "exponential"?)',
    ],
    [
      'a distribution that is two',
      'config: { think: { constant: 5ms, exponential: 5ms } }',
      '4:18 config.think: found a map with constant, exponential, expected exactly one of constant, …',
    ],
    [
      'a distribution that is none',
      'config: { think: {} }',
      '4:18 config.think: found an empty map, expected exactly one of constant, …',
    ],
    [
      'a uniform distribution upside down',
      'config: { think: { uniform: [ 5ms, 1ms ] } }',
      '4:29 config.think.uniform: found a list, expected two durations, the lower one first',
    ],
    [
      'a uniform distribution of one',
      'config: { think: { uniform: [ 5ms ] } }',
      '4:29 config.think.uniform: found a list, expected two durations, [lowest, highest]',
    ],
    [
      'a normal distribution without deviation',
      'config: { think: { normal: { mean: 5ms } } }',
      '4:28 config.think.normal.deviation: found nothing, expected a duration in whole microseconds, …',
    ],
    [
      'a mistyped word in a distribution',
      'config: { think: { normal: { mean: 5ms, deviaton: 1ms } } }',
      '4:28 config.think.normal.deviation: found nothing, expected a duration in whole microseconds, …',
      '4:41 config.think.normal.deviaton: found unknown key "deviaton", expected one of: mean, deviation (did you mean "deviation"?)',
    ],
    [
      'a shape of nothing',
      'config: { think: { pareto: { minimum: 1ms, shape: 0 } } }',
      '4:51 config.think.pareto.shape: found 0, expected a number of more than 0',
    ],
    [
      'a distribution that is true',
      'config: { think: true }',
      '4:18 config.think: found true, expected a duration, or one of constant, …',
    ],
    [
      'an empirical distribution of nothing',
      'config: { think: { empirical: [] } }',
      '4:31 config.think.empirical: found an empty list, expected at least one duration',
    ],
    [
      'settings that the system refuses',
      'variant: plain\nconfig: { timeout: 5s }\nnodes: 1',
      '4:9 config: a single node has nobody to ping: nodes must be at least 2',
    ],
  ],
  'the top of a scenario': [
    [
      'an unknown key',
      'netwrok: { loss: 1% }',
      '4:1 netwrok: found unknown key "netwrok", expected one of: system, … (did you mean "network"?)',
    ],
    [
      'an unknown variant',
      'variant: eagre',
      '4:10 variant: found "eagre", expected one of: plain, eager (did you mean "eager"?)',
    ],
    [
      'an unknown trait',
      'traits: { answerTwice: true }',
      '4:11 traits.answerTwice: found unknown key "answerTwice", expected one of: answersTwice, order, rank (did you mean "answersTwice"?)',
    ],
    [
      'a trait with a value that no variant has',
      'traits: { order: random }',
      '4:18 traits.order: found "random", expected one of: fifo, lifo',
    ],
    ['a seed that is a list', 'seed: [ 1 ]', '4:7 seed: found a list, expected a whole number or a text'],
    ['a fractional seed', 'seed: 1.5', '4:7 seed: found 1.5, expected a whole number or a text'],
    ['too many nodes', 'nodes: 100000000', '3:8 nodes: found 100000000, expected a number of at most 10000000'],
    [
      'a check that is no word of the language',
      'check: sometimes',
      '4:8 check: found "sometimes", expected auto, event, or a duration such as 100ms',
    ],
    ['a sample of nothing', 'sample: 0s', '4:9 sample: found "0s", expected a duration of more than 0 …'],
  ],
  'the network': [
    [
      'a latency that is a rate',
      'network: { latency: 5/s }',
      '4:21 network.latency: found "5/s", expected a duration, or one of constant, …',
    ],
    [
      'a loss in parts',
      'network:\n  latency: 10ms\n  loss: 1/100',
      '6:9 network.loss: found "1/100", expected a probability from 0 to 1, or from 0% to 100%',
    ],
    [
      'a transport that does not exist',
      'network: { requests: { transport: quic } }',
      '4:35 network.requests.transport: found "quic", expected one of: tcp, udp',
    ],
    [
      'a bandwidth without time',
      'network: { bandwidth: 10Mbit }',
      '4:23 network.bandwidth: found "10Mbit", expected a bandwidth of more than 0, such as 10Mbit/s or 1MB/s',
    ],
    [
      'a link without ends',
      'network: { links: [ { loss: 1% } ] }',
      '4:21 network.links.0: found a map with loss, expected the ends of the links: `between`, or `from` and `to`',
    ],
    [
      'a link with ends twice',
      'network: { links: [ { between: [ 0, 1 ], from: 2, loss: 1% } ] }',
      '4:21 network.links.0: found a map with between, from, loss, expected `between` (both ways), or `from` and `to` (one way)',
    ],
    [
      'a link with three ends',
      'network: { links: [ { between: [ 0, 1, 2 ], loss: 1% } ] }',
      '4:32 network.links.0.between: found a list, expected two ends',
    ],
    [
      'a link that changes nothing',
      'network: { links: [ { from: 0 } ] }',
      '4:21 network.links.0: found a map with from, expected something that is different there: latency, loss, duplicate or bandwidth',
    ],
    [
      'a link that ends in the rest',
      'network: { links: [ { from: rest, loss: 1% } ] }',
      '4:29 network.links.0.from: found "rest", expected a selector without `rest`, which has a meaning only where there are other sides (write all)',
    ],
    [
      'a link between the rest and the rest',
      'network: { links: [ { between: [ rest, [ 0, rest ] ], loss: 1% } ] }',
      '4:21 network.links.0: found a map with between, loss, expected `rest` at one end only',
    ],
    [
      'a placement in no region',
      'network:\n  regions:\n    names: [ eu, us ]\n    placement: { ue: 0-3 }\n    latency: [ [ 1ms, 9ms ], [ 9ms, 1ms ] ]',
      '7:18 network.regions.placement.ue: found unknown region "ue", expected one of: eu, us (did you mean "us"?)',
    ],
    [
      'latencies that are no square',
      'network:\n  regions:\n    names: [ eu, us ]\n    latency:\n      - [ 1ms, 9ms ]\n      - [ 9ms ]',
      '9:9 network.regions.latency.1: found 1 latencies, expected 2, one for each region',
    ],
    [
      'a row of latencies missing',
      'network:\n  regions:\n    names: [ eu, us ]\n    latency: [ [ 1ms, 9ms ] ]',
      '7:14 network.regions.latency: found 1 rows, expected 2, one for each region',
    ],
    [
      'a region twice',
      'network:\n  regions:\n    names: [ eu, eu ]\n    latency: [ [ 1ms, 9ms ], [ 9ms, 1ms ] ]',
      '6:18 network.regions.names.1: found "eu", expected a name that no region before has',
    ],
    [
      'the rest in two regions',
      'network:\n  regions:\n    names: [ eu, us ]\n    placement: { eu: rest, us: rest }\n    latency: [ [ 1ms, 9ms ], [ 9ms, 1ms ] ]',
      '7:32 network.regions.placement.us: found "rest", expected `rest` in one region only',
    ],
    [
      'a latency beside regions',
      'network:\n  latency: 3ms\n  regions: { names: [ eu ], latency: [ [ 1ms ] ] }',
      '5:12 network.latency: found "3ms", expected no latency beside `regions`, which give it for every pair',
    ],
    [
      'a latency beside rounds',
      'network: { rounds: 1s, latency: 3ms }',
      '4:33 network.latency: found "3ms", expected no latency beside `rounds`: in lock-step rounds messages take no time',
    ],
  ],
  'churn and supervision': [
    ['churn that is a list of rates', 'churn: [ 0.2/s ]', '4:10 churn.0: found "0.2/s", expected a map (key: value)'],
    [
      'churn without a rate',
      'churn: { from: 1m }',
      '4:8 churn: found a map with from, expected at least one of: joins, leaves, crashes, sessions',
    ],
    [
      'churn with a mistyped rate',
      'churn: { joins: 0.2 per second }',
      '4:17 churn.joins: found "0.2 per second", expected a rate such as 5/s, 0.2/min or 1/20m',
    ],
    [
      'churn that ends before it begins',
      'churn: { joins: 1/s, from: 5m, until: 2m }',
      '4:39 churn.until: found "2m", expected an instant after `from`, which is 5m',
    ],
    [
      'churn beyond the end',
      'churn: { joins: 1/s, until: 20m }',
      '4:29 churn.until: found "20m", expected an instant at or before the end of the run, which is 10m',
    ],
    [
      'sessions without a length',
      'churn: { sessions: { crashes: 10% } }',
      '4:20 churn.sessions.length: found nothing, expected a duration, or one of constant, …',
    ],
    [
      'supervision without a delay',
      'supervise: { nodes: all }',
      '4:12 supervise.after: found nothing, expected a duration in whole microseconds, …',
    ],
  ],
  'the workload': [
    [
      'an unknown operation',
      'workload: [ { pnig: { rate: 5/s } } ]',
      '4:15 workload.0.pnig: found unknown key "pnig", expected one of: ping, burst (did you mean "ping"?)',
    ],
    [
      'two operations in one entry',
      'workload: [ { ping: { rate: 5/s }, pong: { rate: 1/s } } ]',
      '4:36 workload.0.pong: found unknown key "pong", expected one of: ping, burst (did you mean "ping"?)',
    ],
    [
      'an operation without arrivals',
      'workload:\n  - ping: { keys: uniform }',
      '5:11 workload.0.ping: found a map with keys, expected how often: rate: 5/s (at random) or every: 200ms (regular)',
    ],
    [
      'an operation with arrivals twice',
      'workload:\n  - ping: { rate: 5/s, every: 1s }',
      '5:11 workload.0.ping: found a map with rate, every, expected `rate` (at random) or `every` (regular), not both',
    ],
    [
      'an unknown argument',
      'workload: [ { ping: { rate: 5/s, taget: 3 } } ]',
      '4:34 workload.0.ping.taget: found unknown key "taget", expected one of: rate, … (did you mean "target"?)',
    ],
    [
      'an argument of a wrong kind',
      'workload: [ { ping: { rate: 5/s, target: first } } ]',
      '4:42 workload.0.ping.target: found "first", expected a number',
    ],
    [
      'a word that is no argument under `with`',
      'workload: [ { burst: { rate: 5/s, with: { cuont: 3 } } } ]',
      '4:43 workload.0.burst.with.cuont: found unknown key "cuont", expected one of: count (did you mean "count"?)',
    ],
    [
      'a popularity that is none',
      'workload: [ { ping: { rate: 5/s, keys: zipf } } ]',
      '4:40 workload.0.ping.keys: found "zipf", expected uniform or { zipf: 1.1 }',
    ],
    [
      'an exponent below nothing',
      'workload: [ { ping: { rate: 5/s, keys: { zipf: -1 } } } ]',
      '4:48 workload.0.ping.keys.zipf: found -1, expected an exponent of more than 0',
    ],
    [
      'a workload that begins after the end',
      'workload: [ { ping: { rate: 5/s, from: 11m } } ]',
      '4:40 workload.0.ping.from: found "11m", expected an instant before the end of the run, which is 10m',
    ],
    [
      'a step as a workload',
      'workload: [ { nudge: { rate: 5/s } } ]',
      '4:15 workload.0.nudge: found unknown key "nudge", expected one of: ping, burst',
    ],
    [
      'a workload that is a text',
      'workload: ping',
      '4:11 workload: found "ping", expected a map from an operation to its load, or a list of them',
    ],
  ],
  faults: [
    [
      'an unknown fault',
      'faults: [ { at: 1m, crahs: 3 } ]',
      '4:21 faults.0.crahs: found unknown key "crahs", expected one of: at, … (did you mean "crash"?)',
    ],
    [
      'a fault that is nothing',
      'faults: [ { at: 1m } ]',
      '4:11 faults.0: found a map with at, expected exactly one of: crash, …',
    ],
    [
      'two faults in one entry',
      'faults: [ { at: 1m, crash: 3, heal: all } ]',
      '4:11 faults.0: found a map with at, crash, heal, expected exactly one of: crash, …',
    ],
    [
      'a fault without a time',
      'faults: [ { crash: 3 } ]',
      '4:11 faults.0: found a crash without a time, expected exactly one of: at, after-event, rate',
    ],
    [
      'a fault with two times',
      'faults: [ { at: 1m, rate: 1/min, crash: 3 } ]',
      '4:11 faults.0: found at and rate, expected exactly one of: at, after-event, rate',
    ],
    [
      'a fault after the end',
      'faults:\n  - { at: 10m, crash: 3 }',
      '5:11 faults.0.at: found "10m", expected an instant before the end of the run, which is 10m',
    ],
    [
      'a window without a rate',
      'faults: [ { at: 1m, until: 2m, crash: 3 } ]',
      '4:28 faults.0.until: found "2m", expected no `until` without a `rate`',
    ],
    [
      'a rate that ends before it begins',
      'faults: [ { rate: 1/min, from: 3m, until: 3m, crash: any } ]',
      '4:43 faults.0.until: found "3m", expected an instant after `from`, which is 3m',
    ],
    [
      'a restart at no time',
      'faults: [ { at: 1m, crash: { nodes: 3, restart: soon } } ]',
      '4:49 faults.0.crash.restart: found "soon", expected a duration, such as after 10s',
    ],
    [
      'a crash of nobody',
      'faults: [ { at: 1m, crash: { restart: after 3s } } ]',
      "4:28 faults.0.crash.nodes: found nothing, expected a process's, host's or role's name, …",
    ],
    [
      'a crash of the rest',
      'faults: [ { at: 1m, crash: rest } ]',
      '4:28 faults.0.crash: found "rest", expected a selector without `rest`, which has a meaning only where there are other sides (write all)',
    ],
    [
      'a crash of the rest, at length',
      'faults: [ { at: 1m, crash: { nodes: [ 1, rest ] } } ]',
      '4:37 faults.0.crash.nodes: found a list, expected a selector without `rest`, which has a meaning only where there are other sides (write all)',
    ],
    [
      'a selector that is no name',
      'faults: [ { at: 1m, crash: "first three" } ]',
      "4:28 faults.0.crash: found \"first three\", expected a process's, host's or role's name, …; or a map with `nodes`",
    ],
    [
      'a range upside down',
      'faults: [ { at: 1m, crash: 9-3 } ]',
      "4:28 faults.0.crash: found \"9-3\", expected a process's, host's or role's name, …; or a map with `nodes`",
    ],
    [
      'any of none',
      'faults: [ { at: 1m, crash: any 0 } ]',
      "4:28 faults.0.crash: found \"any 0\", expected a process's, host's or role's name, …; or a map with `nodes`",
    ],
    [
      'an empty list of nodes',
      'faults: [ { at: 1m, crash: [] } ]',
      '4:28 faults.0.crash: found an empty list, expected at least one of whom to select',
    ],
    [
      'a partition with one side',
      "faults: [ { at: 1m, partition: [ '0-9' ] } ]",
      "4:32 faults.0.partition: found a list, expected at least two sides, such as ['0-9', rest]",
    ],
    [
      'a partition with two rests',
      'faults: [ { at: 1m, partition: { between: [ rest, rest ] } } ]',
      '4:32 faults.0.partition: found a map with between, expected `rest` on one side only',
    ],
    [
      'a partition with a mistyped word',
      'faults: [ { at: 1m, partition: { between: [ 0, rest ], oneway: true } } ]',
      '4:56 faults.0.partition.oneway: found unknown key "oneway", expected one of: between, for, one-way, answers (did you mean "one-way"?)',
    ],
    [
      'a partition for nothing',
      'faults: [ { at: 1m, partition: { between: [ 0, rest ], for: 0s } } ]',
      '4:61 faults.0.partition.for: found "0s", expected a duration of more than 0 …',
    ],
    [
      'an answer that is none',
      'faults: [ { at: 1m, isolate: { nodes: 1, answers: refused } } ]',
      '4:51 faults.0.isolate.answers: found "refused", expected one of: unreachable, nothing',
    ],
    [
      'a degradation that degrades nothing',
      'faults: [ { at: 1m, degrade: { nodes: 1 } } ]',
      '4:30 faults.0.degrade: found a map with nodes, expected something that gets worse: latency, loss or duplicate',
    ],
    [
      'a degradation of two things',
      'faults: [ { at: 1m, degrade: { nodes: 1, from: 2, loss: 1% } } ]',
      '4:30 faults.0.degrade: found a map with nodes, from, loss, expected `nodes`, `between`, or `from` and `to`, one of the three',
    ],
    [
      'a degradation between the rest and all',
      'faults: [ { at: 1m, degrade: { to: rest, loss: 1% } } ]',
      '4:36 faults.0.degrade.to: found "rest", expected a selector without `rest`, …(write all)',
    ],
    [
      'supervision of the rest',
      'supervise: { nodes: rest, after: 1s }',
      '4:21 supervise.nodes: found "rest", expected a selector without `rest`, …(write all)',
    ],
    [
      'issuers that are the rest',
      'workload: [ { ping: { rate: 5/s, by: rest } } ]',
      '4:38 workload.0.ping.by: found "rest", expected a selector without `rest`, …(write all)',
    ],
    [
      'a skew of nothing',
      'faults: [ { at: 1m, skew: { nodes: 1 } } ]',
      '4:27 faults.0.skew: found a map with nodes, expected how the clock is off: by (a duration) or drift (parts per million)',
    ],
    [
      'a skew without a duration',
      'faults: [ { at: 1m, skew: { nodes: 1, by: fast } } ]',
      '4:43 faults.0.skew.by: found "fast", expected a duration with or without a sign, such as 50ms or -1.5s',
    ],
    [
      'no joins at all',
      'faults: [ { at: 1m, join: 0 } ]',
      '4:27 faults.0.join: found 0, expected a number of at least 1',
    ],
    [
      'a join with an unknown argument',
      'faults: [ { at: 1m, join: { count: 2, genration: 1 } } ]',
      '4:39 faults.0.join.genration: found unknown key "genration", expected one of: count, generation (did you mean "generation"?)',
    ],
    [
      'a scale without a group',
      'faults: [ { at: 1m, scale: {} } ]',
      '4:28 faults.0.scale: found an empty map, expected a group and its size, such as { commission1: 5 }',
    ],
    [
      'a scale to a word',
      'faults: [ { at: 1m, scale: { left: many } } ]',
      '4:36 faults.0.scale.left: found "many", expected a number',
    ],
    ['a heal of something', 'faults: [ { at: 1m, heal: some } ]', '4:27 faults.0.heal: found "some", expected all'],
    [
      'an operation among the faults',
      'faults: [ { at: 1m, ping: { node: 1, target: 2 } } ]',
      '4:21 faults.0.ping: found unknown key "ping", expected one of: at, …',
    ],
    [
      'an event before the first',
      'faults: [ { after-event: 0, crash: 1 } ]',
      '4:26 faults.0.after-event: found 0, expected a number of at least 1',
    ],
  ],
  'the script': [
    [
      'an operation without its argument',
      'script: [ { at: 1m, ping: { node: 1 } } ]',
      '4:27 script.0.ping.target: found nothing, expected a number',
    ],
    [
      'an unknown step',
      'script: [ { at: 1m, step: { node: 1, do: nuge } } ]',
      '4:42 script.0.step.do: found "nuge", expected one of: nudge, forget (did you mean "nudge"?)',
    ],
    [
      'a step without a name',
      'script: [ { at: 1m, step: { node: 1 } } ]',
      '4:27 script.0.step.do: found nothing, expected one of: nudge, forget',
    ],
    [
      'a step without a node',
      'script: [ { at: 1m, step: { do: forget } } ]',
      "4:27 script.0.step.node: found nothing, expected a process's, host's or role's name, …",
    ],
    [
      'a step with an unknown argument',
      'script: [ { at: 1m, step: { node: 1, do: forget, target: 3 } } ]',
      '4:50 script.0.step.target: found unknown key "target", expected one of: do, node',
    ],
    [
      'a step that is a word',
      'script: [ { at: 1m, step: forget } ]',
      '4:27 script.0.step: found "forget", expected a map with `node` and `do`',
    ],
    [
      'a client operation as a step',
      'script: [ { at: 1m, step: { node: 1, do: ping, target: 3 } } ]',
      '4:42 script.0.step.do: found "ping", expected one of: nudge, forget',
    ],
    [
      'a rate in the script',
      'script: [ { rate: 1/s, ping: { node: 1, target: 2 } } ]',
      '4:13 script.0.rate: found unknown key "rate", expected one of: at, … (did you mean "at"?)',
    ],
  ],
  expectations: [
    [
      'an unknown property',
      'expect:\n  - someone is upp: always',
      '5:5 expect.0.someone is upp: found unknown key "someone is upp", expected one of: round trip, … (did you mean "someone is up"?)',
    ],
    [
      'an unknown metric',
      'expect:\n  - pings corect: { at least: 99% }',
      '5:5 expect.0.pings corect: found unknown key "pings corect", expected one of: round trip, … (did you mean "pings correct"?)',
    ],
    [
      'a property with bounds',
      'expect:\n  - all are heard: { at least: 99% }',
      '5:20 expect.0.all are heard: found a map with at least, expected always, never, sometimes, violated, …',
    ],
    [
      'a metric with a word',
      'expect:\n  - pings correct: always',
      '5:20 expect.0.pings correct: found "always", expected bounds, such as …',
    ],
    [
      'an unknown requirement',
      'expect:\n  - someone is up: allways',
      '5:20 expect.0.someone is up: found "allways", expected always, never, sometimes, violated, …',
    ],
    [
      'a deadline without a beginning',
      'expect:\n  - someone is up: eventually within 2m',
      '5:20 expect.0.someone is up: found "eventually within 2m", expected always, never, sometimes, violated, …',
    ],
    [
      'a deadline beyond the end',
      'expect:\n  - someone is up: eventually by 11m',
      '5:20 expect.0.someone is up: found "eventually by 11m", expected a deadline no later than the end of the run, which is 10m; this one is 11m (make the duration longer, …',
    ],
    [
      'a deadline after no fault',
      'expect:\n  - someone is up: eventually within 1m of the last fault',
      '5:20 expect.0.someone is up: found "eventually within 1m of the last fault", expected a deadline that counts from an instant: the scenario has no fault and no churn (write: eventually by 5m)',
    ],
    [
      'a deadline too late after the last fault',
      'faults: [ { at: 9m, partition: { between: [ 0, rest ], for: 30s } } ]\nexpect:\n  - someone is up: stable within 1m of the last fault',
      '6:20 expect.0.someone is up: found "stable within 1m of the last fault", expected a deadline no later than the end of the run, which is 10m; this one is 10m30s (make the duration longer, …',
    ],
    [
      'a deadline after endless churn',
      'churn: { joins: 1/s }\nexpect:\n  - someone is up: stable within 1m of the last fault',
      '6:20 expect.0.someone is up: found "stable within 1m of the last fault", expected a deadline no later than the end of the run, which is 10m; this one is 11m (make the duration longer, …',
    ],
    [
      'a window upside down',
      'expect:\n  - someone is up: always from 5m until 1m',
      '5:20 expect.0.someone is up: found "always from 5m until 1m", expected a window that ends (1m) after it begins',
    ],
    [
      'a window beyond the end',
      'expect:\n  - someone is up: always until 11m',
      '5:20 expect.0.someone is up: found "always until 11m", expected a window no later than the end of the run, which is 10m; this one is 11m (make the duration longer, …',
    ],
    [
      'a mistyped bound',
      'expect:\n  - pings correct: { at leats: 99% }',
      '5:22 expect.0.pings correct.at leats: found unknown key "at leats", expected one of: at least, at most, between, exactly (did you mean "at least"?)',
    ],
    [
      'bounds of nothing',
      'expect:\n  - pings correct: {}',
      '5:20 expect.0.pings correct: found an empty map, expected bounds, such as …',
    ],
    [
      'bounds that exclude each other',
      'expect:\n  - pings correct: { at least: 99%, at most: 90% }',
      '5:20 expect.0.pings correct: found a map with at least, at most, expected bounds that leave room between them',
    ],
    [
      'bounds said twice',
      'expect:\n  - pings correct: { at least: 99%, between: [ 0, 1 ] }',
      '5:20 expect.0.pings correct: found a map with at least, between, expected bounds, such as …',
    ],
    [
      'bounds upside down',
      'expect:\n  - pings correct: { between: [ 99%, 90% ] }',
      '5:31 expect.0.pings correct.between: found a list, expected two values, the lower one first',
    ],
    [
      'a distribution without a statistic',
      'expect:\n  - pings latency: { at most: 2s }',
      '5:22 expect.0.pings latency.at most: found unknown key "at most", expected one of: mean, min, p1, p50, p90, p99, max, count',
    ],
    [
      'a distribution as one value',
      'expect:\n  - pings latency: 2s',
      '5:20 expect.0.pings latency: found "2s", expected bounds for its statistics, such as { mean: { between: [3, 5] }, p99: { at most: 9 } }',
    ],
    [
      'a single value as a distribution',
      'expect:\n  - pings correct: { mean: { at least: 99% } }',
      '5:22 expect.0.pings correct.mean: found unknown key "mean", expected one of: at least, at most, between, exactly',
    ],
    [
      'a duration without a unit in a bound',
      'expect:\n  - pings latency: { p99: { at most: 2 } }',
      '5:38 expect.0.pings latency.p99.at most: found 2, expected a duration in whole microseconds, …',
    ],
    [
      'a statistic that does not exist',
      'expect:\n  - round trip: { p95: { at most: 2s } }',
      '5:19 expect.0.round trip.p95: found unknown key "p95", expected one of: at least, at most, between, exactly, mean, min, p1, p50, p90, p99, max, count (did you mean "p90"?)',
    ],
    [
      'a mistyped bound of a statistic',
      'expect:\n  - round trip: { p99: { atmost: 2s } }',
      '5:26 expect.0.round trip.p99.atmost: found unknown key "atmost", expected one of: at least, at most, between, exactly (did you mean "at most"?)',
    ],
    [
      'a ratio that is a word',
      'expect:\n  - coverage: { at least: most }',
      '5:27 expect.0.coverage.at least: found "most", expected a text that matches /^\\d+(\\.\\d+)?%$/',
    ],
    [
      'a count that is a duration',
      'expect:\n  - pings: { at least: 5s }',
      '5:24 expect.0.pings.at least: found "5s", expected a number',
    ],
    [
      'two expectations in one entry',
      'expect:\n  - { someone is up: always, all are heard: always }',
      '5:5 expect.0: found a map with someone is up, all are heard, expected one property or metric in each entry',
    ],
  ],
  'YAML itself': [
    ['a key twice', 'seed: 1\nseed: 2', '5:1 this key stands twice in one map'],
    ['a key twice in two spellings', 'config: { 1: a, "1": b }', '4:17 config.1: this key stands twice in one map'],
    [
      'a flow map that is not closed',
      'network: { loss: 1%\nseed: 2',
      '5:1 not YAML: Flow map in block collection must be sufficiently indented and end with a }',
    ],
    ['a tab', 'network:\n	loss: 1%', '5:1 not YAML: Tabs are not allowed as indentation'],
    ['a reserved character', 'title: `x`', '4:8 not YAML: Plain value cannot start with reserved character `'],
    ['a second document', '---\nsystem: echo', '4:1 a scenario is one YAML document, and here a second one begins'],
    ['an alias of nothing', 'config: *settings', '4:9 config: nothing before is marked &settings'],
    ['an alias within its own anchor', 'faults: &f [ *f ]', '4:14 faults.0: *f stands within what it is a name of'],
    ['an unknown tag', 'seed: !random 1', '4:7 not YAML: Unresolved tag: !random'],
    [
      'a tag of YAML with no use here',
      'config: !!set { timeout }',
      '4:15 config: the tag tag:yaml.org,2002:set means nothing in a scenario',
    ],
    ['a key that is a list', 'config: { [ a ]: 1 }', '4:11 config: a key is a text or a number'],
    ['a key that is a prototype', 'config: { __proto__: 1 }', '4:11 config: a key is a text or a number'],
    [
      'a value after a value',
      'config: - timeout',
      '4:9 not YAML: Unexpected block-seq-ind on same line with key',
      '4:11 not YAML: Implicit map keys need to be followed by map values',
    ],
  ],
};

/** Mistakes that need the first three lines for themselves. */
const WHOLE: readonly Mistake[] = [
  ['an empty file', '', '1:1 found nothing, expected a scenario: a map with at least `system` and `duration`'],
  ['a file of comments', '# Shows: nothing.\n', '1:1 found nothing, expected a scenario: a map with …'],
  ['a list', '- system: echo\n', '1:1 found a list, expected a scenario: …'],
  ['a text', 'system', '1:1 found "system", expected a scenario: …'],
  ['no system', 'duration: 1m\n', '1:1 system: found nothing, expected one of: echo, mute'],
  ['a system that is a number', 'system: 7\n', '1:9 system: found 7, expected one of: echo, mute'],
  [
    'an unknown system',
    'seed: 1\nsystem: ecoh\n',
    '2:9 system: found unknown system "ecoh", expected one of: echo, mute (did you mean "echo"?)',
  ],
  ['no duration', 'system: echo\n', '1:1 duration: found nothing, expected a duration …'],
  [
    'a duration of nothing',
    'system: echo\nduration: 0s',
    '2:11 duration: found "0s", expected a duration of more than 0 …',
  ],
  [
    'steps in a system without steps',
    'system: mute\nduration: 1m\nscript: [ { at: 1s, step: { node: 1, do: forget } } ]',
    '3:21 script.0.step: found unknown key "step", …',
  ],
  [
    'a workload in a system without operations',
    'system: mute\nduration: 1m\nworkload: [ { ping: { rate: 1/s } } ]',
    '3:15 workload.0.ping: found unknown key "ping", expected no key (there are none)',
  ],
  [
    'groups in a system without groups',
    'system: mute\nduration: 1m\nfaults: [ { at: 1s, scale: { left: 3 } } ]',
    '3:21 faults.0.scale: found scale, expected an action that mute knows; it has no groups to scale',
  ],
  [
    'several mistakes, told in the order of the file',
    'system: echo\nexpect: [ { someone is up: allways } ]\nduration: ten\nnetwork: { loss: 5, latncy: 3ms }\nconfig: { patience: 0 }\n',
    '2:28 expect.0.someone is up: found "allways", …',
    '3:11 duration: found "ten", …',
    '4:18 network.loss: found 5, expected a probability from 0 to 1, or from 0% to 100%',
    '4:21 network.latncy: found unknown key "latncy", …(did you mean "latency"?)',
    '5:21 config.patience: found 0, expected a number of at least 1',
  ],
];

for (const [subject, mistakes] of Object.entries(MISTAKES)) {
  describe(subject, () => {
    test.each(mistakes)('%s', (_name, text, ...expected) => {
      // A key of the prelude that the mistake is about stands there only once.
      const prelude = /^nodes:/m.test(text) ? PRELUDE.replace('nodes: 8\n', '') : PRELUDE;
      expectTold(prelude + text, expected);
    });
  });
}

describe('a scenario as a whole', () => {
  test.each(WHOLE)('%s', (_name, text, ...expected) => expectTold(text, expected));
});

function expectTold(text: string, expected: readonly string[]): void {
  const loaded = loadScenario(text, { file: 'a.yaml', systems });
  expect(loaded.ok ? 'no problem at all' : loaded.problems.map(told)).toEqual(expected.map(pattern));
}

function told({ line, column, hint, ...problem }: Problem): string {
  return `${line}:${column} ${problemText({ line, column, hint, ...problem })}${hint === null ? '' : ` (${hint})`}`;
}

/** Equal to the text, if `…` may be anything. */
function pattern(text: string): unknown {
  const parts = text.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return expect.stringMatching(new RegExp(`^${parts.join('.*')}$`, 'su'));
}
