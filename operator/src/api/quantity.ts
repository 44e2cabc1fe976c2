/** Powers of ten and of 1024 that a quantity's suffix stands for, as a fraction of nano-units. */
const SUFFIXES: Readonly<Record<string, bigint>> = {
  n: 1n,
  u: 10n ** 3n,
  m: 10n ** 6n,
  '': 10n ** 9n,
  k: 10n ** 12n,
  M: 10n ** 15n,
  G: 10n ** 18n,
  T: 10n ** 21n,
  P: 10n ** 24n,
  E: 10n ** 27n,
  Ki: 2n ** 10n * 10n ** 9n,
  Mi: 2n ** 20n * 10n ** 9n,
  Gi: 2n ** 30n * 10n ** 9n,
  Ti: 2n ** 40n * 10n ** 9n,
  Pi: 2n ** 50n * 10n ** 9n,
  Ei: 2n ** 60n * 10n ** 9n,
};

const PATTERN =
  /^(?<sign>[+-]?)(?<whole>\d*)(?:\.(?<fraction>\d*))?(?:[eE](?<exponent>[+-]?\d{1,2})|(?<suffix>[numkMGTPE]|[KMGTPE]i))?$/;

/**
 * A Kubernetes quantity as an exact number of nano-units (resource.Quantity of apimachinery), or undefined when the
 * text is none. Fractions below a nano-unit are rounded up, as Kubernetes does.
 */
export function parseQuantity(text: string | number): bigint | undefined {
  const groups = PATTERN.exec(String(text))?.groups;
  const whole = groups?.['whole'] ?? '';
  const fraction = groups?.['fraction'] ?? '';
  if (groups === undefined || whole + fraction === '') return undefined;
  const exponent = Number(groups['exponent'] ?? 0);
  const unit = SUFFIXES[groups['suffix'] ?? '']!;
  const scaled = BigInt(whole + fraction) * unit * 10n ** BigInt(Math.max(exponent, 0));
  const divisor = 10n ** BigInt(fraction.length + Math.max(-exponent, 0));
  const nanos = scaled / divisor + (scaled % divisor === 0n ? 0n : 1n);
  return groups['sign'] === '-' ? -nanos : nanos;
}

/** Parses a quantity that the schema has already accepted. Throws on any other text: a programming error. */
export function quantityNanos(text: string | number): bigint {
  const nanos = parseQuantity(text);
  if (nanos === undefined) throw new Error(`not a quantity: ${JSON.stringify(text)}`);
  return nanos;
}

const BINARY = ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'] as const;
const DECIMAL = ['', 'm', 'u', 'n'] as const;

/** Writes nano-units with the largest suffix that keeps the value whole: `binary` for bytes, else decimal. */
export function formatQuantity(nanos: bigint, style: 'binary' | 'decimal'): string {
  const suffixes = style === 'binary' ? [...BINARY, ...DECIMAL] : DECIMAL;
  for (const suffix of suffixes) {
    const unit = SUFFIXES[suffix]!;
    if (nanos !== 0n && nanos % unit === 0n) return `${nanos / unit}${suffix}`;
  }
  return '0';
}
