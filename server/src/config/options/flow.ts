import { MAX_FRAME_BYTES } from '@tick-storm/protocol';
import { integer, oneOf } from '../fields.ts';
import type { OptionTable } from '../option.ts';

/** Heartbeats, batches, and what may wait for a client. */
export const flowOptions = {
  HEARTBEAT_INTERVAL_MS: {
    default: '15000',
    value: integer(100, 3_600_000, 'milliseconds'),
    reload: 'hot',
    meaning: 'How often clients are to send HEARTBEAT. Only compared with the timeout.',
    tickStorm: '`server.heartbeatIntervalMs`',
  },
  HEARTBEAT_TIMEOUT_MS: {
    default: '20000',
    value: integer(100, 3_600_000, 'milliseconds'),
    reload: 'hot',
    meaning: 'A client that sends no frame for this long is closed.',
    tickStorm: '`server.heartbeatTimeoutMs`',
  },
  BATCH_WINDOW_MS: {
    default: '5',
    value: integer(1, 10_000, 'milliseconds'),
    reload: 'hot',
    meaning: 'Time over which ticks are gathered into one frame while the load is low.',
    tickStorm: '`server.batchWindowMs`',
  },
  MAX_BATCH_WINDOW_MS: {
    default: '250',
    value: integer(1, 10_000, 'milliseconds'),
    reload: 'hot',
    meaning: 'How far that time may be stretched under load; at least `BATCH_WINDOW_MS`.',
    tickStorm: '',
  },
  MAX_BATCH_SIZE: {
    default: '100',
    value: integer(1, 1_000, 'ticks'),
    reload: 'hot',
    meaning: 'Most ticks in one frame; the frames of a flush leave together, in one write of up to 64 KiB.',
    tickStorm: '`server.maxBatchSize`',
  },
  TCP_READ_BUFFER_SIZE: {
    default: '65536',
    value: integer(1_024, 67_108_864, 'bytes'),
    reload: 'restart',
    meaning: 'Receive buffer of a client socket (SO_RCVBUF).',
    tickStorm: '`server.tcpReadBufferSize`',
  },
  TCP_WRITE_BUFFER_SIZE: {
    default: '65536',
    value: integer(1_024, 67_108_864, 'bytes'),
    reload: 'restart',
    meaning: 'Send buffer of a client socket (SO_SNDBUF).',
    tickStorm: '`server.tcpWriteBufferSize`',
  },
  WRITE_DEADLINE_MS: {
    default: '5000',
    value: integer(100, 600_000, 'milliseconds'),
    reload: 'hot',
    meaning: 'A client that takes nothing of what waits for it for this long is closed.',
    tickStorm: '`server.writeDeadlineMs`',
  },
  MAX_WRITE_QUEUE_SIZE: {
    default: '1000',
    value: integer(1, 1_000_000, 'frames'),
    reload: 'hot',
    meaning: 'Frames that may wait for one client before `SLOW_CONSUMER_POLICY` applies.',
    tickStorm: '`server.maxWriteQueueSize`',
  },
  MAX_WRITE_QUEUE_BYTES: {
    default: '1048576',
    value: integer(MAX_FRAME_BYTES, 1_073_741_824, 'bytes'),
    reload: 'hot',
    meaning: 'Bytes that may wait for one client before `SLOW_CONSUMER_POLICY` applies.',
    tickStorm: '`server.maxWriteQueueBytes`',
  },
  MAX_WRITE_QUEUE_AGE_MS: {
    default: '10000',
    value: integer(100, 600_000, 'milliseconds'),
    reload: 'hot',
    meaning:
      'Time that a frame may wait for one client, or the whole stream be late, before `SLOW_CONSUMER_POLICY` applies.',
    tickStorm: '`server.maxWriteQueueAgeMs`',
  },
  SLOW_CONSUMER_POLICY: {
    default: 'close',
    value: oneOf('close', 'conflate', 'drop'),
    reload: 'hot',
    meaning:
      'What happens to a client that reads too slowly: it is closed, gets only the latest tick of each symbol, or loses the oldest batches.',
    tickStorm: '`server.slowConsumerPolicy`',
  },
} as const satisfies OptionTable;
