// A process of the ledger's clients: it does what its parent asks for, one request after the other.
import type { FleetAnswer, FleetRequest } from './fleet-message.ts';
import { LocalFleet } from './local-fleet.ts';

const fleet = new LocalFleet();

const answers: { [K in FleetRequest['kind']]: (request: Extract<FleetRequest, { kind: K }>) => Promise<FleetAnswer> } =
  {
    open: async ({ clients }) => {
      await fleet.open(clients);
      return { kind: 'done' };
    },
    highest: async () => ({ kind: 'highest', sequence: await fleet.highest() }),
    settle: async ({ sequence, withinMs }) => ({ kind: 'settled', late: await fleet.settle(sequence, withinMs) }),
    window: async () => ({ kind: 'window', ...(await fleet.window()) }),
  };

async function reply(request: FleetRequest): Promise<void> {
  // The table has an answer for each kind of request, and this one's is under its own kind.
  const answer = answers[request.kind] as (request: FleetRequest) => Promise<FleetAnswer>;
  const message = await answer(request).catch((error: unknown): FleetAnswer => ({
    kind: 'failed',
    message: error instanceof Error ? error.message : String(error),
  }));
  process.send?.(message);
}

let before = Promise.resolve();
process.on('message', (request: FleetRequest) => {
  before = before.then(() => reply(request));
});
// The parent has ended: nobody asks any more.
process.on('disconnect', () => process.exit(0));
