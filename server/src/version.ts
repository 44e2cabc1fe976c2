/** What the server calls itself in an AUTH ACK; the version of package.json. */
export const SERVER_VERSION = '0.2.0';
