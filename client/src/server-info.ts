import type { AckResponse } from '@tick-storm/protocol';
import type { ServerInfo } from './events.ts';

/** @param ack the server's answer to AUTH */
export function serverInfo(address: string, { metadata }: AckResponse): ServerInfo {
  return {
    address,
    instance: metadata['instance'],
    version: metadata['server_version'],
    features: (metadata['features'] ?? '').split(',').filter((feature) => feature !== ''),
  };
}
