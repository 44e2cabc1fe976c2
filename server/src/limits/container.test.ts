import { describe, expect, it } from '@jest/globals';
import { Container } from './container.ts';

const GIB = 1_073_741_824;

function containerOf(files: Readonly<Record<string, string>>): Container {
  return new Container((path) => files[path]);
}

describe('Container on v2', () => {
  const stat = 'anon 900000000\nfile 200000000\nsock 50000000\ninactive_file 100000000\n';

  it('sees the limits of its own group as the root, and its working set with sockets', () => {
    const container = containerOf({
      '/proc/self/cgroup': '0::/\n',
      '/sys/fs/cgroup/cgroup.controllers': 'cpu memory\n',
      '/sys/fs/cgroup/memory.max': `${2 * GIB}\n`,
      '/sys/fs/cgroup/memory.current': '1200000000\n',
      '/sys/fs/cgroup/memory.stat': stat,
      '/sys/fs/cgroup/cpu.max': '200000 100000\n',
    });
    expect([container.version, container.memoryLimit, container.cpus]).toEqual([2, 2 * GIB, 2]);
    expect(container.readMemory()).toEqual({ workingSet: 1_100_000_000, sockets: 50_000_000 });
  });

  it('takes the tightest limit on the way up, and reads usage where that is', () => {
    const container = containerOf({
      '/proc/self/cgroup': '0::/pod/container\n',
      '/sys/fs/cgroup/cgroup.controllers': 'cpu memory\n',
      '/sys/fs/cgroup/pod/container/memory.max': 'max\n',
      '/sys/fs/cgroup/pod/memory.max': `${GIB}\n`,
      '/sys/fs/cgroup/pod/memory.current': '5000\n',
      '/sys/fs/cgroup/pod/memory.stat': 'inactive_file 6000\n',
      '/sys/fs/cgroup/pod/container/cpu.max': '50000 100000\n',
      '/sys/fs/cgroup/pod/cpu.max': 'max 100000\n',
    });
    expect([container.memoryLimit, container.cpus]).toEqual([GIB, 0.5]);
    expect(container.readMemory()).toEqual({ workingSet: 0, sockets: 'unknown' });
  });
});

describe('Container on v1', () => {
  it('reads each controller, falls back to the mount when the path is the host’s, and does not know sockets', () => {
    const container = containerOf({
      '/proc/self/cgroup': '4:memory:/kubepods/pod1/c1\n2:cpu,cpuacct:/kubepods/pod1/c1\n0::/\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': `${2 * GIB}\n`,
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': '3000\n',
      '/sys/fs/cgroup/memory/memory.stat': 'inactive_file 1\ntotal_inactive_file 1000\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '150000\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    });
    expect([container.version, container.memoryLimit, container.cpus]).toEqual([1, 2 * GIB, 1.5]);
    expect(container.readMemory()).toEqual({ workingSet: 2_000, sockets: 'unknown' });
  });

  it('is without limits on a bare machine', () => {
    const container = containerOf({
      '/proc/self/cgroup': '4:memory:/\n2:cpu:/\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    });
    expect([container.memoryLimit, container.cpus, container.readMemory()]).toEqual([Infinity, Infinity, undefined]);
  });

  it('is without limits where there are no control groups', () => {
    const container = containerOf({});
    expect([container.memoryLimit, container.cpus]).toEqual([Infinity, Infinity]);
  });
});
