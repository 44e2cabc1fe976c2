import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { log } from './component.ts';
import { waitFor } from './wait.ts';

/** What the first program in a set of namespaces does before anything else; returns the parsed specification. */
export async function startAgent<T>(addressOf: (spec: T) => string): Promise<T> {
  const [file, owned] = process.argv.slice(2);
  if (owned === '--owned') endWithOwner();
  const spec = JSON.parse(readFileSync(file!, 'utf8')) as T;
  // Files that programs put there are seen inside only, and go with the namespace.
  for (const folder of ['/run', '/var/lib/cni', '/var/log/containers']) {
    execFileSync('mkdir', ['-p', folder]);
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]);
  }
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
  const address = addressOf(spec);
  await waitFor(() => hasAddress(address), { what: `the address ${address}`, timeoutMs: 30_000, intervalMs: 20 });
  log(`network is there: ${address}`);
  return spec;
}

function endWithOwner(): void {
  process.stdin.on('end', () => process.exit(0));
  process.stdin.on('error', () => process.exit(0));
  process.stdin.resume();
}

function hasAddress(address: string): boolean {
  return Object.values(networkInterfaces()).some((list) => list!.some((entry) => entry.address === address));
}
