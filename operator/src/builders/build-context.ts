/** What a builder needs beside the resource. */
export interface BuildContext {
  /** Image of TickStorms that name none. */
  readonly serverImage: string;
}
