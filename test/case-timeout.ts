import { jest } from '@jest/globals';

// Cases wait for conditions, most of them under a guard of their own, and run programs that take their time on a busy
// machine: the limit of a whole case is only a last resort.
jest.setTimeout(60_000);
