// What the kernel allows: accepts `connections` sockets on 127.0.0.1:`port` and sends each the same frame of `bytes`
// bytes every `interval_us` microseconds, one send() per socket; 0 = as fast as it can. A socket that is full is left
// out until it has room, so the next frame goes out late for that one only. Runs until it is ended.
//
// A frame has the header of a Tick-Storm DATA_BATCH; its payload begins with the moment of the flush (u64, host order,
// ns of CLOCK_MONOTONIC).
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "arguments.h"

enum { HEADER_BYTES = 8, CHECKSUM_BYTES = 4, MAX_EVENTS = 1024 };

typedef struct {
  int fd;
  uint32_t sent; // Bytes of the current frame that are out; 0 = none.
  uint8_t blocked;
  uint8_t closed;
} Peer;

static uint8_t *frame, *rest; // `rest`: the frame whose remainder blocked peers still get.
static size_t frame_bytes;

static void finish_or_send(Peer *peer) {
  const uint8_t *from = peer->sent > 0 ? rest : frame;
  ssize_t taken = send(peer->fd, from + peer->sent, frame_bytes - peer->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
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

int main(int count, char **values) {
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
  for (long i = 0; i < wanted; i++) {
    int one = 1;
    peers[i].fd = accept(listener, NULL, NULL);
    if (peers[i].fd < 0) fail("accept");
    setsockopt(peers[i].fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event event = {.events = EPOLLOUT | EPOLLET, .data.ptr = &peers[i]};
    epoll_ctl(epoll, EPOLL_CTL_ADD, peers[i].fd, &event);
  }
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
