import { SetupError, type Traits } from '../../sim/protocol.ts';

/**
 * The traits of a run as the system's own type. A scenario may override single traits, and no schema saw them.
 * @param complete any variant's traits: says which there are and of what kind.
 * @throws SetupError for a trait that there is not, or of another kind.
 */
export function readTraits<T extends Traits>(complete: T, traits: Traits): T {
  for (const [name, value] of Object.entries(traits)) {
    if (!Object.hasOwn(complete, name)) {
      throw new SetupError(`there is no trait "${name}"; there are: ${Object.keys(complete).join(', ')}`);
    }
    if (typeof value !== typeof complete[name]) {
      throw new SetupError(`the trait "${name}" is a ${typeof complete[name]}, found ${JSON.stringify(value)}`);
    }
  }
  return { ...complete, ...traits };
}
