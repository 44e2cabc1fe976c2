import { earlyStop } from './supervisor/early-stop.ts';

// The first lines that run. Loading the rest takes some tenths of a second, in which the first process of a
// container would not even notice SIGTERM: the kernel drops signals without a handler for it. A worker leaves
// them to its supervisor.

if (process.env['TICK_STORM_WORKER'] === undefined) {
  const stop = (): void => {
    // Nobody is connected yet: there is nothing to drain.
    if (!earlyStop.isOver) process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} else {
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
}

await import('./main.ts');
