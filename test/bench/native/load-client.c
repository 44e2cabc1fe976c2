// The load of every contender: `connections` subscribers in one thread around epoll. Talks Tick-Storm, NATS, or
// nothing but one word (the floor), counts what it gets and measures how old it is.
//
// With tls=1 every connection is TLS 1.3, with tls=resumed those after the first resume its session.
//
// It connects, authenticates and subscribes, `in_flight` at once, prints {"event":"ready"}, waits for a line on
// standard input, receives for `warm_up_ms`, prints {"event":"measuring"}, receives for `measure_ms`, prints
// {"event":"result"} and ends. With hold=1 it then keeps the connections until standard input ends.
//
// The first `stalled` connections cease to read after the warm-up. What the others saw before is measured by itself: for
// `calm_ms`, the latency "calm" of the result. `measure_ms` begin `stall_ms` after that, when the buffers between the server
// and those who do not read are full.
//
// Latency: of the floor and NATS from the moment of the flush or publication in the payload; of Tick-Storm from the
// moment of the flush that the server traces (lines "stream_sequence ns" in the file `trace`), joined at the end for
// `sampled` connections, spread evenly over all; `feed` is the age of each tick at its receipt, by its own timestamp.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arguments.h"
#include "histogram.h"
#include "tls.h"
#include "wire.h"

enum { MAX_EVENTS = 1024, READ_BYTES = 1 << 20, NATS_LINE_BYTES = 512 };
// As clients of the protocol do by default; a server closes who is silent for 20 s.
enum { HEARTBEAT_EVERY_MS = 15000 };
// The next flush may be as far as the longest interval of a scenario, 10 s.
enum { TRACE_POLL_MS = 50, TRACE_WAIT_MS = 15000 };
enum { TICK, NATS, FLOOR };
typedef enum { CONNECTING, SHAKING_HANDS, AUTHENTICATING, SUBSCRIBING, READY, CLOSED } State;

typedef struct {
  int fd;
  SSL *tls; // NULL without TLS.
  uint8_t state, is_sampled, is_stalled, has_spoken;
  uint8_t *partial; // The beginning of a frame or line whose end has not come.
  uint32_t partial_bytes, partial_size;
  uint32_t skip; // Bytes of a message that is counted already and still comes.
  uint64_t deliveries, last_sequence, started_ns;
} Client;

typedef struct {
  uint64_t sequence, received_ns;
} Receipt;

static int protocol, epoll, polls;
static long connections, sampled, stalled, symbol_count, distinct;
static const char *user, *password, *subject, *symbol;
static Client *clients;
static uint8_t *buffer;
static long ready_count, closed_count, error_frames;
static int is_measuring;
static uint64_t idle_ns; // Time of turns in which there was nothing to do.
static uint64_t deliveries, delivered_bytes, sampled_frames, sampled_ticks, gaps, omitted_ticks;
static Histogram latency, calm, feed_age, handshake;
static SSL_CTX *tls_clients;
static SSL_SESSION *session; // The last one that a server has given, when sessions are to be resumed.
static long resumed;
static Receipt *receipts;
static size_t receipt_count, receipt_size;
static Receipt *flushes; // What the server traced: when the flush began, under the name of a receipt.
static size_t flush_count, flush_size;

static void drop(Client *client) {
  if (client->state == READY) ready_count--;
  client->state = CLOSED;
  closed_count++;
  SSL_free(client->tls);
  client->tls = NULL;
  close(client->fd);
  free(client->partial);
  client->partial = NULL;
}

static void say(Client *client, const void *bytes, size_t length) {
  // What a client says is small, and the socket is empty when it says it.
  ssize_t taken = client->tls ? tls_write(client->tls, bytes, length) : send(client->fd, bytes, length, MSG_NOSIGNAL);
  if (taken != (ssize_t)length) drop(client);
}

static void stall(Client *client) {
  client->is_stalled = 1;
  struct epoll_event none = {.events = 0, .data.ptr = client};
  epoll_ctl(epoll, EPOLL_CTL_MOD, client->fd, &none);
}

static void become_ready(Client *client) {
  client->state = READY;
  ready_count++;
  histogram_add(&handshake, monotonic_ns() - client->started_ns);
}

static int keep_session(SSL *tls, SSL_SESSION *given) {
  (void)tls;
  if (session) SSL_SESSION_free(session);
  session = given;
  return 1;
}

static void introduce(Client *client) {
  uint8_t frame[512];
  if (protocol == FLOOR) become_ready(client);
  if (protocol == TICK) {
    client->state = AUTHENTICATING;
    say(client, frame, auth_frame(frame, user, password));
  }
  if (protocol == NATS) {
    int length = snprintf((char *)frame, sizeof frame,
                          "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB %s 1\r\nPING\r\n", subject);
    client->state = SUBSCRIBING;
    say(client, frame, (size_t)length);
  }
}

static void shake_hands(Client *client) {
  int result = tls_shake(client->tls);
  if (result < 0) drop(client);
  if (result <= 0) return;
  resumed += SSL_session_reused(client->tls);
  introduce(client);
}

static void on_connected(Client *client) {
  int one = 1;
  setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
  epoll_ctl(epoll, EPOLL_CTL_MOD, client->fd, &event);
  if (!tls_clients) {
    introduce(client);
    return;
  }
  client->state = SHAKING_HANDS;
  client->tls = SSL_new(tls_clients);
  SSL_set_fd(client->tls, client->fd);
  SSL_set_connect_state(client->tls);
  if (session) {
    // A ticket of its own, as who reconnects has: OpenSSL uses each once, and a resumed session need not bring another.
    SSL_SESSION *own = SSL_SESSION_dup(session);
    SSL_set_session(client->tls, own);
    SSL_SESSION_free(own);
  }
  shake_hands(client);
}

static void remember(uint64_t sequence, uint64_t now) {
  if (receipt_count == receipt_size) {
    receipt_size = receipt_size ? 2 * receipt_size : 1 << 16;
    receipts = realloc(receipts, receipt_size * sizeof *receipts);
    if (!receipts) fail("realloc");
  }
  receipts[receipt_count++] = (Receipt){sequence, now};
}

static void count_delivery(Client *client, size_t bytes) {
  if (!is_measuring) return;
  deliveries++;
  delivered_bytes += bytes;
  client->deliveries++;
}

// Whose end has answered acknowledges every second frame from then on, and not each one at once when it reads. The others'
// subscribers have when they subscribed; those of the floor answer the first frame, or its sends would be cheaper for that.
static void greet(Client *client) {
  uint8_t frame[64];
  client->has_spoken = 1;
  say(client, frame, heartbeat_frame(frame, clock_ns(CLOCK_REALTIME) / 1000000u));
}

static void on_stamp(const uint8_t *payload, uint64_t now) {
  uint64_t sent;
  memcpy(&sent, payload, sizeof sent);
  if (is_measuring && now > sent) histogram_add(&latency, now - sent);
}

// No snapshot comes while it is measured: everybody has subscribed.
static void on_tick(uint64_t tick_ms, uint64_t now) {
  uint64_t sent = tick_ms * 1000000u;
  if (is_measuring && now > sent) histogram_add(&feed_age, now - sent);
}

static void on_batch(Client *client, const uint8_t *payload, size_t bytes, uint64_t now) {
  Batch batch = read_batch(payload, bytes, clock_ns(CLOCK_REALTIME), on_tick);
  if (batch.is_snapshot) {
    client->last_sequence = 0;
    return;
  }
  // Where ticks were left out, `previous_sequence` names one of them: that was told and is no loss.
  int is_told = batch.omitted > 0;
  if (client->last_sequence != 0 && batch.previous_sequence > client->last_sequence && !is_told) gaps++;
  client->last_sequence = batch.last_sequence;
  omitted_ticks += batch.omitted;
  if (!is_measuring) return;
  sampled_frames++;
  sampled_ticks += batch.ticks;
  remember(batch.first_sequence, now);
}

static void on_frame(Client *client, const uint8_t *frame, size_t payload, uint64_t now) {
  uint8_t out[512], type = frame[3];
  char filter[64];
  if (type == TYPE_DATA_BATCH) {
    if (client->is_sampled) on_batch(client, frame + HEADER_BYTES, payload, now);
  } else if (type == TYPE_ACK && client->state == AUTHENTICATING) {
    client->state = SUBSCRIBING;
    long index = (client - clients) % (distinct > 0 ? distinct : connections), count = symbol_count > 0 ? symbol_count : 1;
    snprintf(filter, sizeof filter, symbol, index % count, (index + 1 + index / count) % count);
    say(client, out, subscribe_frame(out, filter));
  } else if (type == TYPE_ACK && client->state == SUBSCRIBING) {
    become_ready(client);
  } else if (type == TYPE_ERROR) {
    if (error_frames++ == 0) fprintf(stderr, "ERROR frame: %.*s\n", (int)payload, frame + HEADER_BYTES);
  }
}

// Handles what is whole at `at`; returns how many bytes that is, 0 when the rest has to come first.
static size_t take_frame(Client *client, const uint8_t *at, size_t bytes, uint64_t now) {
  if (bytes < HEADER_BYTES) return 0;
  uint32_t payload;
  memcpy(&payload, at + 4, 4);
  payload = ntohl(payload);
  if (at[0] != 0xf5 || at[1] != 0x7d || payload > MAX_PAYLOAD_BYTES) {
    fprintf(stderr, "no frame came\n");
    exit(1);
  }
  size_t whole = HEADER_BYTES + payload + CHECKSUM_BYTES;
  int is_data = at[3] == TYPE_DATA_BATCH;
  // Only samples are looked into; of the others the header is enough.
  size_t needed = is_data && protocol == TICK && !client->is_sampled ? HEADER_BYTES : is_data && protocol == FLOOR ? 16 : whole;
  if (bytes < needed) return 0;
  if (is_data) count_delivery(client, whole);
  if (protocol == FLOOR) {
    if (!client->has_spoken) greet(client);
    on_stamp(at + HEADER_BYTES, now);
  } else {
    on_frame(client, at, payload, now);
  }
  if (bytes >= whole) return whole;
  client->skip = (uint32_t)(whole - bytes);
  return bytes;
}

static size_t take_line(Client *client, const uint8_t *at, size_t bytes, uint64_t now) {
  const uint8_t *end = memmem(at, bytes, "\r\n", 2);
  if (!end) return 0;
  size_t line = (size_t)(end - at) + 2;
  if (memcmp(at, "PING", 4) == 0) say(client, "PONG\r\n", 6);
  if (memcmp(at, "PONG", 4) == 0 && client->state == SUBSCRIBING) become_ready(client);
  if (memcmp(at, "-ERR", 4) == 0 && error_frames++ == 0) fprintf(stderr, "%.*s\n", (int)line, at);
  if (memcmp(at, "MSG ", 4) != 0) return line;
  const uint8_t *space = memrchr(at, ' ', line);
  size_t payload = strtoul((const char *)space + 1, NULL, 10), whole = line + payload + 2;
  if (bytes < line + sizeof(uint64_t)) return 0;
  count_delivery(client, whole);
  on_stamp(at + line, now);
  if (bytes >= whole) return whole;
  client->skip = (uint32_t)(whole - bytes);
  return bytes;
}

static void keep_partial(Client *client, const uint8_t *bytes, size_t length) {
  if (length > client->partial_size) {
    client->partial_size = (uint32_t)(2 * length);
    client->partial = realloc(client->partial, client->partial_size);
    if (!client->partial) fail("realloc");
  }
  memmove(client->partial, bytes, length);
  client->partial_bytes = (uint32_t)length;
}

static void on_readable(Client *client) {
  // What was left over goes before what is read now.
  size_t have = client->partial_bytes;
  if (have > 0) memcpy(buffer, client->partial, have);
  ssize_t got = client->tls ? tls_read(client->tls, buffer + have, READ_BYTES)
                            : recv(client->fd, buffer + have, READ_BYTES, MSG_DONTWAIT);
  if (got <= 0) {
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    drop(client);
    return;
  }
  uint64_t now = monotonic_ns();
  const uint8_t *at = buffer, *end = buffer + have + got;
  client->partial_bytes = 0;
  while (at < end && client->state != CLOSED) {
    if (client->skip > 0) {
      size_t step = client->skip < (size_t)(end - at) ? client->skip : (size_t)(end - at);
      client->skip -= (uint32_t)step;
      at += step;
      continue;
    }
    size_t taken = protocol == NATS ? take_line(client, at, (size_t)(end - at), now)
                                    : take_frame(client, at, (size_t)(end - at), now);
    if (taken == 0) break;
    at += taken;
  }
  if (at < end && client->state != CLOSED) keep_partial(client, at, (size_t)(end - at));
  else if (client->partial && !client->is_sampled) {
    free(client->partial);
    client->partial = NULL;
    client->partial_size = 0;
  }
}

static void on_event(const struct epoll_event *event) {
  Client *client = event->data.ptr;
  if (client->state == CLOSED) return;
  if (client->state == CONNECTING) {
    int problem = 0;
    socklen_t length = sizeof problem;
    getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &problem, &length);
    if (problem != 0) drop(client);
    else if (event->events & EPOLLOUT) on_connected(client);
    return;
  }
  if (client->state == SHAKING_HANDS) {
    shake_hands(client);
    // What came right behind the handshake is read already, and nothing will tell of it.
    if (client->state == CLOSED || client->state == SHAKING_HANDS) return;
  }
  if (client->is_stalled && client->state == READY) {
    if (event->events & (EPOLLERR | EPOLLHUP)) drop(client);
    return;
  }
  on_readable(client);
}

// One after another, so that each has its turn every HEARTBEAT_EVERY_MS, however long a turn of the loop takes.
static void send_heartbeats(uint64_t now_ns) {
  static uint64_t last_ns;
  static long next;
  if (protocol != TICK) return;
  if (last_ns == 0) last_ns = now_ns;
  uint64_t due = (now_ns - last_ns) * (uint64_t)connections / (HEARTBEAT_EVERY_MS * 1000000ull);
  if (due == 0) return;
  last_ns += due * HEARTBEAT_EVERY_MS * 1000000ull / (uint64_t)connections;
  uint8_t frame[64];
  size_t bytes = heartbeat_frame(frame, clock_ns(CLOCK_REALTIME) / 1000000u);
  for (; due > 0; due--, next = (next + 1) % connections)
    if (clients[next].state == READY) say(&clients[next], frame, bytes);
}

static int turn(int timeout_ms) {
  struct epoll_event events[MAX_EVENTS];
  int count = epoll_wait(epoll, events, MAX_EVENTS, timeout_ms);
  for (int i = 0; i < count; i++) on_event(&events[i]);
  send_heartbeats(monotonic_ns());
  return count;
}

static void run_for(long milliseconds) {
  uint64_t now = monotonic_ns(), end = now + (uint64_t)milliseconds * 1000000u;
  while (now < end) {
    int count = turn(polls ? 0 : (int)((end - now) / 1000000u) % 100 + 1);
    uint64_t began = now;
    now = monotonic_ns();
    if (count == 0) idle_ns += now - began;
  }
}

static void start_one(Client *client, struct sockaddr_in *server, long sources, long index) {
  client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (client->fd < 0) fail("socket");
  if (sources > 0) {
    // A source address of its own for each 20,000 or so: ports are counted per pair of addresses.
    struct sockaddr_in own = {.sin_family = AF_INET};
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + (uint32_t)(index % sources));
    int one = 1;
    setsockopt(client->fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(client->fd, (struct sockaddr *)&own, sizeof own) < 0) fail("bind");
  }
  client->started_ns = monotonic_ns();
  long stride = (connections - stalled) / sampled;
  client->is_sampled = index >= stalled && (index - stalled) % (stride > 0 ? stride : 1) == 0;
  struct epoll_event event = {.events = EPOLLOUT, .data.ptr = client};
  epoll_ctl(epoll, EPOLL_CTL_ADD, client->fd, &event);
  if (connect(client->fd, (struct sockaddr *)server, sizeof *server) < 0 && errno != EINPROGRESS) drop(client);
}

static void read_trace(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) fail(path);
  unsigned long long sequence, ns;
  flush_count = 0;
  while (fscanf(file, "%llu %llu", &sequence, &ns) == 2) {
    if (flush_count == flush_size) {
      flush_size = flush_size ? 2 * flush_size : 1 << 16;
      flushes = realloc(flushes, flush_size * sizeof *flushes);
      if (!flushes) fail("realloc");
    }
    flushes[flush_count++] = (Receipt){sequence, ns};
  }
  fclose(file);
}

// The server writes its trace a few times a second. Without a later flush in it, what was received last would be taken
// for a part of an earlier one, and look late by as much.
static int is_covered(void) {
  uint64_t last = 0;
  for (size_t i = 0; i < receipt_count; i++)
    if (receipts[i].sequence > last) last = receipts[i].sequence;
  return receipt_count == 0 || (flush_count > 0 && flushes[flush_count - 1].sequence > last);
}

static void join_trace(const char *path) {
  uint64_t end = monotonic_ns() + TRACE_WAIT_MS * 1000000ull;
  for (read_trace(path); !is_covered(); read_trace(path)) {
    if (monotonic_ns() > end) {
      fprintf(stderr, "%s: no flush after the last frame received, %d ms later\n", path, TRACE_WAIT_MS);
      exit(1);
    }
    run_for(TRACE_POLL_MS);
  }
  for (size_t i = 0; i < receipt_count; i++) {
    // The flush that a batch belongs to: the last one that began at or before its first position.
    size_t low = 0, high = flush_count;
    while (low < high) {
      size_t middle = (low + high) / 2;
      if (flushes[middle].sequence <= receipts[i].sequence) low = middle + 1;
      else high = middle;
    }
    if (low > 0 && receipts[i].received_ns > flushes[low - 1].received_ns)
      histogram_add(&latency, receipts[i].received_ns - flushes[low - 1].received_ns);
  }
}

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void print_result(double seconds, double cpu) {
  uint64_t least = UINT64_MAX, most = 0;
  for (long i = stalled; i < connections; i++) {
    if (clients[i].deliveries < least) least = clients[i].deliveries;
    if (clients[i].deliveries > most) most = clients[i].deliveries;
  }
  printf("{\"event\":\"result\",\"seconds\":%.4f,\"deliveries\":%llu,\"bytes\":%llu,\"fewest\":%llu,\"most\":%llu,", seconds,
         (unsigned long long)deliveries, (unsigned long long)delivered_bytes, (unsigned long long)least,
         (unsigned long long)most);
  printf("\"sampledFrames\":%llu,\"sampledTicks\":%llu,\"gaps\":%llu,\"omitted\":%llu,\"closed\":%ld,\"errors\":%ld,",
         (unsigned long long)sampled_frames, (unsigned long long)sampled_ticks, (unsigned long long)gaps,
         (unsigned long long)omitted_ticks, closed_count, error_frames);
  printf("\"cpuSeconds\":%.3f,\"latency\":", cpu);
  histogram_print(stdout, &latency);
  printf(",\"calm\":");
  histogram_print(stdout, &calm);
  printf(",\"feed\":");
  histogram_print(stdout, &feed_age);
  puts("}");
  fflush(stdout);
}

// Measures the latency while everybody reads, then lets the first ones cease to.
static void stall_after_calm(long calm_ms, long stall_ms, const char *trace) {
  is_measuring = 1;
  run_for(calm_ms);
  is_measuring = 0;
  if (*trace) join_trace(trace);
  calm = latency;
  latency = feed_age = (Histogram){0};
  receipt_count = 0;
  deliveries = delivered_bytes = sampled_frames = sampled_ticks = 0;
  for (long i = 0; i < connections; i++) clients[i].deliveries = 0;
  for (long i = 0; i < stalled; i++)
    if (clients[i].state == READY) stall(&clients[i]);
  run_for(stall_ms);
}

static void wait_for_line(void) {
  char byte = 0;
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  do {
    while (poll(&input, 1, 0) == 0) turn(5);
    if (read(STDIN_FILENO, &byte, 1) <= 0) return;
  } while (byte != '\n');
}

int main(int count, char **values) {
  // OpenSSL writes without MSG_NOSIGNAL.
  signal(SIGPIPE, SIG_IGN);
  const char *name = argument(count, values, "protocol", NULL), *trace = argument(count, values, "trace", "");
  protocol = strcmp(name, "nats") == 0 ? NATS : strcmp(name, "floor") == 0 ? FLOOR : TICK;
  connections = number(count, values, "connections", NULL);
  sampled = number(count, values, "sampled", "100");
  stalled = number(count, values, "stalled", "0");
  user = argument(count, values, "user", "bench");
  password = argument(count, values, "password", "bench");
  subject = argument(count, values, "subject", "bench");
  // Comma-separated; may hold two %ld: two different numbers below `symbols`, another pair for each client, or one of
  // `distinct` pairs.
  symbol = argument(count, values, "symbol", "*");
  symbol_count = number(count, values, "symbols", "0");
  distinct = number(count, values, "distinct", "0");
  // A reader that sleeps is woken by the sender, which pays for an interrupt of another processor with each frame, and
  // the more of them the slower it sends: with a processor of its own the reader does not sleep.
  polls = number(count, values, "polls", "0") != 0;
  long in_flight = number(count, values, "in_flight", "256"), sources = number(count, values, "sources", "0");
  long warm_up_ms = number(count, values, "warm_up_ms", "1000"), measure_ms = number(count, values, "measure_ms", "5000");
  long calm_ms = number(count, values, "calm_ms", "5000"), stall_ms = number(count, values, "stall_ms", "4000");
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)number(count, values, "port", NULL))};
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const char *tls = argument(count, values, "tls", "0");
  if (*tls != '0') tls_clients = tls_context(TLS_client_method());
  if (strcmp(tls, "resumed") == 0) {
    SSL_CTX_set_session_cache_mode(tls_clients, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(tls_clients, keep_session);
  }
  clients = calloc((size_t)connections, sizeof *clients);
  buffer = malloc(READ_BYTES + 2 * (MAX_PAYLOAD_BYTES + NATS_LINE_BYTES));
  epoll = epoll_create1(0);

  uint64_t connect_from = monotonic_ns();
  double connect_cpu = cpu_seconds();
  for (long started = 0; started < connections || ready_count + closed_count < connections;) {
    while (started < connections && started - ready_count - closed_count < in_flight) {
      start_one(&clients[started], &server, sources, started);
      started++;
    }
    turn(10);
    if (monotonic_ns() - connect_from > 120ull * 1000000000) break;
  }
  printf("{\"event\":\"ready\",\"seconds\":%.4f,\"connected\":%ld,\"failed\":%ld,\"cpuSeconds\":%.3f,\"resumed\":%ld,"
         "\"handshake\":",
         (double)(monotonic_ns() - connect_from) / 1e9, ready_count, connections - ready_count, cpu_seconds() - connect_cpu, resumed);
  histogram_print(stdout, &handshake);
  puts("}");
  fflush(stdout);
  wait_for_line();

  run_for(warm_up_ms);
  if (stalled > 0) stall_after_calm(calm_ms, stall_ms, trace);
  closed_count = 0;
  gaps = omitted_ticks = 0;
  puts("{\"event\":\"measuring\"}");
  fflush(stdout);
  is_measuring = 1;
  double cpu = cpu_seconds();
  uint64_t from = monotonic_ns();
  idle_ns = 0;
  run_for(measure_ms);
  double seconds = (double)(monotonic_ns() - from) / 1e9;
  is_measuring = 0;
  cpu = polls ? seconds - (double)idle_ns / 1e9 : cpu_seconds() - cpu;
  if (*trace) join_trace(trace);
  print_result(seconds, cpu);
  if (number(count, values, "hold", "0")) wait_for_line();
  return 0;
}
