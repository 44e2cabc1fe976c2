import { REPLICAS, patch, podsOf, untilCalm } from '../bed.ts';
import type { Change } from '../change.ts';

/**
 * Another image for every TickStorm.
 * @param images references of the same image, of which the nodes have both
 */
export function rollingUpdate(images: readonly [string, string]): Change {
  return {
    name: 'rolling update by image',
    run: async (bed) => {
      await Promise.all(
        bed.services.map(async (name) => {
          const [pod] = await podsOf(bed, name);
          const image = pod?.spec.containers[0]?.image === images[0] ? images[1] : images[0];
          await patch(bed, name, { image });
          await untilCalm(bed, name, REPLICAS, ({ spec }) => spec.containers[0]?.image === image);
        }),
      );
    },
  };
}
