import { describe, expect, it } from '@jest/globals';
import { fuzzRange } from './fuzz-run.ts';

// The short form of `npm run fuzz`, with a seed of its own.
const INPUTS = 200_000;
const LIMIT_MS = 300_000;

describe('mutated byte streams', () => {
  it(
    'bring the decoders and the session to every end that they have, and to no other',
    () => {
      const { inputs, outcomes, failures } = fuzzRange(4, 0, INPUTS, () => {});
      expect(failures).toEqual([]);
      expect(inputs).toBe(INPUTS);
      const seen = [...outcomes.keys()];
      for (const fault of ['magic', 'version', 'length', 'checksum']) expect(seen).toContain(`stream: fault ${fault}`);
      for (const reason of ['invalid_auth', 'auth_required', 'already_authenticated', 'invalid_subscription']) {
        expect(seen).toContain(`session: closed, ${reason}`);
      }
      expect(seen).toContain('session: subscribed');
    },
    LIMIT_MS,
  );
});
