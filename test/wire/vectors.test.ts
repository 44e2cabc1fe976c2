import { afterAll, afterEach, beforeAll, describe, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Conversation, serverSettings } from '../vectors/vector-shapes.ts';
import { closeAll, open } from './clients.ts';
import { play } from './conversation.ts';
import type { ServerProcess } from './server-process.ts';
import { startServer, TRANSPORTS } from './transport.ts';

interface ConversationFile {
  server: { settings: typeof serverSettings };
  vectors: Conversation[];
}

// The file as anybody reads it, not the definitions that it is made from.
const path = join(import.meta.dirname, '..', '..', 'protocol', 'vectors', 'conversations.json');
const file = JSON.parse(readFileSync(path, 'utf8')) as ConversationFile;

describe.each(TRANSPORTS)('conversations.json over %s', (transport) => {
  describe.each(Object.entries(file.server.settings))('%s server', (name, settings) => {
    let server: ServerProcess;
    beforeAll(async () => {
      server = await startServer(transport, {
        AUTH_TIMEOUT: `${settings.authTimeoutMs / 1_000}s`,
        SUBSCRIBE_TIMEOUT: `${settings.subscribeTimeoutMs / 1_000}s`,
        HEARTBEAT_INTERVAL_MS: String(settings.heartbeatTimeoutMs / 2),
        HEARTBEAT_TIMEOUT_MS: String(settings.heartbeatTimeoutMs),
      });
    });
    afterEach(closeAll);
    afterAll(() => server.stop());

    it.each(file.vectors.filter((vector) => vector.server === name).map((vector) => [vector.name, vector] as const))(
      '%s',
      async (_, conversation) => {
        const halfOpen = conversation.steps.some((step) => 'end' in step);
        await play(await open(server, halfOpen ? { allowHalfOpen: true } : {}), conversation);
      },
    );
  });
});
