import { describe, expect, it } from '@jest/globals';
import { OWNED_KINDS } from '../controller/kinds.ts';
import { ApiError } from '../runtime/api-error.ts';
import { previewObject, type PreviewQuestion } from './object-preview.ts';

const QUESTION: PreviewQuestion = {
  type: OWNED_KINDS.ConfigMap,
  namespace: 'market',
  name: 'demo-config',
  intent: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'demo-config', namespace: 'market', labels: {} } },
  ownership: () => 'ours',
};

/** API of a cluster without the object, which answers a try of it with a failure. */
const failingWith = (failure: ApiError): Parameters<typeof previewObject>[0] => ({
  get: () => Promise.resolve(undefined),
  apply: () => Promise.reject(failure),
});

describe('a try of an object that fails', () => {
  it.each([401, 429, 500, 503])('with %d says nothing of the object, and ends the plan', async (status) => {
    const error = new ApiError('apply /x', status, '{}');
    await expect(previewObject(failingWith(error), QUESTION)).rejects.toBe(error);
  });

  it.each([400, 409, 422])('with %d is a refusal of the object', async (status) => {
    const error = new ApiError('apply /x', status, '{}');
    expect(await previewObject(failingWith(error), QUESTION)).toMatchObject({
      change: 'blocked',
      problem: 'ApplyFailed',
    });
  });
});
