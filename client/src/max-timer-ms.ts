/** The longest pause that a timer of Node can make, in milliseconds (24.8 days): one that is told more fires at once. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;
