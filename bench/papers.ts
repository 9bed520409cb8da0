/**
 * `npm run papers`: figures of the papers beside ours, each with its band and a verdict. `npm run papers -- table II` runs the experiments whose
 * name contains the words. Exit code 1 if a figure lies outside its band, 2 if no experiment is called that.
 */
import { chordExperiments } from './papers/chord.ts';
import { printed } from './papers/comparison.ts';
import { gossipExperiments } from './papers/gossip.ts';

const wanted = process.argv.slice(2).join(' ');
const experiments = [...chordExperiments(), ...gossipExperiments()];
if (!experiments.some((experiment) => experiment.source.includes(wanted))) {
  console.error(`No experiment is called "${wanted}". There are: ${experiments.map((one) => one.source).join(', ')}.`);
  process.exitCode = 2;
} else if (!printed(experiments, wanted)) {
  process.exitCode = 1;
}
