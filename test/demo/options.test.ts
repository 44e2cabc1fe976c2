import { describe, expect, it } from '@jest/globals';
import { loaderOf, parseOptions } from './options.ts';

describe('the options of the demo', () => {
  it('default to a cluster of its own that ends with it', () => {
    expect(parseOptions([])).toEqual({
      once: false,
      keep: false,
      context: undefined,
      registry: undefined,
      tag: undefined,
      cluster: 'demo',
    });
  });

  it('are nothing when help is asked for', () => {
    expect(parseOptions(['--help'])).toBeUndefined();
  });

  it.each<[string[], string]>([
    [['--registry', 'example.org/ticks'], '--registry goes with --context'],
    [['--context', 'kind-a', '--tag', '1'], '--tag goes with --registry'],
    [['--context', 'kind-a', '--cluster', 'b'], 'give one of them'],
    [['--context', 'production'], 'give --registry PREFIX'],
    [['--twice'], "Unknown option '--twice'"],
    [['now'], 'Unexpected argument'],
  ])('refuse %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});

describe('loading images without a registry', () => {
  it('is known for kind and minikube only', () => {
    expect(loaderOf('kind-ticks')!('a.tar')).toEqual(['kind', 'load', 'image-archive', 'a.tar', '--name', 'ticks']);
    expect(loaderOf('minikube')!('a.tar')).toEqual(['minikube', 'image', 'load', 'a.tar']);
    expect(loaderOf('production')).toBeUndefined();
  });
});
