import type { AckResponse, DataBatch, ErrorResponse, GoAway } from '@tick-storm/protocol';
import { formatAddress } from './address.ts';
import { backoffDelayMs } from './backoff.ts';
import { Connection } from './connection.ts';
import type { TickStormError } from './errors.ts';
import type { ClientState, GoAwayNotice, ServerInfo } from './events.ts';
import type { Entry, Intake } from './intake.ts';
import { leaveDelayMs } from './leave-delay.ts';
import type { ClientSettings } from './options.ts';
import { ReconnectPolicy } from './reconnect-policy.ts';
import { serverInfo } from './server-info.ts';
import type { Transport } from './transport.ts';

/** What the keeper needs of its client. */
export interface KeeperHost {
  /** The client's subscription, once it has one. */
  intake(): Intake | undefined;
  onState(state: ClientState, address: string, more?: { delayMs?: number; error?: TickStormError }): void;
  /** A server let the client in and is the one that serves it. */
  onServer(server: ServerInfo): void;
  onGoAway(notice: GoAwayNotice): void;
  onError(error: TickStormError): void;
  /** There will be no other connection. */
  onGiveUp(error: TickStormError): void;
}

/** A connection and how far it has come. */
interface Link {
  connection: Connection;
  server?: ServerInfo;
  entry?: Entry;
  ack?: AckResponse;
  wasDeclined: boolean;
  /** It was subscribed when nothing had come yet that it could go on behind. */
  beginsAnew: boolean;
  /** The server is leaving already. */
  notice?: GoAway;
}

/** A new server that has confirmed the subscription but has no tick to send may take over after this. */
const QUIET_MS = 1_000;

/**
 * Keeps one connection up: after a loss it makes another one. When the server says GOAWAY it makes the other one
 * first:
 *
 *   serving   =====GOAWAY============================|  closed
 *   next                    connect, resume, 1st batch====== serving
 *
 * The batches of `next` are taken from its first one on and those of the other no more, so there is one stream at
 * any time; what `next` repeats is known by its sequence. As long as there is no `next` the other one goes on.
 */
export class ConnectionKeeper {
  readonly #settings: ClientSettings;
  readonly #transport: Transport;
  readonly #random: () => number;
  readonly #host: KeeperHost;
  readonly #policy: ReconnectPolicy;
  /** The connection whose batches count. */
  #serving: Link | undefined;
  /** The connection that is being made. */
  #next: Link | undefined;
  #addressIndex: number;
  /** The pause before the next attempt. */
  #timer: NodeJS.Timeout | undefined;
  #quietTimer: NodeJS.Timeout | undefined;
  /** Failed attempts since GOAWAY. */
  #moves = 0;
  #awaitsRoom = false;
  #isClosed = false;

  /** @param random numbers in [0, 1) for jitter and the first address */
  constructor(settings: ClientSettings, transport: Transport, random: () => number, host: KeeperHost) {
    this.#settings = settings;
    this.#transport = transport;
    this.#random = random;
    this.#host = host;
    this.#policy = new ReconnectPolicy(settings, random);
    this.#addressIndex = Math.floor(random() * settings.addresses.length);
  }

  /** The server of the connection that serves; undefined while there is none. */
  get server(): ServerInfo | undefined {
    return this.#serving?.server;
  }

  /** Makes the first connection. */
  start(): void {
    this.#dial();
  }

  /** The client has a subscription now. */
  subscribe(): void {
    for (const link of [this.#serving, this.#next]) if (link?.server && !link.entry) this.#subscribe(link);
  }

  /** The consumer has made room for batches. */
  resume(): void {
    if (this.#awaitsRoom) return this.#dial();
    // The next one first: it may take over, and the other one need not be read any more.
    this.#next?.connection.resume();
    this.#serving?.connection.resume();
  }

  /** Resolves when everything is closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#awaitsRoom = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#quietTimer);
    const links = [this.#serving, this.#next].filter((link) => link !== undefined);
    this.#serving = undefined;
    this.#next = undefined;
    await Promise.all(links.map((link) => link.connection.close()));
  }

  #dial(): void {
    this.#awaitsRoom = this.#serving === undefined && this.#host.intake()?.hasRoom === false;
    // Resuming now would fill the next socket's buffers just to be closed as slow once more.
    if (this.#awaitsRoom) return;
    const { addresses } = this.#settings;
    const address = addresses[this.#addressIndex % addresses.length]!;
    this.#addressIndex += 1;
    if (!this.#serving) this.#host.onState('connecting', formatAddress(address));
    if (this.#isClosed) return;
    const connection = new Connection(address, this.#settings, this.#transport, {
      onAuthenticated: (ack) => this.#authenticated(link, ack),
      onSubscribed: (ack) => this.#subscribed(link, ack),
      onDeclined: (error) => this.#declined(link, error),
      onBatch: (batch) => this.#take(link, batch),
      onGoAway: (notice) => this.#goAway(link, notice),
      onEnd: (error) => this.#ended(link, error),
      canTakeBatch: () => this.#host.intake()?.hasRoom ?? true,
    });
    const link: Link = { connection, wasDeclined: false, beginsAnew: false };
    this.#next = link;
  }

  #authenticated(link: Link, ack: AckResponse): void {
    this.#policy.authenticated(performance.now());
    link.server = serverInfo(link.connection.address, ack);
    if (this.#host.intake()) this.#subscribe(link);
    if (!this.#serving || !link.entry) this.#takeOver(link);
  }

  #subscribe(link: Link): void {
    const intake = this.#host.intake()!;
    link.beginsAnew = !intake.canContinue;
    link.entry = intake.entry(link.server!.features.includes('resume'));
    link.connection.subscribe(link.entry.request);
  }

  #subscribed(link: Link, ack: AckResponse): void {
    link.ack = ack;
    if (link === this.#serving) return this.#begin(link);
    this.#quietTimer = setTimeout(() => this.#takeOver(link), QUIET_MS);
  }

  #declined(link: Link, error: ErrorResponse): void {
    const entry = link.wasDeclined ? undefined : this.#host.intake()!.entryAfterDecline(error);
    if (!entry) return link.connection.giveUp(error);
    link.wasDeclined = true;
    link.entry = entry;
    link.connection.subscribe(entry.request);
  }

  #take(link: Link, batch: DataBatch): void {
    if (link === this.#next) this.#takeOver(link);
    if (link !== this.#serving) return;
    this.#host.intake()?.take(batch);
    if (this.#isClosed || !this.#host.intake()?.canContinue) return;
    if (this.#next?.beginsAnew) this.#restart(this.#next);
  }

  /** What the next server was to begin anew has meanwhile begun here: one is needed that goes on behind it. */
  #restart(next: Link): void {
    this.#next = undefined;
    clearTimeout(this.#quietTimer);
    void next.connection.close();
    // The same address again: the one after it may be that of the server that leaves.
    this.#addressIndex -= 1;
    this.#dial();
  }

  #takeOver(link: Link): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#quietTimer);
    const left = this.#serving;
    this.#serving = link;
    this.#next = undefined;
    this.#moves = 0;
    void left?.connection.close();
    this.#host.onServer(link.server!);
    if (link.ack) this.#begin(link);
    else this.#host.onState('ready', link.connection.address);
    if (link.notice && !this.#isClosed) this.#goAway(link, link.notice);
  }

  #begin(link: Link): void {
    this.#host.onState('subscribed', link.connection.address);
    if (!this.#isClosed) this.#host.intake()!.begin(link.entry!, link.ack!);
  }

  #goAway(link: Link, notice: GoAway): void {
    link.notice = notice;
    if (link !== this.#serving) return;
    const { reason, reconnectWithinMs, deadlineMs } = notice;
    this.#host.onGoAway({ reason, reconnectWithinMs, deadlineMs });
    if (this.#isClosed || this.#next) return;
    this.#schedule(leaveDelayMs(reconnectWithinMs, this.#random()));
  }

  #ended(link: Link, error: TickStormError): void {
    if (link === this.#serving) {
      this.#serving = undefined;
      if (this.#next && error.isRetryable) return this.#lostWhileMoving(this.#next, error);
    } else {
      clearTimeout(this.#quietTimer);
      this.#next = undefined;
      if (this.#serving) return this.#moveFailed(error);
    }
    this.#lost(error);
  }

  /** The attempt that was to take over becomes the one that everything waits for. */
  #lostWhileMoving(next: Link, error: TickStormError): void {
    this.#host.onError(error);
    if (this.#isClosed) return;
    if (next.server) this.#takeOver(next);
    else this.#host.onState('connecting', next.connection.address);
  }

  /** The other server still serves: there is no hurry, and nothing is lost yet. */
  #moveFailed(error: TickStormError): void {
    this.#host.onError(error);
    const { reconnect } = this.#settings;
    if (this.#isClosed || !reconnect || !error.isRetryable) return;
    this.#schedule(backoffDelayMs(this.#moves, reconnect, this.#random()));
    this.#moves += 1;
  }

  #lost(error: TickStormError): void {
    clearTimeout(this.#timer);
    const delayMs = this.#policy.afterFailure(error, performance.now());
    this.#host.onError(error);
    if (this.#isClosed) return;
    if (delayMs === undefined) return this.#host.onGiveUp(error);
    this.#host.onState('waiting', error.address ?? '', { delayMs, error });
    if (!this.#isClosed) this.#schedule(delayMs);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#dial(), delayMs);
  }
}
