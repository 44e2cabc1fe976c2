/** Whether a stop signal is still to end the process at once, or is the supervisor's to handle. */
export const earlyStop: { isOver: boolean } = { isOver: false };
