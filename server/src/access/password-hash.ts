import { randomBytes, scrypt } from 'node:crypto';

/** A scrypt hash (RFC 7914) with the parameters that it was made with. */
export interface PasswordHash {
  /** log2 of the cost N. */
  ln: number;
  /** Block size. */
  r: number;
  /** Parallelisation. */
  p: number;
  salt: Buffer;
  key: Buffer;
}

/** 32 MiB, run three times over: one of the settings that OWASP's Password Storage Cheat Sheet gives. */
const DEFAULTS = { ln: 15, r: 8, p: 3 } as const;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** What one check may take: a file must not be able to exhaust the process that checks. */
const MAX_BLOCK_BYTES = 134_217_728;
const MAX_WORK = 4_194_304;
/** Node refuses to take more than this; N·r·128 bytes and a little more are needed. */
const MAX_MEMORY_BYTES = 2 * MAX_BLOCK_BYTES;

const pattern =
  /^\$scrypt\$ln=(?<ln>\d{1,2}),r=(?<r>\d{1,2}),p=(?<p>\d{1,2})\$(?<salt>[A-Za-z0-9+/]+)\$(?<key>[A-Za-z0-9+/]+)$/;

/**
 * Reads a hash in the PHC string format, as this server and other programs write it:
 * `$scrypt$ln=15,r=8,p=3$SALT$HASH`, both in base64 without padding.
 * @returns the hash, or what is wrong with it; never a part of the text
 */
export function parsePasswordHash(text: string): PasswordHash | { problem: string } {
  const parts = pattern.exec(text)?.groups;
  if (!parts) return { problem: 'no scrypt hash of the form $scrypt$ln=15,r=8,p=3$SALT$HASH' };
  const [ln, r, p] = [Number(parts['ln']), Number(parts['r']), Number(parts['p'])];
  const salt = Buffer.from(parts['salt'] ?? '', 'base64');
  const key = Buffer.from(parts['key'] ?? '', 'base64');
  if (ln < 10 || r < 1 || p < 1) return { problem: 'too cheap a hash: ln is at least 10, r and p are at least 1' };
  if (128 * 2 ** ln * r > MAX_BLOCK_BYTES || 2 ** ln * r * p > MAX_WORK) {
    return { problem: 'too costly a hash: at most 128 MiB (128 * 2^ln * r), and 2^ln * r * p at most 2^22' };
  }
  if (salt.length < 8 || salt.length > 64) return { problem: 'a salt that is not of 8 to 64 bytes' };
  if (key.length < 16 || key.length > 64) return { problem: 'a hash that is not of 16 to 64 bytes' };
  return { ln, r, p, salt, key };
}

/** The inverse of {@link parsePasswordHash}. */
export function formatPasswordHash({ ln, r, p, salt, key }: PasswordHash): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(key)}`;
}

/** Hashes a password with a new salt. */
export async function hashPassword(
  password: string,
  cost: Pick<PasswordHash, 'ln' | 'r' | 'p'> = DEFAULTS,
): Promise<PasswordHash> {
  const { ln, r, p } = cost;
  const blank = { ln, r, p, salt: randomBytes(SALT_BYTES), key: Buffer.alloc(KEY_BYTES) };
  return { ...blank, key: await deriveKey(password, blank) };
}

/** Computes the key that a password gives with a hash's parameters and salt, on Node's thread pool. */
export function deriveKey(password: string, { ln, r, p, salt, key }: PasswordHash): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, key.length, { N: 2 ** ln, r, p, maxmem: MAX_MEMORY_BYTES }, (error, derived) => {
      if (error) reject(error);
      else resolve(derived);
    });
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
