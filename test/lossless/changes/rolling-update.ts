import { isReady, patch, podsOf, podsOfAll, untilCalm, type Pod } from '../bed.ts';
import type { Change } from '../change.ts';

/**
 * Another image for every TickStorm.
 * @param images references of the same image, of which the nodes have both
 */
export function rollingUpdate(images: readonly [string, string]): Change {
  return {
    name: 'rolling update by image',
    // Some pods have the new image and are ready, others have the old one.
    isUnderWay: async (bed, before) => {
      const isOld = ({ metadata }: Pod): boolean => before.some((each) => each.metadata.uid === metadata.uid);
      const pods = await podsOfAll(bed);
      return pods.some(isOld) && pods.some((pod) => !isOld(pod) && isReady(pod));
    },
    run: async (bed) => {
      await Promise.all(
        bed.services.map(async (name) => {
          const pods = await podsOf(bed, name);
          const image = pods[0]?.spec.containers[0]?.image === images[0] ? images[1] : images[0];
          await patch(bed, name, { image });
          await untilCalm(bed, name, pods.length, ({ spec }) => spec.containers[0]?.image === image);
        }),
      );
    },
  };
}
