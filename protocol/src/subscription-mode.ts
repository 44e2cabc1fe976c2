/** Which of the feed's two streams a subscription is for. */
export const SubscriptionMode = {
  UNSPECIFIED: 0,
  /** Every tick. */
  SECOND: 1,
  /** The closing tick of each one-minute bar per symbol. */
  MINUTE: 2,
} as const;

export type SubscriptionMode = (typeof SubscriptionMode)[keyof typeof SubscriptionMode];
