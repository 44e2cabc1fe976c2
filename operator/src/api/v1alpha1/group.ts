/** The API's coordinates: group, version and names of the custom resource. */
export const GROUP = 'tickstorm.io';
export const VERSION = 'v1alpha1';
export const API_VERSION: `${typeof GROUP}/${typeof VERSION}` = `${GROUP}/${VERSION}`;
export const KIND = 'TickStorm';
export const PLURAL = 'tickstorms';
