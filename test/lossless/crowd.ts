import type { ClientSpec } from './fleet-message.ts';
import { SYMBOLS } from './rounds.ts';

export type Place = Omit<ClientSpec, 'kind' | 'indices'>;

/** How the clients of a run divide, of 2,000: 30 full streams, 200 over TLS, 180 of the original protocol. */
const SHARES = { full: 0.015, sealed: 0.1, original: 0.1 };

const ALL = SYMBOLS.map((_, index) => index);

/**
 * The clients of a run. Those that do not want all symbols want one to five, most of them few, every time other ones.
 * @param sealed the service that speaks TLS
 */
export function crowd(count: number, plain: Place, sealed: Place): ClientSpec[] {
  return Array.from({ length: count }, (_, index): ClientSpec => {
    // Evenly spread over the numbers, so that each process of the fleet gets its part of everything.
    const place = fraction(index * GOLDEN);
    const indices = place < SHARES.full ? ALL : someOf(index);
    if (fraction(index * Math.sqrt(3)) < SHARES.sealed) return { kind: 'resuming', ...sealed, indices };
    const isOriginal = fraction(index * Math.SQRT2) < SHARES.original;
    return { kind: isOriginal ? 'original' : 'resuming', ...plain, indices };
  });
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

function fraction(value: number): number {
  return value - Math.floor(value);
}

/** How many symbols a client wants that does not want all, in turn: 2 on average. */
const WANTED = [1, 2, 1, 3, 1, 2, 1, 5];

function someOf(client: number): number[] {
  const indices = Array.from(
    { length: WANTED[client % WANTED.length]! },
    (_, each) => (client * 7 + each * 41) % SYMBOLS.length,
  );
  return [...new Set(indices)].sort((a, b) => a - b);
}
