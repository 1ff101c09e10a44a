/** Headers, parameters and responses that many routes share, as OpenAPI components. */
const header = (description: string, schema: object = { type: 'string' }) => ({ description, required: true, schema });
const count = { type: 'integer', format: 'int64', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };

export const sharedHeaders = {
  'X-Trace-Id': header('Identifies the request in the logs. Taken from `traceparent` if the caller sends one.', {
    type: 'string',
    pattern: '^[0-9a-f]{32}$',
  }),
  'RateLimit-Limit': header('Requests allowed per minute.', count),
  'RateLimit-Remaining': header('Requests left in this minute.', count),
  'RateLimit-Reset': header('Seconds until the count restarts.', count),
  'Retry-After': header('Seconds to wait before the next try.', count),
  ETag: header('Send it as `If-None-Match` to read and as `If-Match` to edit.', {
    type: 'string',
    pattern: '^(W/)?"[\\x21\\x23-\\x7e]*"$',
  }),
  Location: header('Path of the result.', { type: 'string', format: 'uri-reference' }),
  'Idempotency-Replayed': {
    description: 'This response was sent before for the same key.',
    schema: { type: 'string', const: 'true' },
  },
  'WWW-Authenticate': header('How to sign in.'),
};

const etagExample = 'such as `"v7-mBlPc0tY2Fqk6Q1d"`';

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Chosen by the caller, one for each intended effect. The same key and body give the same response for 24 hours. Such as `0f8b1c52-6f0f-4b52`.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
};

/** The parameters have no `example`, because the documentation page would send it each time, as the same key or as a stale ETag. */
export const sharedParameters = {
  'Idempotency-Key': idempotencyKey,
  'Idempotency-Key-Required': { ...idempotencyKey, required: true },
  'If-Match': {
    name: 'If-Match',
    in: 'header',
    description: `The ETag of the edited version, ${etagExample}. The change is refused if another change was saved in the meantime.`,
    schema: { type: 'string' },
  },
  'If-None-Match': {
    name: 'If-None-Match',
    in: 'header',
    description: `The ETag of the caller’s copy, ${etagExample}.`,
    schema: { type: 'string' },
  },
};

export const sharedResponses = {
  NotModified: {
    description: 'The caller’s copy is current.',
    headers: { 'X-Trace-Id': { $ref: '#/components/headers/X-Trace-Id' }, ETag: { $ref: '#/components/headers/ETag' } },
  },
};
