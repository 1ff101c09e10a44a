import { Controller, Get, Header, Headers, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { StreamTickets } from '../../../platform/auth/stream-tickets';
import { Stopping } from '../../../platform/errors/unavailable.errors';
import type { EventStream } from '../../../platform/http/event-stream';
import { ValidationFailed } from '../../../platform/http/problems/http.errors';
import { Route } from '../../../platform/http/route';
import { LiveNotifications } from './live-notifications';
import { NotificationStreamEvent, readEventId, StreamQuery, StreamTicket } from './stream.dto';

const description = [
  'Server-sent events. Each `notification` event contains one Notification as JSON; the id of the event is the id of the notification.',
  'The schema of the response describes the JSON in the field `data` of one event, because OpenAPI 3.1 cannot describe a stream.',
  'Reconnect with `Last-Event-ID` to receive the events since then; events of the last 10 seconds may be sent twice.',
  'The stream ends after ten minutes, with the session, or when the instance stops. Reconnect with a current access token or a new ticket.',
  'With more than five streams of a person on one instance, the oldest ends with the event `closed`. Do not reconnect after it by yourself.',
].join(' ');

const ticketDescription = [
  'For the `EventSource` of a browser, which cannot send the header `Authorization`: open the stream with `?ticket=`.',
  'A ticket is valid for one minute and one connection, and only while your session lasts. Each connection needs a new one.',
].join(' ');

@Controller('me/notifications')
export class LiveNotificationsController {
  constructor(
    private readonly live: LiveNotifications,
    private readonly tickets: StreamTickets,
  ) {}

  @Post('stream-tickets')
  @Route({
    summary: 'Request a ticket for the stream of notifications',
    description: ticketDescription,
    response: StreamTicket,
    tag: 'Notifications',
  })
  async createStreamTicket(@CurrentActor() actor: Actor): Promise<StreamTicket> {
    const { ticket, expiresAt } = await this.tickets.issue(actor);
    return { ticket, expiresAt: expiresAt.toISOString() };
  }

  @Get('stream')
  @Header('content-type', 'text/event-stream')
  @Header('cache-control', 'no-store')
  // Without this header Nginx holds the events back until its buffer is full.
  @Header('x-accel-buffering', 'no')
  @Route({
    summary: 'Receive your notifications as a stream',
    description,
    response: NotificationStreamEvent,
    produces: 'text/event-stream',
    headers: {
      'Last-Event-ID': {
        description: 'The id of the last event that arrived. The stream begins after this event.',
        schema: { type: 'integer', format: 'int64', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
      },
    },
    errors: [Stopping, ValidationFailed],
    tag: 'Notifications',
  })
  async streamNotifications(
    @CurrentActor() actor: Actor,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Query({ schema: StreamQuery }) query: StreamQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventStream> {
    const lastId = lastEventId ? parseEventId(lastEventId) : (query.lastEventId ?? null);
    const events = await this.live.open(actor, lastId);
    // HEAD requests and clients that have already disconnected cannot receive events, so their stream ends at once.
    if (reply.raw.destroyed) events.destroy();
    reply.raw.once('close', () => events.destroy());
    return events;
  }
}

/** @throws ValidationFailed */
function parseEventId(text: string): number {
  const { data } = readEventId(text);
  if (data !== undefined) return data;
  throw new ValidationFailed([
    { pointer: '/header/last-event-id', message: 'Must be the id of an event', rule: 'event_id' },
  ]);
}
