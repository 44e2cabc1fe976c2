// Publishes a payload of `bytes` bytes to `subject` of a NATS server on 127.0.0.1:`port` every `interval_us`
// microseconds (0 = as fast as the server takes it). The payload begins with the moment of the publication (u64, host
// order, ns of CLOCK_MONOTONIC). Begins at once and runs until it is ended.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "arguments.h"
#include "tls.h"

static SSL *tls; // NULL without TLS.

static void say(int fd, const char *bytes, size_t length) {
  for (size_t sent = 0; sent < length;) {
    ssize_t taken = tls ? tls_write(tls, (const uint8_t *)bytes + sent, length - sent)
                        : send(fd, bytes + sent, length - sent, MSG_NOSIGNAL);
    if (taken < 0) fail("send");
    sent += (size_t)taken;
  }
}

// Answers the server's PINGs; everything else that it says is of no interest here.
static void read_pings(int fd) {
  char text[4096];
  struct pollfd input = {.fd = fd, .events = POLLIN};
  if (poll(&input, 1, 0) == 0) return;
  ssize_t got = tls ? SSL_read(tls, text, sizeof text) : recv(fd, text, sizeof text, MSG_DONTWAIT);
  if (got == 0) exit(0);
  if (got > 0 && memmem(text, (size_t)got, "PING", 4)) say(fd, "PONG\r\n", 6);
}

int main(int count, char **values) {
  long bytes = number(count, values, "bytes", "2048"), interval_us = number(count, values, "interval_us", NULL);
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)number(count, values, "port", NULL))};
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  if (connect(fd, (struct sockaddr *)&server, sizeof server) < 0) fail("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (number(count, values, "tls", "0")) {
    tls = SSL_new(tls_context(TLS_client_method()));
    SSL_set_fd(tls, fd);
    if (SSL_connect(tls) != 1) fail_tls("handshake");
  }
  const char *hello = "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n";
  say(fd, hello, strlen(hello));

  char *message = calloc(1, (size_t)bytes + 256);
  int line = sprintf(message, "PUB %s %ld\r\n", argument(count, values, "subject", "bench"), bytes);
  memset(message + line, 'x', (size_t)bytes);
  memcpy(message + line + bytes, "\r\n", 2);
  int timer = timerfd_create(CLOCK_MONOTONIC, 0);
  if (interval_us > 0) {
    struct timespec every = {interval_us / 1000000, interval_us % 1000000 * 1000};
    struct itimerspec spec = {every, every};
    timerfd_settime(timer, 0, &spec, NULL);
  }
  for (;;) {
    uint64_t expirations;
    if (interval_us > 0 && read(timer, &expirations, sizeof expirations) < 0) fail("timer");
    uint64_t now = monotonic_ns();
    memcpy(message + line, &now, sizeof now);
    say(fd, message, (size_t)line + (size_t)bytes + 2);
    read_pings(fd);
  }
}
