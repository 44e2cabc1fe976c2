import { ApiError } from '../api-error.ts';

/** What the API server answers to a write that names a uid, where the object of that name has another one. */
export function uidRefusal(request: string, uid: string): ApiError {
  const message = `Invalid value: ${JSON.stringify(uid)}: field is immutable`;
  const causes = [{ reason: 'FieldValueInvalid', message, field: 'metadata.uid' }];
  const status = { kind: 'Status', reason: 'Invalid', message: `metadata.uid: ${message}`, details: { causes } };
  return new ApiError(request, 422, JSON.stringify(status));
}
