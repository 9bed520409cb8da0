import packageJson from '../../package.json' with { type: 'json' };
import type { Plan } from '../../sim/index.ts';
import type { Recording } from '../../sim/recording/recording.ts';
import { formatProblems, loadScenario, type Scenario } from '../../sim/scenario/load.ts';
import { InputError } from '../errors.ts';
import type { Shell } from '../shell.ts';

/** The plan of a recording's scenario, seed and overrides. @throws InputError if this version does not understand it. */
export async function planOfRecording(
  recording: Recording,
  file: string,
  shell: Shell,
): Promise<{ plan: Plan; title: string; scenario: Scenario }> {
  const { scenario, overrides, seed } = recording;
  const name = `${file} (the scenario in it, ${scenario.file})`;
  const options = { file: name, systems: await shell.systems(), overrides, ...(seed === null ? {} : { seed }) };
  const loaded = loadScenario(scenario.text, options);
  if (!loaded.ok) {
    const version = recording.engine === packageJson.version ? '' : ` of version ${recording.engine}`;
    throw new InputError(
      `${file}: this version, ${packageJson.version}, does not understand the scenario in this recording${version}:\n${formatProblems(loaded.problems, scenario.text)}`,
    );
  }
  // Under its own name: the messages above say that it is in a recording.
  const scenarioFile: Scenario = { ...loaded.scenario, file: scenario.file };
  return { plan: loaded.plan, title: loaded.scenario.title, scenario: scenarioFile };
}
