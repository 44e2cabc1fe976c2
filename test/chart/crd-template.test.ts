import { beforeAll, describe, expect, it } from '@jest/globals';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timedReport } from '../cluster/report.ts';
import { ensureTool } from '../cluster/tools.ts';
import { crdTemplate } from './crd-template.ts';
import { HelmChart, only, parseObjects } from './helm-chart.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'charts', 'tick-storm-operator');
const manifest = await readFile(join(root, 'crds', 'tickstorm.io_tickstorms.yaml'), 'utf8');

let helm: string;
beforeAll(async () => {
  helm = await ensureTool('helm', timedReport('chart'));
}, 30 * 60_000);

describe('the CRD in the chart', () => {
  it('is generated from the one in crds/ (npm run generate)', async () => {
    expect(await readFile(join(folder, 'templates', 'crd.yaml'), 'utf8')).toBe(crdTemplate(manifest));
  });

  it('renders to exactly that CRD, kept on uninstall', async () => {
    const crd = only(await new HelmChart(helm, folder).render([]), 'CustomResourceDefinition');
    const source = only(parseObjects(manifest), 'CustomResourceDefinition');
    expect(crd.spec).toEqual(source.spec);
    expect(crd.metadata.name).toBe(source.metadata.name);
    expect(crd.metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
  });

  it('goes with the release when it is not to be kept, and is left out when disabled', async () => {
    const chart = new HelmChart(helm, folder);
    const crd = only(await chart.render(['--set=crds.keep=false']), 'CustomResourceDefinition');
    expect(crd.metadata.annotations).toBeUndefined();
    const without = await chart.render(['--set=crds.enabled=false']);
    expect(without.filter(({ kind }) => kind === 'CustomResourceDefinition')).toEqual([]);
  });

  it('keeps braces that Helm would take for its own', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'chart-'));
    try {
      await cp(folder, copy, { recursive: true });
      const description = 'Prints {{ .Values.image }}, {{`raw`}} and }} as they are.';
      const tricky = `kind: CustomResourceDefinition\nmetadata:\n  name: a.b\nspec:\n  text: '${description}'\n`;
      await writeFile(join(copy, 'templates', 'crd.yaml'), crdTemplate(tricky));
      const crd = only(await new HelmChart(helm, copy).render([]), 'CustomResourceDefinition');
      expect(crd.spec).toEqual({ text: description });
    } finally {
      await rm(copy, { recursive: true });
    }
  });
});

describe('crdTemplate', () => {
  it('refuses what it would not carry over', () => {
    const annotated = 'metadata:\n  name: a.b\n  annotations: {}\nspec:\n  group: b\n';
    expect(() => crdTemplate(annotated)).toThrow('metadata.annotations of the CRD would be lost');
    expect(() => crdTemplate('kind: ConfigMap\nmetadata:\n  name: a\n')).toThrow('not a CustomResourceDefinition');
  });
});
