import { GROUP } from './group.ts';
import type { TickStormMeta } from './tick-storm.ts';

const PAUSED = `${GROUP}/paused`;
const RESTARTED_AT = `${GROUP}/restarted-at`;
const HIBERNATE = `${GROUP}/hibernate`;
const ROLL_BACK = `${GROUP}/roll-back`;
const PAUSABLE = ['all', 'rollout', 'scale-in', 'rebalance'] as const;

type Pausable = (typeof PAUSABLE)[number];

/** What is asked of the operator by annotations: for a time, not as part of what is declared. */
export interface Controls {
  readonly paused: ReadonlySet<Pausable>;
  /** Any text; another one makes the pods anew. */
  readonly restartedAt: string | undefined;
  readonly isHibernating: boolean;
  /** Digest of the pod template that is to be given up for the last one whose pods came up. */
  readonly rollBack: string | undefined;
  /** Values that mean nothing, with what would be right. */
  readonly problems: readonly string[];
}

/** Reads the annotations `tickstorm.io/paused`, `restarted-at`, `hibernate` and `roll-back`. */
export function controlsOf({ annotations = {} }: Pick<TickStormMeta, 'annotations'>): Controls {
  const words = (annotations[PAUSED] ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const unknown = words.filter((word) => !PAUSABLE.some((known) => known === word));
  const hibernate = annotations[HIBERNATE];
  return {
    paused: new Set(PAUSABLE.filter((known) => words.includes(known))),
    restartedAt: annotations[RESTARTED_AT],
    isHibernating: hibernate === 'true',
    rollBack: annotations[ROLL_BACK],
    problems: [
      ...unknown.map((word) => `annotation ${PAUSED}: "${word}" is none of ${PAUSABLE.join(', ')}`),
      ...(hibernate === undefined || hibernate === 'true' || hibernate === 'false'
        ? []
        : [`annotation ${HIBERNATE}: "${hibernate}" is neither true nor false`]),
    ],
  };
}
