import { Controller, Get, Header, Headers, Res } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Stopping } from '../../../platform/errors/unavailable.errors';
import type { EventStream } from '../../../platform/http/event-stream';
import { ValidationFailed } from '../../../platform/http/http.errors';
import { Route } from '../../../platform/http/route';
import { LiveNotifications } from './live-notifications';
import { TooManyStreams } from '../notifications.errors';

const description = [
  'Server-sent events: each `notification` event carries one Notification as JSON, and its id.',
  'Reconnect with `Last-Event-ID` to hear what came meanwhile; an event of the last seconds may then come twice.',
  'The stream ends after ten minutes, with the session, and when the instance stops: reconnect with a current access token.',
].join(' ');

@Controller('me/notifications')
export class LiveNotificationsController {
  constructor(private readonly live: LiveNotifications) {}

  @Get('stream')
  @Header('content-type', 'text/event-stream')
  @Header('cache-control', 'no-store')
  // Nginx would collect the events until its buffer is full.
  @Header('x-accel-buffering', 'no')
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The id of the last event that arrived; events after it follow.',
    schema: { type: 'integer', minimum: 0 },
  })
  @Route({
    summary: 'Hear of your notifications as they come',
    description,
    produces: 'text/event-stream',
    errors: [Stopping, TooManyStreams, ValidationFailed],
    tag: 'Notifications',
  })
  async open(
    @CurrentActor() actor: Actor,
    @Headers('last-event-id') last: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventStream> {
    const events = await this.live.open(actor, last ? lastIdOf(last) : null);
    // An answer to HEAD reads nothing and ends; so does one whose reader has gone already.
    if (reply.raw.destroyed) events.destroy();
    reply.raw.once('close', () => events.destroy());
    return events;
  }
}

/** @throws ValidationFailed */
function lastIdOf(text: string): number {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(id)) return id;
  throw new ValidationFailed([{ pointer: '/header/last-event-id', message: 'Must be the id of an event' }]);
}
