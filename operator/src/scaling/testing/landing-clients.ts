import { parseTickStorm } from '../../api/v1alpha1/tick-storm.ts';
import { podView } from '../pod-view.ts';
import { Rebalancer } from '../rebalancer.ts';
import { Chance } from './chance.ts';
import { FakePods } from './fake-pods.ts';

/** How often the operator counts. */
const COUNTED_EVERY_MS = 15_000;

interface Client {
  moves: number;
}

export interface LandingOptions {
  readonly seed: number;
  /** Clients of each pod at first. */
  readonly clients: readonly number[];
  readonly drainSeconds: number;
  /** Where a client may come to that connects; to any pod unless given. */
  readonly landing?: (pods: number) => number;
}

/** Clients of the pods of a TickStorm that come to a pod by chance, as through a Service, when they are asked to move. */
export class LandingClients {
  /** Moves that were asked for. */
  moves = 0;
  /** Most moves that were asked for from one count to the next. */
  mostMovesAtOnce = 0;
  /** Events, as reason and note. */
  readonly told: string[] = [];
  readonly #pods: Client[][];
  readonly #chance: Chance;
  readonly #landing: (pods: number) => number;
  readonly #rebalancer: Rebalancer;
  #nowMs = 0;
  /** Clients that are to leave, with what is left of one. */
  #due = 0;

  constructor({ seed, clients, drainSeconds, landing }: LandingOptions) {
    const parsed = parseTickStorm({
      metadata: { name: 'demo', namespace: 'n', uid: 'u' },
      spec: { server: { drainSeconds } },
    });
    if (!parsed.ok) throw new Error(parsed.problem);
    this.#chance = new Chance(seed);
    this.#landing = landing ?? ((pods) => this.#chance.below(pods));
    this.#pods = clients.map((count) => Array.from({ length: count }, () => ({ moves: 0 })));
    const fake = new FakePods();
    clients.forEach((count, index) => fake.add(`${index}`, count));
    const pods = fake.cache.byIndex('instance', 'n/demo').map(podView);
    this.#rebalancer = new Rebalancer({
      admin: { rebalance: async ({ address }, wanted) => this.#move(this.#pods[Number(address)]!, wanted) },
      settled: async () => ({ tickStorm: parsed.value, token: 'token', pods }),
      tell: (_, { reason, note }) => this.told.push(`${reason}: ${note}`),
      now: () => this.#nowMs,
    });
  }

  get counts(): number[] {
    return this.#pods.map(({ length }) => length);
  }

  get total(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** Most clients of a pod less the fewest of one. */
  get range(): number {
    return Math.max(...this.counts) - Math.min(...this.counts);
  }

  /** Most moves that one client was asked for. */
  get mostMovesOfOne(): number {
    return Math.max(...this.#pods.flatMap((pod) => pod.map(({ moves }) => moves)));
  }

  /** Lets time pass. @param churn part of the clients that leave in a second, each followed by a new one */
  async pass(seconds: number, churn = 0): Promise<void> {
    const untilMs = this.#nowMs + seconds * 1_000;
    while (this.#nowMs < untilMs) {
      const before = this.moves;
      const observed = this.counts.map((connections, index) => ({
        uid: `${index}`,
        connections,
        errors: { closes: {}, breaches: [] },
      }));
      await this.#rebalancer.consider('n/demo', observed);
      this.mostMovesAtOnce = Math.max(this.mostMovesAtOnce, this.moves - before);
      this.#nowMs += COUNTED_EVERY_MS;
      if (churn > 0) this.#comeAndGo((churn * COUNTED_EVERY_MS) / 1_000);
    }
  }

  /** Who has been there for the longest goes first, as from a server. */
  #move(pod: Client[], wanted: number): void {
    for (const client of pod.splice(0, wanted)) {
      client.moves++;
      this.moves++;
      this.#pods[this.#landing(this.#pods.length)]!.push(client);
    }
  }

  #comeAndGo(part: number): void {
    this.#due += part * this.total;
    for (; this.#due >= 1; this.#due--) {
      let index = this.#chance.below(this.total);
      const from = this.#pods.find((pod) => index < pod.length || ((index -= pod.length), false));
      from?.splice(index, 1);
      this.#pods[this.#chance.below(this.#pods.length)]!.push({ moves: 0 });
    }
  }
}
