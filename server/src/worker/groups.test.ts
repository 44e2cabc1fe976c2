import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { NO_DESCRIPTOR } from './direct-send.ts';
import { Groups } from './groups.ts';
import type { Member } from './members.ts';
import { sendOneByOne } from './send-batch.ts';
import type { SharedFrames } from './shared-frames.ts';
import { framesOf } from './stream-fixture.ts';
import { WorkerStats } from './worker-stats.ts';

const GROUP = 7;
const [first = Buffer.alloc(0), frame = Buffer.alloc(0)] = framesOf(['ab', 'cd']);
const nothing = Buffer.alloc(0);

/** A connection that notes what it is given, and what the kernel is given past it. */
class FakeMember implements Member {
  group = -1;
  groupIndex = -1;
  awaitsEpoch = false;
  isBehind = false;
  /** What was given to itself, and the rest of what the kernel did not take. */
  readonly asked: Buffer[] = [];
  readonly rests: number[] = [];
  /** What was counted when it left its group. */
  directFrames = 0;
  readonly descriptor: number;
  onLive: () => void = () => {};
  onRest: () => void = () => {};

  constructor(descriptor: number) {
    this.descriptor = descriptor;
  }

  get directDescriptor(): number {
    return this.isBehind || this.awaitsEpoch ? NO_DESCRIPTOR : this.descriptor;
  }

  sendLive({ bytes }: SharedFrames): void {
    this.asked.push(bytes);
    this.onLive();
  }

  sendRest(_frames: SharedFrames, taken: number): void {
    this.rests.push(taken);
    this.onRest();
  }

  countDirect(frames: number): void {
    this.directFrames += frames;
  }
}

/** Groups over a kernel that takes everything, or of some descriptors less. */
class Fixture {
  readonly stats = new WorkerStats();
  /** Descriptors in the order in which they were sent to. */
  sent: number[] = [];

  get sortedSent(): number[] {
    return this.sent.toSorted((a, b) => a - b);
  }

  readonly takes: Map<number, number> = new Map();
  /** How often it was told that the first one has its batch. */
  firsts = 0;
  readonly groups: Groups<FakeMember> = new Groups(
    this.stats,
    sendOneByOne((descriptor, bytes) => {
      this.sent.push(descriptor);
      return this.takes.get(descriptor) ?? bytes.length;
    }),
  );

  join(...members: FakeMember[]): void {
    for (const member of members) this.groups.add(GROUP, 1, member);
  }

  fanOut(frameWithEpoch: Buffer = nothing): number {
    this.sent = [];
    const packet = { kind: 'batch', group: GROUP, flushedMs: 0, frame, frameWithEpoch } as const;
    return this.groups.fanOut(packet, () => this.firsts++);
  }
}

function members(count: number): FakeMember[] {
  return Array.from({ length: count }, (_, index) => new FakeMember(100 + index));
}

describe('Groups', () => {
  it('gives a batch to the kernel for each member that keeps up, and counts it', () => {
    const fixture = new Fixture();
    const all = members(3);
    fixture.join(...all);
    expect(fixture.fanOut()).toBe(3);
    expect(fixture.sortedSent).toEqual([100, 101, 102]);
    expect(all.flatMap(({ asked }) => asked)).toEqual([]);
    expect(fixture.stats.sentByType()).toEqual([['DATA_BATCH', 3]]);
    expect(fixture.stats.bytesSent).toBe(3 * frame.length);
    expect(all.map((each) => fixture.groups.directOf(each))).toEqual(
      all.map(() => ({ frames: 1, bytes: frame.length })),
    );
  });

  it('begins a little later in the list each time, so that nobody is among the last for ever', () => {
    const fixture = new Fixture();
    fixture.join(...members(512));
    const firsts = Array.from({ length: 257 }, () => (fixture.fanOut(), fixture.sent[0]));
    expect(firsts).toEqual([...Array.from({ length: 255 }, (_, step) => 102 + 2 * step), 100, 102]);
  });

  it('gives everybody theirs when what one does not take closes it', () => {
    const fixture = new Fixture();
    const all = members(5);
    const [closed, , , , last] = all;
    closed!.onRest = () => fixture.groups.remove(closed!);
    fixture.join(...all);
    fixture.takes.set(closed!.descriptor, 0);
    fixture.takes.set(last!.descriptor, 3);
    expect(fixture.fanOut()).toBe(5);
    expect(fixture.sortedSent).toEqual([100, 101, 102, 103, 104]);
    expect(all.map(({ rests }) => rests)).toEqual([[0], [], [], [], [3]]);
    expect(all.slice(1, 4).map((each) => fixture.groups.directOf(each).frames)).toEqual([1, 1, 1]);
  });

  it('asks those for whom something waits themselves, after all others', () => {
    const fixture = new Fixture();
    const one = new FakeMember(100);
    const slow = new FakeMember(101);
    const other = new FakeMember(102);
    slow.isBehind = true;
    slow.onLive = () => expect(fixture.sortedSent).toEqual([100, 102]);
    fixture.join(one, slow, other);
    expect(fixture.fanOut()).toBe(3);
    expect(slow.asked).toEqual([frame]);
  });

  it.each([true, false])('tells once when the first one has its batch, also when it keeps up: %s', (keepsUp) => {
    const fixture = new Fixture();
    const all = members(3);
    for (const member of all) member.isBehind = !keepsUp;
    fixture.join(...all);
    fixture.fanOut();
    expect(fixture.firsts).toBe(1);
  });

  it('stops to send past a member when something waits for it, and goes on when nothing does', () => {
    const fixture = new Fixture();
    const member = new FakeMember(100);
    fixture.join(member);
    member.isBehind = true;
    fixture.groups.stopDirect(member);
    fixture.fanOut();
    expect(fixture.sent).toEqual([]);
    member.isBehind = false;
    fixture.fanOut();
    expect(fixture.sent).toEqual([]);
    fixture.fanOut();
    expect(fixture.sent).toEqual([100]);
    expect(member.asked).toHaveLength(2);
  });

  it.each([5, 0, -1])('leaves to the member what the kernel does not take (%i)', (taken) => {
    const fixture = new Fixture();
    const member = new FakeMember(100);
    const other = new FakeMember(101);
    fixture.takes.set(100, taken);
    fixture.join(member, other);
    fixture.fanOut();
    expect(member.rests).toEqual([Math.max(0, taken)]);
    expect(fixture.groups.directOf(member).frames).toBe(0);
    expect(fixture.groups.directOf(other).frames).toBe(1);
    member.isBehind = true;
    fixture.fanOut();
    expect(fixture.sent).toEqual([101]);
    expect(member.asked).toEqual([frame]);
  });

  it('gives the epoch with the first batch to those that await it, and only then', () => {
    const fixture = new Fixture();
    const member = new FakeMember(100);
    const other = new FakeMember(101);
    member.awaitsEpoch = true;
    fixture.join(member, other);
    fixture.fanOut(first);
    expect(member.asked).toEqual([first]);
    expect(member.awaitsEpoch).toBe(false);
    fixture.fanOut(first);
    expect(member.asked).toEqual([first]);
    expect(fixture.sortedSent).toEqual([100, 101]);
  });

  it('sends nothing to the descriptor of a member that has left', () => {
    const fixture = new Fixture();
    const member = new FakeMember(100);
    const other = new FakeMember(101);
    fixture.join(member, other);
    expect(fixture.groups.remove(member)).toBe(1);
    expect(fixture.fanOut()).toBe(1);
    expect(fixture.sent).toEqual([101]);
    expect(fixture.groups.remove(member)).toBeUndefined();
    expect(fixture.groups.remove(other)).toBe(1);
    expect(fixture.fanOut()).toBe(0);
  });

  it('lets a member leave while it is asked', () => {
    const fixture = new Fixture();
    const all = members(3);
    for (const member of all) {
      member.isBehind = true;
      member.onLive = (): void => void fixture.groups.remove(member);
    }
    fixture.join(...all);
    expect(fixture.fanOut()).toBe(3);
    expect(all.map(({ asked }) => asked.length)).toEqual([1, 1, 1]);
    expect(fixture.fanOut()).toBe(0);
  });

  it('reaches every member once with each batch, whoever comes, leaves, falls behind and catches up', () => {
    const step = fc.record({
      what: fc.constantFrom('join', 'leave', 'behind', 'clear', 'fanOut'),
      whom: fc.nat(39),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const fixture = new Fixture();
        const all = members(40);
        const expected = all.map(() => 0);
        for (const { what, whom } of steps) {
          const member = all[whom]!;
          const isMember = member.group === GROUP;
          if (what === 'join' && !isMember) fixture.join(member);
          if (what === 'leave' && isMember) fixture.groups.remove(member);
          if (what === 'behind') {
            member.isBehind = true;
            fixture.groups.stopDirect(member);
          }
          if (what === 'clear') member.isBehind = false;
          if (what !== 'fanOut') continue;
          fixture.fanOut();
          expect(fixture.sent.every((descriptor) => !all[descriptor - 100]!.isBehind)).toBe(true);
          for (const [index, { group }] of all.entries()) if (group === GROUP) expected[index] = expected[index]! + 1;
        }
        const got = all.map((each) => each.asked.length + each.directFrames + fixture.groups.directOf(each).frames);
        expect(got).toEqual(expected);
      }),
    );
  });
});
