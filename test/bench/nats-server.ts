import { join } from 'node:path';
import { ensureBinary } from '../cluster/go-binary.ts';
import type { Report } from '../cluster/report.ts';

export const NATS_VERSION = 'v2.15.2';

/** The path of nats-server; built when the cache does not hold it. */
export async function ensureNatsServer(report: Report): Promise<string> {
  const folder = await ensureBinary(
    {
      title: `nats-server ${NATS_VERSION}`,
      names: ['nats-server'],
      coldBuild: 'about 1 minute',
      sources: [],
      linkerFlags: '-s -w',
      from: { module: `github.com/nats-io/nats-server/v2@${NATS_VERSION}` },
    },
    report,
  );
  return join(folder, 'nats-server');
}
