/** What is wrong with the bytes, in the order in which it is checked. */
export type FrameErrorKind = 'magic' | 'version' | 'length' | 'checksum';

/** Received bytes are not a frame. The stream cannot be read any further. */
export class FrameError extends Error {
  readonly kind: FrameErrorKind;

  constructor(kind: FrameErrorKind, message: string) {
    super(message);
    this.name = 'FrameError';
    this.kind = kind;
  }
}
