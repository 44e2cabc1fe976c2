/** Something that a person who looks at the object should know. */
export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  /** One CamelCase word. */
  readonly reason: string;
  /** What was being done, one CamelCase word. */
  readonly action: string;
  readonly note: string;
}
