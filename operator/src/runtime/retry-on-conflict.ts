import { isStaleWrite } from './api-error.ts';

/** The most writes of one thing: others may change the object in between. */
const MOST_ATTEMPTS = 4;

/**
 * Writes for the object as it is known; where the write is refused because that is not what is there (`isStaleWrite`), once
 * more for what is. Without a pause, as each attempt is for what was read last (client-go: `retry.RetryOnConflict`).
 */
export async function retryOnConflict<Known, Written>(
  known: Known,
  write: (seen: Known) => Promise<Written>,
  read: () => Promise<Known>,
): Promise<Written> {
  let seen = known;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write(seen);
    } catch (error) {
      if (!isStaleWrite(error) || attempt === MOST_ATTEMPTS) throw error;
      seen = await read();
    }
  }
}
