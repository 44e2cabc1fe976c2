import { run } from '../cluster/run.ts';
import { placed } from './placement.ts';

/** What OpenSSL says of the private-key operations of a full handshake on one CPU, per second. */
export interface HandshakeRate {
  /** Signatures with the bench's kind of key, ECDSA on P-256. */
  signs: number;
  /** Key exchanges by X25519. */
  derives: number;
}

const SIGNS = /ecdsa \(nistp256\)(?:\s+[\d.]+s){2}\s+(?<rate>[\d.]+)/;
const DERIVES = /ecdh \(X25519\)\s+[\d.]+s\s+(?<rate>[\d.]+)/;

/** @param cpus as taskset(1) takes them. @returns undefined where there is no openssl(1) */
export async function handshakeRate(cpus: string | undefined): Promise<HandshakeRate | undefined> {
  const [program, ...args] = placed(cpus, ['openssl', 'speed', '-seconds', '1', 'ecdsap256', 'ecdhx25519']);
  try {
    return parseSpeed(await run(program, args));
  } catch {
    return undefined;
  }
}

/** @returns undefined when the table of `openssl speed` lacks one of the two */
export function parseSpeed(output: string): HandshakeRate | undefined {
  const [signs, derives] = [SIGNS, DERIVES].map((pattern) => Number(pattern.exec(output)?.groups?.['rate']));
  return signs && derives ? { signs, derives } : undefined;
}

/** Handshakes per second that these operations alone allow. */
export function allowed({ signs, derives }: HandshakeRate): number {
  return 1 / (1 / signs + 1 / derives);
}
