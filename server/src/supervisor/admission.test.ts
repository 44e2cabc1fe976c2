import { describe, expect, it, jest } from '@jest/globals';
import type { User } from '../access/user.ts';
import type { AdmissionLimits, Refusal } from './admission.ts';
import { Admission } from './admission.ts';
import { ConnectionLedger } from './connection-ledger.ts';

const off: AdmissionLimits = {
  maxConnectionsPerIp: 0,
  connectionRateLimit: 0,
  connectionRateLimitPerIp: 0,
  maxConnectionsPerUser: 0,
  maxSymbolsPerUser: 0,
};
const workers = [{}, {}];

class Door {
  readonly ledger = new ConnectionLedger<object>();
  readonly admission: Admission;
  #lastId = 0;

  constructor(limits: Partial<AdmissionLimits>) {
    this.admission = new Admission(this.ledger, { ...off, ...limits });
  }

  /** Opens a connection at the workers by turns. @returns `in`, or why not */
  open(address: string, nowMs = 0): string {
    const id = ++this.#lastId;
    const worker = workers[id % 2]!;
    const refusal = this.admission.onOpened(this.ledger.open(worker, 0, id, address), nowMs);
    if (refusal) this.ledger.close(worker, id);
    return refusal?.reason ?? 'in';
  }

  closeLast(): void {
    this.ledger.close(workers[this.#lastId % 2]!, this.#lastId);
  }
}

function user(limits: Partial<User> = {}): User {
  return { name: 'alice', maxConnections: undefined, maxSymbols: undefined, ...limits };
}

describe('Admission of connections', () => {
  it('has no limit unless one is set', () => {
    const door = new Door({});
    expect(new Set(Array.from({ length: 1_000 }, () => door.open('10.0.0.1')))).toEqual(new Set(['in']));
  });

  it('counts per address over all workers, IPv6 by its /64, and gives back what is closed or refused', () => {
    const door = new Door({ maxConnectionsPerIp: 2 });
    expect([door.open('2001:db8::1'), door.open('2001:db8::2'), door.open('2001:db8::3')]).toEqual([
      'in',
      'in',
      'connection_limit',
    ]);
    expect([door.open('10.0.0.1'), door.open('10.0.0.1')]).toEqual(['in', 'in']);
    door.closeLast();
    expect([door.open('10.0.0.1'), door.open('10.0.0.1'), door.open('10.0.0.2')]).toEqual([
      'in',
      'connection_limit',
      'in',
    ]);
  });

  it('limits the rate of all together, and one address does not use up what all have', () => {
    const door = new Door({ connectionRateLimit: 3, connectionRateLimitPerIp: 2 });
    const flood = Array.from({ length: 50 }, () => door.open('10.0.0.1'));
    expect(flood.filter((answer) => answer === 'in').length).toBe(2);
    expect([door.open('10.0.0.2'), door.open('10.0.0.3')]).toEqual(['in', 'connection_rate']);
    expect(door.open('10.0.0.3', 1_000)).toBe('in');
  });

  it('takes other limits over, and keeps the count of a rate that stays', () => {
    const door = new Door({ connectionRateLimit: 1 });
    expect([door.open('10.0.0.1'), door.open('10.0.0.1')]).toEqual(['in', 'connection_rate']);
    door.admission.applyLimits({ ...off, connectionRateLimit: 1, maxConnectionsPerIp: 1 });
    expect([door.open('10.0.0.1'), door.open('10.0.0.1', 1_000)]).toEqual(['connection_rate', 'connection_limit']);
    door.admission.applyLimits(off);
    expect(door.open('10.0.0.1', 1_000)).toBe('in');
  });

  it('forgets the connections of a worker that is gone', () => {
    const door = new Door({ maxConnectionsPerIp: 2 });
    const entry = door.ledger.open(workers[0]!, 0, 100, '10.0.0.1');
    door.ledger.setUser(entry, user());
    entry.onGone = jest.fn();
    door.ledger.open(workers[0]!, 0, 101, '10.0.0.1');
    expect(door.open('10.0.0.1')).toBe('connection_limit');
    door.ledger.closeAll(workers[0]!);
    expect(entry.onGone).toHaveBeenCalledTimes(1);
    expect([door.ledger.countOfAddress('10.0.0.1'), door.ledger.countOfUser('alice')]).toEqual([0, 0]);
    expect(door.open('10.0.0.1')).toBe('in');
  });
});

describe('Admission of users', () => {
  const reasons = (door: Door, who: User, count: number): (Refusal | undefined)[] =>
    Array.from({ length: count }, (_, id) => {
      door.ledger.setUser(door.ledger.open(workers[id % 2]!, 0, id, `10.0.0.${id}`), who);
      return door.admission.onAuthenticated(who);
    });

  it('limits the connections of one user, by its own number before the common one; 0 is no limit', () => {
    expect(reasons(new Door({}), user(), 3)).toEqual([undefined, undefined, undefined]);
    expect(reasons(new Door({ maxConnectionsPerUser: 1 }), user(), 2)).toEqual([undefined, { reason: 'user_limit' }]);
    expect(reasons(new Door({ maxConnectionsPerUser: 1 }), user({ maxConnections: 2 }), 3).at(-2)).toBeUndefined();
    expect(reasons(new Door({ maxConnectionsPerUser: 1 }), user({ maxConnections: 0 }), 3).at(-1)).toBeUndefined();
  });

  it.each<[string[], number]>([
    [[], 5],
    [['*'], 5],
    [['A*'], 3],
    [['A*', 'AA*', 'AAPL'], 3],
    [['AAPL'], 1],
    [['AAPL', 'AAPL', 'NONE'], 2],
  ])('counts %j as %d symbols', (symbols, count) => {
    const feed = ['AAPL', 'AMD', 'AMZN', 'KO', 'V'];
    const { admission } = new Door({ maxSymbolsPerUser: count - 1 });
    expect(new Door({ maxSymbolsPerUser: count }).admission.onSubscribing(user(), symbols, feed)).toBeUndefined();
    if (count === 1) return;
    expect(admission.onSubscribing(user(), symbols, feed)).toEqual({
      reason: 'user_limit',
      message: `this subscription is for ${count} symbols; this user may have ${count - 1}`,
    });
    expect(admission.onSubscribing(user({ maxSymbols: 0 }), symbols, feed)).toBeUndefined();
  });
});
