/** A power of two; a market with more symbols makes some of their strings more than once. */
const SLOTS = 4_096;
/** Longer texts come too seldom to be worth a slot. */
const MAX_LENGTH = 16;

/** Short ASCII texts that come again and again, each kept as one string: 4,096 of them at most. */
export class SymbolTable {
  readonly #slots: string[] = Array.from({ length: SLOTS }, () => '');

  /** @returns the text in a range of bytes; undefined when it is not ASCII */
  text(bytes: Uint8Array, start: number, end: number): string | undefined {
    if (end - start > MAX_LENGTH) return asciiText(bytes, start, end);
    let hash = 0;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
    const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
    const kept = this.#slots[slot]!;
    if (isAt(bytes, start, end, kept)) return kept;
    const text = asciiText(bytes, start, end);
    if (text !== undefined) this.#slots[slot] = text;
    return text;
  }
}

function isAt(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (text.length !== end - start) return false;
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}

function asciiText(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}
