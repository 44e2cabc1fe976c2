import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../runtime/api-error.ts';
import { LeavingError, ResourceConflictError } from '../runtime/applier.ts';
import { problemOf, throwFailures } from './problem.ts';

const terminating = JSON.stringify({
  reason: 'Forbidden',
  message: 'unable to create new content in namespace n because it is being terminated',
  details: { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] },
});

const gone = JSON.stringify({
  reason: 'NotFound',
  message: 'namespaces "n" not found',
  details: { name: 'n', kind: 'namespaces' },
});

describe('problemOf', () => {
  it.each<[string, unknown, string]>([
    ['an object of someone else', new ResourceConflictError('x'), 'ResourceConflict'],
    ['an object that is being deleted', new LeavingError('x'), 'WaitingForDeletion'],
    ['a namespace that is being deleted', new ApiError('apply', 403, terminating), 'WaitingForDeletion'],
    ['a namespace that has gone', new ApiError('apply', 404, gone), 'WaitingForDeletion'],
    ['another thing that is not there', new ApiError('apply', 404, '{"reason":"NotFound"}'), 'ApplyFailed'],
    ['a right that is missing', new ApiError('apply', 403, '{"reason":"Forbidden"}'), 'ApplyFailed'],
    ['anything else', 'text', 'ApplyFailed'],
  ])('knows %s', (_, error, reason) => {
    expect(problemOf(error).reason).toBe(reason);
  });
});

describe('throwFailures', () => {
  it('lets the queue try failures again, and nothing else', () => {
    const message = 'no';
    expect(() => throwFailures([{ reason: 'ResourceConflict', message }])).not.toThrow();
    expect(() => throwFailures([{ reason: 'ApplyFailed', message }])).toThrow('no');
  });
});
