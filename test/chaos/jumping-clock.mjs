// Loaded into an operator by `node --import`: its clocks go as the test that has started it says, by messages. No
// TypeScript, which would take memory that is measured.

/** @type {import('./clock-shift.ts').ClockShift} */
let shift = { wallMs: 0, monotonicMs: 0 };

const machineWall = Date.now.bind(Date);
const machineMonotonic = performance.now.bind(performance);
Date.now = () => machineWall() + shift.wallMs;
performance.now = () => machineMonotonic() + shift.monotonicMs;
// `new Date()` asks the machine, not Date.now.
globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [target.now()] : args, newTarget),
});

process.on('message', (next) => {
  shift = next;
  process.send('set');
});
// A program that has nothing left to do ends, as it would without a clock of its own.
process.channel.unref();
