// A histogram of durations in nanoseconds with a relative error below 1/64 (log-linear buckets, as HdrHistogram has).
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>
#include <stdio.h>

enum { SUB_BITS = 6, SUB_BUCKETS = 1 << SUB_BITS, BUCKETS = (64 - SUB_BITS + 1) * SUB_BUCKETS };

typedef struct {
  uint64_t counts[BUCKETS];
  uint64_t total;
  uint64_t max;
} Histogram;

static inline int bucket_of(uint64_t value) {
  if (value < SUB_BUCKETS) return (int)value;
  int shift = 63 - __builtin_clzll(value) - SUB_BITS;
  return (shift + 1) * SUB_BUCKETS + (int)((value >> shift) - SUB_BUCKETS);
}

// The largest value that falls into a bucket.
static inline uint64_t bucket_top(int bucket) {
  if (bucket < SUB_BUCKETS) return (uint64_t)bucket;
  int shift = bucket / SUB_BUCKETS - 1;
  return (((uint64_t)(bucket % SUB_BUCKETS) + SUB_BUCKETS + 1) << shift) - 1;
}

static inline void histogram_add(Histogram *histogram, uint64_t value) {
  histogram->counts[bucket_of(value)]++;
  histogram->total++;
  if (value > histogram->max) histogram->max = value;
}

static inline uint64_t histogram_quantile(const Histogram *histogram, double quantile) {
  uint64_t wanted = (uint64_t)(quantile * (double)histogram->total + 0.5), seen = 0;
  if (wanted == 0) wanted = 1;
  for (int bucket = 0; bucket < BUCKETS; bucket++) {
    seen += histogram->counts[bucket];
    if (seen >= wanted) return bucket_top(bucket) < histogram->max ? bucket_top(bucket) : histogram->max;
  }
  return histogram->max;
}

// Prints {"count":…,"p50":…,…} with the durations in microseconds, or null when nothing was counted.
static inline void histogram_print(FILE *out, const Histogram *histogram) {
  if (histogram->total == 0) {
    fputs("null", out);
    return;
  }
  const double quantiles[] = {0.5, 0.95, 0.99, 0.999};
  const char *names[] = {"p50", "p95", "p99", "p999"};
  fprintf(out, "{\"count\":%llu", (unsigned long long)histogram->total);
  for (int i = 0; i < 4; i++) fprintf(out, ",\"%s\":%.1f", names[i], histogram_quantile(histogram, quantiles[i]) / 1e3);
  fprintf(out, ",\"max\":%.1f}", histogram->max / 1e3);
}

#endif
