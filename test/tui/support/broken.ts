/** The dashboard with a machine that breaks down while it plays: the screen must be restored, and the error seen. */
import type { Plan } from '../../../sim/index.ts';
import { dashboard } from '../../../tui/index.ts';
import { quietPlan } from './plans.ts';
import { RELAY_SCENARIO } from './shown.ts';

const plan = quietPlan();
const { node } = plan.system.roles;
const machine = {
  ...node.machine,
  handle() {
    throw new Error('it broke, as it should');
  },
};
const broken: Plan = { ...plan, system: { ...plan.system, roles: { node: { ...node, machine } } } };
await dashboard({
  plan: broken,
  scenario: RELAY_SCENARIO,
  edits: { overrides: [], seed: undefined },
  flags: {},
  terminal: { stdin: process.stdin, stdout: process.stdout, env: process.env },
  colour: true,
});
