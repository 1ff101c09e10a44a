/** Headers, parameters and responses that many routes share, as OpenAPI components. */
const header = (description: string, schema: object = { type: 'string' }) => ({ description, required: true, schema });
const count = { type: 'integer', minimum: 0 };

export const sharedHeaders = {
  'X-Trace-Id': header('Finds the request in the logs; taken from `traceparent` when one is sent.', {
    type: 'string',
    pattern: '^[0-9a-f]{32}$',
  }),
  'RateLimit-Limit': header('Requests a minute.', count),
  'RateLimit-Remaining': header('Requests left in this minute.', count),
  'RateLimit-Reset': header('Seconds until the count starts again.', count),
  'Retry-After': header('Seconds to wait before the next try.', count),
  ETag: header('Send back as `If-None-Match` to read, as `If-Match` to edit.'),
  Location: header('Where the outcome is read.'),
  'Idempotency-Replayed': {
    description: 'This answer was given before, for the same key.',
    schema: { type: 'string', const: 'true' },
  },
  'WWW-Authenticate': header('How to sign in.'),
};

const etag = 'such as `"v7-mBlPc0tY2Fqk6Q1d"`';

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Chosen by the caller, one for each intended effect; the same key and body give the same answer for 24 hours. Such as `0f8b1c52-6f0f-4b52`.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
};

/** Without an `example`: the documentation page fills one in, and everybody would send the same key and a stale ETag. */
export const sharedParameters = {
  'Idempotency-Key': idempotencyKey,
  'Idempotency-Key-Required': { ...idempotencyKey, required: true },
  'If-Match': {
    name: 'If-Match',
    in: 'header',
    description: `The ETag of what was edited, ${etag}: the change is refused when somebody else was faster.`,
    schema: { type: 'string' },
  },
  'If-None-Match': {
    name: 'If-None-Match',
    in: 'header',
    description: `The ETag of the copy the caller holds, ${etag}.`,
    schema: { type: 'string' },
  },
};

export const sharedResponses = {
  NotModified: {
    description: 'The copy the caller holds is current.',
    headers: { 'X-Trace-Id': { $ref: '#/components/headers/X-Trace-Id' }, ETag: { $ref: '#/components/headers/ETag' } },
  },
};
