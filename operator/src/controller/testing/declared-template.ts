import type { TemplateChoice } from '../template-choice.ts';

/** A template of the spec, of which nothing is known but the server's image. */
export const declaredTemplate = (image: string): TemplateChoice => ({
  template: { spec: { containers: [{ name: 'tick-storm', image }] } },
  annotations: {},
  state: 'declared',
  digest: '0123456789',
  canRollBack: false,
});
