import { describe, expect, it } from '@jest/globals';
import { ApiError, isStaleWrite } from './api-error.ts';
import { uidRefusal } from './testing/uid-refusal.ts';

const invalid = (...fields: readonly string[]): ApiError => {
  const causes = fields.map((field) => ({ reason: 'FieldValueInvalid', message: 'field is immutable', field }));
  return new ApiError('patch', 422, JSON.stringify({ reason: 'Invalid', details: { causes } }));
};

describe('a refused write', () => {
  it.each<[string, unknown]>([
    ['for another version, or for want of an object with its uid', new ApiError('apply', 409, '{}')],
    ['because another object has the name', uidRefusal('apply', 'uid-1')],
    ['because that object has other fields too that are fixed', invalid('spec.selector', 'metadata.uid')],
  ])('is stale: %s', (_, error) => {
    expect(isStaleWrite(error)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a field that is fixed', invalid('spec.selector')],
    ['the uid of something else', invalid('metadata.ownerReferences[0].uid')],
    ['a rule that names no field', new ApiError('apply', 422, '{"reason":"Invalid","details":{"causes":[{}]}}')],
    ['a request that makes no sense', new ApiError('apply', 400, '{}')],
    ['no object to patch', new ApiError('patch', 404, '{}')],
    ['no answer', new Error('metadata.uid')],
  ])('is not stale: %s', (_, error) => {
    expect(isStaleWrite(error)).toBe(false);
  });
});
