import { jest } from '@jest/globals';

// Cases wait for conditions, each under a guard of its own; the limit of a whole case is only a last resort.
jest.setTimeout(60_000);
