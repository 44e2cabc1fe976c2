import { z } from 'zod';
import { asMapList } from './markers.ts';

/** Names that every kubelet takes for safe (kubelet/sysctl/safe_sysctls.go of Kubernetes 1.32 and newer). */
const SAFE = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
] as const;

/** Kernel settings of the pods' network. */
export const sysctls = asMapList(
  z
    .array(
      z.object({
        name: z.enum(SAFE).describe('Name of the setting.'),
        value: z
          .string()
          .min(1)
          .max(128)
          .regex(/^[-0-9, ]+$/)
          .describe('Value, as in /proc/sys.'),
      }),
    )
    .max(SAFE.length),
  ['name'],
)
  .default([])
  .describe(
    'Kernel settings of the pods, such as net.ipv4.tcp_wmem, which bounds what the kernel buffers for a slow client. ' +
      'Only those that every kubelet allows.',
  );
