interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** One scrape in the Prometheus text format. */
export class Metrics {
  readonly #samples: Sample[] = [];
  readonly #types: Map<string, string> = new Map();

  constructor(text: string) {
    for (const line of text.split('\n')) {
      const type = /^# TYPE (\S+) (\S+)$/.exec(line);
      if (type) this.#types.set(type[1]!, type[2]!);
      const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
      if (!sample) continue;
      const labels = Object.fromEntries(
        [...(sample[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map((match) => [match[1]!, match[2]!]),
      );
      this.#samples.push({ name: sample[1]!, labels, value: Number(sample[3]) });
    }
  }

  /** Of every metric. */
  names(): string[] {
    return [...this.#types.keys()];
  }

  /** The kind of a metric: counter, gauge or histogram; undefined when there is none of the name. */
  type(name: string): string | undefined {
    return this.#types.get(name);
  }

  /** The sum of the samples of `name` that carry all of `labels`. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.#samples
      .filter((sample) => sample.name === name)
      .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
      .reduce((sum, sample) => sum + sample.value, 0);
  }

  /** How often a name with exactly one set of labels occurs; above 1 the scrape is invalid. */
  duplicates(): string[] {
    const keys = this.#samples.map(
      ({ name, labels }) =>
        `${name}{${Object.entries(labels)
          .map(([label, value]) => `${label}=${value}`)
          .sort()
          .join()}}`,
    );
    return keys.filter((key, index) => keys.indexOf(key) !== index);
  }
}
