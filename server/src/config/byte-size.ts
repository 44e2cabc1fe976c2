const units: Readonly<Record<string, number>> = { '': 1, Ki: 1_024, Mi: 1_048_576, Gi: 1_073_741_824 };

/** Reads a whole number of bytes such as `2147483648`, `512Mi` or `2Gi`. @returns undefined when it is none */
export function parseByteSize(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,15})(Ki|Mi|Gi|)$/.exec(text) ?? [];
  return digits === undefined || unit === undefined ? undefined : Number(digits) * units[unit]!;
}
