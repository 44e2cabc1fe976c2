import { z } from 'zod';

/** A field that names an object of the same namespace. */
export function objectName(what: string): z.ZodString {
  return z
    .string()
    .min(1)
    .max(253)
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)
    .describe(what);
}
