import { describe, expect, it } from '@jest/globals';
import { addCounts, closingLine, countsOf } from './test-counts.ts';

const results = { numPassedTests: 7, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 };

describe('the counts of a test run', () => {
  it('counts a file that cannot be loaded as a failure', () => {
    const counts = countsOf({ ...results, numRuntimeErrorTestSuites: 2 });
    expect(closingLine(counts)).toBe('7 passed, 3 failed');
  });

  it('says what was skipped, and only then', () => {
    const counts = countsOf({ ...results, numPendingTests: 2, numTodoTests: 1, numRuntimeErrorTestSuites: 0 });
    expect(closingLine(counts)).toBe('7 passed, 1 failed, 3 skipped');
  });

  it('adds up', () => {
    expect(addCounts({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 })).toEqual({
      passed: 11,
      failed: 22,
      skipped: 33,
    });
  });
});
