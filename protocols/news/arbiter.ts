/**
 * The arbiter: a durable register that holds the databases' configuration and changes it by compare-and-set on the epoch. It takes no
 * part in transactions. See `replication.ts` for what the configuration is for.
 */
import { type Machine, NO_EFFECTS, reply, save } from '../../sim/protocol.ts';
import type { ArbiterTypes } from './state.ts';

export const arbiter: Machine<ArbiterTypes> = {
  start(boot, saved) {
    const first = { epoch: 0, primary: boot.databases[0], inSync: boot.databases };
    return { state: { role: 'arbiter', configuration: saved ?? first }, effects: NO_EFFECTS };
  },

  handle(state, input) {
    if (input.kind !== 'request') return { state, effects: NO_EFFECTS };
    const { message, id, from } = input;
    const { configuration } = state;
    switch (message.kind) {
      case 'readConfiguration':
        return { state, effects: [reply(id, { kind: 'configuration', configuration, granted: false })] };
      case 'changeConfiguration': {
        const mayAsk = configuration.inSync.includes(from) && configuration.inSync.includes(message.primary);
        if (message.expectedEpoch !== configuration.epoch || !mayAsk) {
          return { state, effects: [reply(id, { kind: 'configuration', configuration, granted: false })] };
        }
        const next = { epoch: configuration.epoch + 1, primary: message.primary, inSync: message.inSync };
        return {
          state: { ...state, configuration: next },
          effects: [save(next), reply(id, { kind: 'configuration', configuration: next, granted: true })],
        };
      }
      default:
        return { state, effects: NO_EFFECTS };
    }
  },
};
