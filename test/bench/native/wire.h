// The frames that a Tick-Storm client sends, and the fields of a DATA_BATCH that the bench looks at
// (docs/protocol.md).
#ifndef WIRE_H
#define WIRE_H

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

enum { HEADER_BYTES = 8, CHECKSUM_BYTES = 4, MAX_PAYLOAD_BYTES = 65536 };
enum { TYPE_AUTH = 1, TYPE_SUBSCRIBE = 2, TYPE_HEARTBEAT = 3, TYPE_DATA_BATCH = 4, TYPE_ERROR = 5, TYPE_ACK = 6 };

static inline uint32_t crc32c(const uint8_t *bytes, size_t length) {
  uint32_t crc = 0xffffffffu;
  for (size_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0x82f63b78u & (0u - (crc & 1)));
  }
  return ~crc;
}

// Completes a frame whose payload lies at `frame + HEADER_BYTES`; returns its length.
static inline size_t seal(uint8_t *frame, uint8_t type, size_t payload) {
  const uint8_t head[] = {0xf5, 0x7d, 1, type};
  uint32_t length = htonl((uint32_t)payload);
  memcpy(frame, head, 4);
  memcpy(frame + 4, &length, 4);
  uint32_t checksum = htonl(crc32c(frame, HEADER_BYTES + payload));
  memcpy(frame + HEADER_BYTES + payload, &checksum, 4);
  return HEADER_BYTES + payload + CHECKSUM_BYTES;
}

static inline size_t put_text(uint8_t *at, uint8_t tag, const char *text) {
  size_t length = strlen(text);
  at[0] = tag;
  at[1] = (uint8_t)length;
  memcpy(at + 2, text, length);
  return 2 + length;
}

static inline size_t put_varint(uint8_t *at, uint64_t value) {
  size_t length = 0;
  for (; value >= 0x80; value >>= 7) at[length++] = (uint8_t)(value | 0x80);
  at[length++] = (uint8_t)value;
  return length;
}

static inline size_t auth_frame(uint8_t *frame, const char *user, const char *password) {
  uint8_t *payload = frame + HEADER_BYTES;
  size_t at = put_text(payload, 0x0a, user);
  at += put_text(payload + at, 0x12, password);
  return seal(frame, TYPE_AUTH, at);
}

// `symbols` are comma-separated and are cut up.
static inline size_t subscribe_frame(uint8_t *frame, char *symbols) {
  uint8_t *payload = frame + HEADER_BYTES;
  size_t at = 0;
  payload[at++] = 0x08;
  payload[at++] = 1;
  for (char *symbol = strtok(symbols, ","); symbol; symbol = strtok(NULL, ",")) at += put_text(payload + at, 0x12, symbol);
  return seal(frame, TYPE_SUBSCRIBE, at);
}

static inline size_t heartbeat_frame(uint8_t *frame, uint64_t unix_ms) {
  frame[HEADER_BYTES] = 0x08;
  return seal(frame, TYPE_HEARTBEAT, 1 + put_varint(frame + HEADER_BYTES + 1, unix_ms));
}

typedef struct {
  uint64_t ticks, first_sequence, last_sequence, previous_sequence, omitted;
  int is_snapshot;
} Batch;

static inline uint64_t take_varint(const uint8_t **at, const uint8_t *end) {
  uint64_t value = 0;
  for (int shift = 0; *at < end && shift < 64; shift += 7) {
    uint8_t byte = *(*at)++;
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

// The timestamp (field 2) of an encoded Tick.
static inline uint64_t tick_time(const uint8_t *at, const uint8_t *end) {
  while (at < end) {
    uint64_t tag = take_varint(&at, end);
    if (tag == 0x10) return take_varint(&at, end);
    if ((tag & 7) == 0) take_varint(&at, end);
    else if ((tag & 7) == 1) at += 8;
    else if ((tag & 7) == 2) {
      uint64_t length = take_varint(&at, end);
      at += length;
    } else return 0;
  }
  return 0;
}

// `on_tick` is given the time of each tick, unix ms.
static inline Batch read_batch(const uint8_t *at, size_t bytes, uint64_t now, void (*on_tick)(uint64_t tick_ms, uint64_t now)) {
  Batch batch = {0};
  const uint8_t *end = at + bytes;
  uint64_t steps = 0, steps_given = 0;
  while (at < end) {
    uint64_t tag = take_varint(&at, end);
    if ((tag & 7) == 2) {
      uint64_t length = take_varint(&at, end);
      const uint8_t *field_end = at + length < end ? at + length : end;
      if (tag == 0x0a) {
        batch.ticks++;
        on_tick(tick_time(at, field_end), now);
      }
      for (const uint8_t *delta = at; tag == 0x3a && delta < field_end; steps_given++) steps += take_varint(&delta, field_end);
      at = field_end;
      continue;
    }
    if ((tag & 7) != 0) break;
    uint64_t value = take_varint(&at, end);
    if (tag == 0x20) batch.is_snapshot = value != 0;
    if (tag == 0x28) batch.first_sequence = value;
    if (tag == 0x40) batch.previous_sequence = value;
    if (tag == 0x48) batch.omitted = value;
  }
  batch.last_sequence = batch.first_sequence + (steps_given > 0 ? steps : batch.ticks > 0 ? batch.ticks - 1 : 0);
  return batch;
}

#endif
