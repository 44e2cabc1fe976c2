import { z } from 'zod';
import { parseCidr } from './cidr.ts';
import type { HotSettings } from './server-config.ts';

const network = z.string().transform((text, context) => {
  const cidr = parseCidr(text);
  if (cidr) return cidr;
  context.addIssue({ code: 'custom', message: 'not an IPv4 or IPv6 address or CIDR' });
  return z.NEVER;
});

const schema = z.strictObject({
  logLevel: z.enum(['error', 'warn', 'info', 'debug']).optional(),
  ipAllowlist: z.array(network).optional(),
  ipBlocklist: z.array(network).optional(),
});

/**
 * Reads the configuration file's text: `{"logLevel": "info", "ipAllowlist": ["10.0.0.0/8"], "ipBlocklist": []}`.
 * @param fallback what holds for a setting that the file does not have
 * @returns the settings, or what is wrong
 */
export function readHotSettings(text: string, fallback: HotSettings): HotSettings | { problem: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return { problem: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const result = schema.safeParse(parsed);
  if (!result.success) return { problem: z.prettifyError(result.error) };
  const { logLevel, ipAllowlist, ipBlocklist } = result.data;
  return {
    logLevel: logLevel ?? fallback.logLevel,
    ipAllowlist: ipAllowlist ?? fallback.ipAllowlist,
    ipBlocklist: ipBlocklist ?? fallback.ipBlocklist,
  };
}
