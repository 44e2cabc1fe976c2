import { clientsOf, shareOf, type CountedPod } from './shedding.ts';

/** Clients that came to the pods with room, and those that chance would have brought there. */
interface Count {
  readonly asked: number;
  readonly arrived: number;
  readonly expected: number;
  /** Of what is expected. */
  readonly variance: number;
}

const NOTHING: Count = { asked: 0, arrived: 0, expected: 0, variance: 0 };

/**
 * What has come of clients that were asked to connect elsewhere: a load balancer that spreads them brings to the pods
 * with room as large a part of them as those are of all pods. One that does not is found out as soon as so many were
 * asked that chance cannot have done it.
 */
export class ArrivalTrial {
  readonly #count: Count;

  constructor(count: Count = NOTHING) {
    this.#count = count;
  }

  /** Adds a round in which so many were asked. The trial stays as it is where other pods are there since. */
  with(before: readonly CountedPod[], asked: number, after: readonly CountedPod[]): ArrivalTrial {
    const share = shareOf(before);
    const roomy = before.filter(({ connections }) => connections <= share);
    const now = after.filter(({ uid }) => roomy.some((pod) => pod.uid === uid));
    if (now.length !== roomy.length || after.length !== before.length) return this;
    const chance = roomy.length / before.length;
    // Where clients leave or come at the same time, they do so everywhere.
    const unmoved = (clientsOf(roomy) * clientsOf(after)) / Math.max(clientsOf(before), 1);
    return new ArrivalTrial({
      asked: this.#count.asked + asked,
      arrived: this.#count.arrived + clientsOf(now) - unmoved,
      expected: this.#count.expected + asked * chance,
      variance: this.#count.variance + asked * chance * (1 - chance),
    });
  }

  /** Fewest arrivals that chance leaves: three standard deviations fewer than it brings. */
  get #fewest(): number {
    return this.#count.expected - 3 * Math.sqrt(this.#count.variance);
  }

  /** Whether so many were asked that the trial tells something. */
  get isOver(): boolean {
    return this.#fewest >= 1;
  }

  /** Why clients do not go where there is room; undefined when they do, or nothing can be told yet. */
  get problem(): string | undefined {
    const { asked, arrived, expected } = this.#count;
    if (!this.isOver || arrived >= this.#fewest) return undefined;
    const came = Math.max(Math.round(arrived), 0);
    return `Of ${asked} clients that were asked to move ${came} came to the pods with room, by chance ${Math.round(expected)} would have`;
  }
}
