import { describe, expect, it } from '@jest/globals';
import { entryOf } from './field-set.ts';

describe('the record of who set which fields', () => {
  it('is as the API server writes it', () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'demo', namespace: 'n', labels: { app: 'demo' } },
      spec: { replicas: 2, template: { spec: { containers: [{ name: 'server', args: ['-a', '-b'] }] } } },
    };
    const container = { '.': {}, 'f:name': {}, 'f:args': {} };
    expect(entryOf(deployment, { manager: 'me', operation: 'Apply' })).toEqual({
      manager: 'me',
      operation: 'Apply',
      apiVersion: 'apps/v1',
      time: '2026-01-02T03:04:05Z',
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:metadata': { 'f:labels': { 'f:app': {} } },
        'f:spec': {
          'f:replicas': {},
          'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"server"}': container } } },
        },
      },
    });
  });
});
