// Loaded into the server before its own code: writes down when each flush of the stream SECOND began, a line
// "first stream_sequence, ns of CLOCK_MONOTONIC" each.
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';

const path = process.env['FLUSH_TRACE'];
// A run may be over before the first flush: the file is there all the same.
if (path !== undefined) appendFileSync(path, '');
let lines = '';
subscribe('tick-storm:flush', ({ mode, sequence, monotonicMs }) => {
  if (mode === 1) lines += `${sequence} ${Math.round(monotonicMs * 1e6)}\n`;
});
setInterval(() => {
  if (lines === '' || path === undefined) return;
  appendFileSync(path, lines);
  lines = '';
}, 100).unref();
