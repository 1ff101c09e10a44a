import { Controller, Get, Header, Headers, Res } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Stopping } from '../../../platform/errors/unavailable.errors';
import type { EventStream } from '../../../platform/http/event-stream';
import { ValidationFailed } from '../../../platform/http/problems/http.errors';
import { Route } from '../../../platform/http/route';
import { LiveNotifications } from './live-notifications';
import { Notification } from '../notifications.dto';
import { TooManyStreams } from '../notifications.errors';

const description = [
  'Server-sent events. Each `notification` event contains one Notification as JSON; the id of the event is the id of the notification.',
  'Reconnect with `Last-Event-ID` to receive the events since then; events of the last 10 seconds may be sent twice.',
  'The stream ends after ten minutes, with the session, or when the instance stops. Reconnect with a current access token.',
].join(' ');

@Controller('me/notifications')
export class LiveNotificationsController {
  constructor(private readonly live: LiveNotifications) {}

  @Get('stream')
  @Header('content-type', 'text/event-stream')
  @Header('cache-control', 'no-store')
  // Without this header Nginx holds the events back until its buffer is full.
  @Header('x-accel-buffering', 'no')
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The id of the last event that arrived. The stream begins after this event.',
    schema: { type: 'integer', minimum: 0 },
  })
  @Route({
    summary: 'Receive your notifications as a stream',
    description,
    response: Notification,
    produces: 'text/event-stream',
    errors: [Stopping, TooManyStreams, ValidationFailed],
    tag: 'Notifications',
  })
  async streamNotifications(
    @CurrentActor() actor: Actor,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventStream> {
    const events = await this.live.open(actor, lastEventId ? parseEventId(lastEventId) : null);
    // HEAD requests and clients that have already disconnected cannot receive events, so their stream ends at once.
    if (reply.raw.destroyed) events.destroy();
    reply.raw.once('close', () => events.destroy());
    return events;
  }
}

/** @throws ValidationFailed */
function parseEventId(text: string): number {
  const isWholeNumber = /^\d{1,16}$/.test(text);
  const id = Number(text);
  if (isWholeNumber && Number.isSafeInteger(id)) return id;
  throw new ValidationFailed([{ pointer: '/header/last-event-id', message: 'Must be the id of an event' }]);
}
