// KEY=VALUE arguments, and the clock that all the programs of the bench share.
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline const char *argument(int count, char **values, const char *key, const char *fallback) {
  size_t length = strlen(key);
  for (int i = 1; i < count; i++)
    if (strncmp(values[i], key, length) == 0 && values[i][length] == '=') return values[i] + length + 1;
  if (fallback == NULL) {
    fprintf(stderr, "%s: %s=VALUE is missing\n", values[0], key);
    exit(64);
  }
  return fallback;
}

static inline long number(int count, char **values, const char *key, const char *fallback) {
  const char *text = argument(count, values, key, fallback);
  char *end;
  long value = strtol(text, &end, 10);
  if (*text == '\0' || *end != '\0' || value < 0) {
    fprintf(stderr, "%s: %s=%s is no whole number\n", values[0], key, text);
    exit(64);
  }
  return value;
}

static inline uint64_t clock_ns(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

// CLOCK_MONOTONIC, the same in all processes of the machine.
static inline uint64_t monotonic_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

static inline void fail(const char *what) {
  perror(what);
  exit(1);
}

#endif
