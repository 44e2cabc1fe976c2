// 32-bit integer hashing by multiplication and shifts only: the same bits in every version of every engine.

/** Mixes 32 bits so that each output bit depends on every input bit (the finaliser of MurmurHash3). */
function mix32(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Hashes a key and a non-negative integer below 2^53 to 32 bits. */
export function hashAt(key: number, index: number): number {
  const low = index % 0x1_0000_0000;
  const high = (index - low) / 0x1_0000_0000;
  return mix32(mix32(key ^ mix32(low)) ^ high ^ 0x9e3779b9);
}

/** Hashes text to 32 bits (FNV-1a over UTF-16 code units, mixed). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix32(hash);
}
