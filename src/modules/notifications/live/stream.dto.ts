import { z } from 'zod';
import { namedEnum } from '../../../platform/http/named-enum';
import { Notification } from '../notifications.dto';

/** An id of an event, as the client received it. */
const eventId = z
  .string()
  .regex(/^\d{1,16}$/, 'Must be the id of an event')
  .transform(Number)
  .pipe(z.int('Must be the id of an event').min(0));

export const readEventId = (header: string): z.ZodSafeParseResult<number> => eventId.safeParse(header);

export const StreamQuery = z.strictObject({
  ticket: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, 'Must be a ticket')
    .optional()
    .meta({
      description:
        'A ticket of `POST /me/notifications/stream-tickets`, instead of the header `Authorization`. It is valid once.',
    }),
  lastEventId: eventId.optional().meta({
    description:
      'Like the header `Last-Event-ID`, for clients that cannot send it. If both are sent, the header counts.',
    documentedAs: { type: 'integer', format: 'int64', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  }),
});
export type StreamQuery = z.output<typeof StreamQuery>;

export const StreamTicket = z
  .strictObject({
    ticket: z.string().meta({ description: 'Send it as `?ticket=` of the stream. It is valid once' }),
    expiresAt: z.iso.datetime().meta({ description: 'Connect before this time, which is in one minute' }),
  })
  .meta({
    id: 'StreamTicket',
    examples: [{ ticket: 'q3Zb0kq8mVZ2Jw1n5s7xF4c9tLr6uYdHeAoPiKgTjBM', expiresAt: '2026-03-01T09:31:00.000Z' }],
  });
export type StreamTicket = z.output<typeof StreamTicket>;

const streamCloseReasons = ['too_many_streams'] as const;

export const StreamClosed = z
  .strictObject({
    reason: namedEnum('StreamCloseReason', streamCloseReasons).meta({
      description: '`too_many_streams`: you have opened newer streams, and this was the oldest of more than five',
    }),
  })
  .meta({
    id: 'StreamClosed',
    description:
      'The JSON in `data` of an event `closed`. It is the last event of the stream. Do not reconnect by yourself.',
    examples: [{ reason: 'too_many_streams' }],
  });
export type StreamClosed = z.output<typeof StreamClosed>;

/** OpenAPI 3.1 has no keyword for the items of a stream. So the schema of the response describes the data of one event. */
export const NotificationStreamEvent = z.union([Notification, StreamClosed]).meta({
  id: 'NotificationStreamEvent',
  description:
    'The JSON in the field `data` of one event. The field `event` says which: `notification` has a Notification, and `closed` has a StreamClosed. Ignore events of other names.',
});
