// TLS 1.3 for both ends of the bench. Certificates are not checked: they are made for the run.
#ifndef TLS_H
#define TLS_H

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "arguments.h"

static inline void fail_tls(const char *what) {
  fprintf(stderr, "%s: ", what);
  ERR_print_errors_fp(stderr);
  exit(1);
}

static inline SSL_CTX *tls_context(const SSL_METHOD *method) {
  SSL_CTX *context = SSL_CTX_new(method);
  if (!context || !SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION)) fail_tls("TLS");
  // A write that had to wait goes on from another address: the bytes are the same.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  return context;
}

static inline SSL_CTX *tls_server(const char *certificate, const char *key) {
  SSL_CTX *context = tls_context(TLS_server_method());
  if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1) fail_tls(certificate);
  if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) fail_tls(key);
  return context;
}

// Like recv(2): 0 at the end, -1 with EAGAIN when nothing is there.
static inline ssize_t tls_read(SSL *tls, uint8_t *to, size_t size) {
  size_t have = 0;
  while (have < size) {
    int got = SSL_read(tls, to + have, (int)(size - have));
    if (got > 0) {
      have += (size_t)got;
      continue;
    }
    if (have > 0) break;
    int problem = SSL_get_error(tls, got);
    ERR_clear_error();
    errno = EAGAIN;
    return problem == SSL_ERROR_WANT_READ || problem == SSL_ERROR_WANT_WRITE ? -1 : 0;
  }
  return (ssize_t)have;
}

// Like send(2).
static inline ssize_t tls_write(SSL *tls, const uint8_t *from, size_t bytes) {
  int taken = SSL_write(tls, from, (int)bytes);
  if (taken > 0) return taken;
  int problem = SSL_get_error(tls, taken);
  ERR_clear_error();
  errno = problem == SSL_ERROR_WANT_READ || problem == SSL_ERROR_WANT_WRITE ? EAGAIN : EPIPE;
  return -1;
}

// Goes on with a handshake: 1 when it is over, 0 when it waits for the other end, -1 when it has failed.
static inline int tls_shake(SSL *tls) {
  int result = SSL_do_handshake(tls);
  if (result == 1) return 1;
  int problem = SSL_get_error(tls, result);
  ERR_clear_error();
  return problem == SSL_ERROR_WANT_READ || problem == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

#endif
