import { expect, it } from '@jest/globals';
import type { KubeObject } from './kube-object.ts';
import { ObjectCache } from './object-cache.ts';
import { isUsable, ObjectIntake } from './object-intake.ts';
import { KeepingLogger } from './testing/keeping-logger.ts';
import { WIDGETS, widget } from './testing/widgets.ts';
import { trusted } from './trusted.ts';

function setup() {
  const logger = new KeepingLogger();
  const transform = (): KubeObject => {
    throw new Error('transform');
  };
  const intake = new ObjectIntake({ cache: new ObjectCache(), transform, type: WIDGETS, logger });
  const fail = (name: string, version: number, uid = 'uid'): void => {
    const packed = intake.pack(trusted<KubeObject>(widget(name, version, { uid })));
    expect([packed.key, packed.uid, isUsable(packed)]).toEqual([`n/${name}`, uid, false]);
  };
  return { intake, logger, fail };
}

it('tells of each state of an object once', () => {
  const { logger, fail } = setup();
  fail('a', 1);
  fail('a', 1);
  fail('a', 2);
  fail('a', 2, 'another');
  fail('b', 2);
  fail('a', 2, 'another');
  expect(logger.fields.map((fields) => [fields?.['name'], fields?.['uid'], fields?.['resourceVersion']])).toEqual([
    ['a', 'uid', '1'],
    ['a', 'uid', '2'],
    ['a', 'another', '2'],
    ['b', 'uid', '2'],
  ]);
});

it('keeps nothing of objects that are gone', () => {
  const { intake, logger, fail } = setup();
  const failAll = (): void => ['a', 'b', 'c'].forEach((name) => fail(name, 1));
  failAll();
  intake.forget('n/a');
  intake.forgetUnless((key) => key === 'n/c');
  failAll();
  expect(logger.fields.map((fields) => fields?.['name'])).toEqual(['a', 'b', 'c', 'a', 'b']);
});
