// What the kernel allows: accepts `connections` sockets on 127.0.0.1:`port` and sends each the same frame of `bytes`
// bytes every `interval_us` microseconds, one send() per socket; 0 = as fast as it can. A socket that is full is left
// out until it has room, so the next frame goes out late for that one only. Runs until it is ended.
//
// With `certificate` and `key` it does so over TLS 1.3; the connections count once their handshakes are over.
//
// A frame has the header of a Tick-Storm DATA_BATCH; its payload begins with the moment of the flush (u64, host order,
// ns of CLOCK_MONOTONIC).
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "arguments.h"
#include "tls.h"

enum { HEADER_BYTES = 8, CHECKSUM_BYTES = 4, MAX_EVENTS = 1024 };

typedef struct {
  int fd;
  SSL *tls; // NULL without TLS.
  uint32_t sent; // Bytes of the current frame that are out; 0 = none.
  uint8_t shaking, blocked, closed;
} Peer;

static uint8_t *frame, *rest; // `rest`: the frame whose remainder blocked peers still get.
static size_t frame_bytes;

static void finish_or_send(Peer *peer) {
  const uint8_t *from = peer->sent > 0 ? rest : frame;
  size_t left = frame_bytes - peer->sent;
  ssize_t taken = peer->tls ? tls_write(peer->tls, from + peer->sent, left)
                            : send(peer->fd, from + peer->sent, left, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (taken < 0) {
    if (errno == EAGAIN) peer->blocked = 1;
    else peer->closed = 1;
    return;
  }
  peer->sent += (uint32_t)taken;
  if (peer->sent == frame_bytes) peer->sent = 0;
  else peer->blocked = 1;
}

static int listen_on(long port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  if (listen(fd, 4096) < 0) fail("listen");
  return fd;
}

// Accepts one connection; with TLS its handshake goes on when it can.
static void accept_peer(Peer *peer, int listener, int epoll, SSL_CTX *context) {
  int one = 1;
  peer->fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  if (peer->fd < 0) fail("accept");
  setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct epoll_event event = {.events = EPOLLOUT | (context ? EPOLLIN : 0u) | EPOLLET, .data.ptr = peer};
  epoll_ctl(epoll, EPOLL_CTL_ADD, peer->fd, &event);
  if (!context) return;
  peer->shaking = 1;
  peer->tls = SSL_new(context);
  SSL_set_fd(peer->tls, peer->fd);
  SSL_set_accept_state(peer->tls);
}

// Accepts until all are there.
static void accept_all(Peer *peers, long wanted, int listener, SSL_CTX *context, int epoll) {
  struct epoll_event events[MAX_EVENTS], listens = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &listens);
  long accepted = 0, there = 0;
  while (there < wanted) {
    int ready = epoll_wait(epoll, events, MAX_EVENTS, -1);
    for (int i = 0; i < ready; i++) {
      Peer *peer = events[i].data.ptr;
      if (!peer) {
        accept_peer(&peers[accepted++], listener, epoll, context);
        if (!context) there++;
        if (accepted == wanted) epoll_ctl(epoll, EPOLL_CTL_DEL, listener, NULL);
      } else if (peer->shaking) {
        int result = tls_shake(peer->tls);
        if (result < 0) fail_tls("handshake");
        if (result == 0) continue;
        peer->shaking = 0;
        there++;
      }
    }
  }
}

int main(int count, char **values) {
  // OpenSSL writes without MSG_NOSIGNAL.
  signal(SIGPIPE, SIG_IGN);
  long port = number(count, values, "port", NULL), wanted = number(count, values, "connections", NULL);
  long interval_us = number(count, values, "interval_us", "0"), send_buffer = number(count, values, "send_buffer", "0");
  frame_bytes = (size_t)number(count, values, "bytes", "2048");
  frame = calloc(1, frame_bytes);
  rest = calloc(1, frame_bytes);
  const uint8_t head[] = {0xf5, 0x7d, 1, 4};
  uint32_t payload = htonl((uint32_t)(frame_bytes - HEADER_BYTES - CHECKSUM_BYTES));
  memcpy(frame, head, 4);
  memcpy(frame + 4, &payload, 4);
  memcpy(rest, frame, HEADER_BYTES);

  int listener = listen_on(port), epoll = epoll_create1(0);
  if (send_buffer > 0) {
    int bytes = (int)send_buffer;
    setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  }
  puts("{\"event\":\"listening\"}");
  fflush(stdout);
  Peer *peers = calloc((size_t)wanted, sizeof *peers);
  const char *certificate = argument(count, values, "certificate", "");
  SSL_CTX *context = *certificate ? tls_server(certificate, argument(count, values, "key", NULL)) : NULL;
  accept_all(peers, wanted, listener, context, epoll);
  int timer = timerfd_create(CLOCK_MONOTONIC, 0);
  if (interval_us > 0) {
    struct timespec every = {interval_us / 1000000, interval_us % 1000000 * 1000};
    struct itimerspec spec = {every, every};
    timerfd_settime(timer, 0, &spec, NULL);
  }
  struct epoll_event events[MAX_EVENTS];
  long first = 0;
  for (;;) {
    if (interval_us > 0) {
      uint64_t expirations;
      if (read(timer, &expirations, sizeof expirations) < 0) fail("timer");
    }
    memcpy(rest, frame, frame_bytes);
    uint64_t now = monotonic_ns();
    memcpy(frame + HEADER_BYTES, &now, sizeof now);
    long written = 0;
    for (long step = 0; step < wanted; step++) {
      Peer *peer = &peers[(first + step) % wanted];
      if (peer->closed || peer->blocked) continue;
      finish_or_send(peer);
      written++;
    }
    first = (first + 1) % wanted;
    int ready = epoll_wait(epoll, events, MAX_EVENTS, written == 0 && interval_us == 0 ? 100 : 0);
    for (int i = 0; i < ready; i++) {
      Peer *peer = events[i].data.ptr;
      if (events[i].events & (EPOLLHUP | EPOLLERR)) peer->closed = 1;
      peer->blocked = 0;
    }
    long open = 0;
    if (written == 0)
      for (long i = 0; i < wanted; i++) open += !peers[i].closed;
    if (written == 0 && open == 0) return 0;
  }
}
