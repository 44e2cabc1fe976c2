import { quantityNanos } from '../api/quantity.ts';

type Amounts = Readonly<Record<string, string | number>>;

interface LimitItem {
  readonly type: string;
  readonly default?: Amounts;
  readonly max?: Amounts;
  readonly min?: Amounts;
}

/** What of a ResourceQuota's or a LimitRange's spec bounds pods. */
interface Bounds {
  readonly hard?: Amounts;
  readonly limits?: readonly LimitItem[];
}

/** Takes an amount that stands where it is wider than the one that is to be. */
function wider(wanted: Amounts, standing: Amounts, isWider: (standing: bigint, wanted: bigint) => boolean): Amounts {
  const entries = Object.entries(wanted).map(([resource, amount]) => {
    const now = standing[resource];
    const stands = now !== undefined && isWider(quantityNanos(now), quantityNanos(amount));
    return [resource, stands ? now : amount] as const;
  });
  return Object.fromEntries(entries);
}

const isMore = (standing: bigint, wanted: bigint): boolean => standing > wanted;
const isLess = (standing: bigint, wanted: bigint): boolean => standing < wanted;

/** The limits that a limit range as it stands gives containers that declare none. */
export function defaultLimits({ limits }: Bounds): Amounts {
  return limits?.find(({ type }) => type === 'Container')?.default ?? {};
}

/** The bounds of a shared quota or limit range no narrower than they stand: what is admitted now is admitted then. */
export function noNarrower({ hard, limits }: Bounds, standing: Bounds): Bounds {
  const widened = limits?.map((item) => {
    const now = standing.limits?.find(({ type }) => type === item.type);
    return {
      ...item,
      ...(item.max !== undefined && { max: wider(item.max, now?.max ?? {}, isMore) }),
      ...(item.min !== undefined && { min: wider(item.min, now?.min ?? {}, isLess) }),
    };
  });
  return {
    ...(hard !== undefined && { hard: wider(hard, standing.hard ?? {}, isMore) }),
    ...(widened !== undefined && { limits: widened }),
  };
}
