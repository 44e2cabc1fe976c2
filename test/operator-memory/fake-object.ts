/** Who set which fields, as server-side apply keeps it. */
export interface FieldsEntry {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource?: string;
  readonly [field: string]: unknown;
}

/** An object of the fake cluster, as it is sent. */
export interface FakeObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string | undefined;
    readonly uid?: string;
    readonly managedFields?: readonly FieldsEntry[];
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}
