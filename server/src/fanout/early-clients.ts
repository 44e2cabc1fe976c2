import type { Outlet } from './outlet.ts';
import type { Stream, Subscriber } from './stream.ts';

/** A client whose position the stream has not come to. */
export interface EarlyClient {
  stream: Stream;
  subscriber: Subscriber;
  /** It has everything up to here. */
  position: number;
}

/**
 * Clients that are ahead of this pod, because the pod that they come from had a faster clock. No flush is cut at
 * their positions: a thousand of them would make as many small flushes for everybody.
 */
export class EarlyClients {
  readonly #byOutlet: Map<Outlet, Map<number, EarlyClient>> = new Map();

  add(client: EarlyClient): void {
    const { outlet, connection } = client.subscriber;
    const ofOutlet = this.#byOutlet.get(outlet) ?? new Map<number, EarlyClient>();
    this.#byOutlet.set(outlet, ofOutlet.set(connection.id, client));
  }

  /** A connection is gone. */
  remove(outlet: Outlet, id: number): void {
    const ofOutlet = this.#byOutlet.get(outlet);
    if (ofOutlet?.delete(id) && ofOutlet.size === 0) this.#byOutlet.delete(outlet);
  }

  /** An outlet is gone with all its connections. */
  dropOutlet(outlet: Outlet): void {
    this.#byOutlet.delete(outlet);
  }

  /** Takes out those that the stream has come to or has passed. */
  takeDue(): EarlyClient[] {
    const due: EarlyClient[] = [];
    for (const ofOutlet of this.#byOutlet.values())
      for (const client of ofOutlet.values()) if (client.position <= client.stream.position) due.push(client);
    for (const { subscriber } of due) this.remove(subscriber.outlet, subscriber.connection.id);
    return due;
  }
}
