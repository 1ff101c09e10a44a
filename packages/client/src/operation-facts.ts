/** What the run time knows about an operation. The generator reads it from openapi.json. */
export interface OperationFacts {
  readonly method: string;
  /** With `{name}` for each path argument. */
  readonly path: string;
  /** The codes of the problems that the operation documents. */
  readonly codes: readonly string[];
  /** The operation needs no account, so no token is sent. */
  readonly isPublic?: true;
  /** The operation takes an Idempotency-Key. */
  readonly takesKey?: true;
  /** The path of the resource whose version the operation checks with If-Match. */
  readonly edits?: string;
  /** The largest page of a list. */
  readonly pageSize?: number;
  readonly isStream?: true;
  /** The response has tokens, which the client stores. */
  readonly returnsTokens?: true;
}

export type Values = Readonly<Record<string, unknown>>;
