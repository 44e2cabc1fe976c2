/** The commit that each release was made from; its annotated tag, `vVERSION`, is of the same. */
export const RELEASES = {
  '0.1.0': 'dde7da8b18163530fcfd91038062c49c328dac7b',
} as const;

export type Release = keyof typeof RELEASES;
