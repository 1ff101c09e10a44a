import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../platform/auth/actor';
import { requireAdministrator } from '../../platform/auth/administrator';
import { Forbidden } from '../../platform/errors/access.errors';
import { InvalidCursor } from '../../platform/http/problems/http.errors';
import type { Page } from '../../platform/http/pagination';
import { Id } from '../../platform/http/parameters';
import { Route } from '../../platform/http/route';
import { EventNotFound } from '../../platform/events/events.errors';
import { OutboxAdministration } from '../../platform/events/outbox-administration';
import {
  OutboxDecisionBody,
  showUndelivered,
  UndeliveredPage,
  UndeliveredQuery,
  type UndeliveredEvent,
} from './outbox.dto';

const tag = 'Operations';

/** Lists and decides undelivered events: those that wait for their handlers, and those whose delivery failed. */
@Controller('operations/outbox')
export class OutboxController {
  constructor(private readonly outbox: OutboxAdministration) {}

  @Get()
  @Route({
    summary: 'List the undelivered events, oldest first',
    access: 'administrators',
    response: UndeliveredPage,
    errors: [Forbidden, InvalidCursor],
    tag,
  })
  async listUndeliveredEvents(
    @CurrentActor() actor: Actor,
    @Query({ schema: UndeliveredQuery }) query: UndeliveredQuery,
  ): Promise<Page<UndeliveredEvent>> {
    requireAdministrator(actor);
    return this.outbox.list(query, showUndelivered);
  }

  @Post(':id/decisions')
  @Route({
    summary: 'Retry or discard an event',
    access: 'administrators',
    description:
      'The decision is stored with its reason and the administrator who made it. For a discarded event the payload is stored too.',
    errors: [Forbidden, EventNotFound],
    resource: 'undelivered event',
    tag,
  })
  async decideUndeliveredEvent(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Body({ schema: OutboxDecisionBody }) { decision, reason }: OutboxDecisionBody,
  ): Promise<void> {
    requireAdministrator(actor);
    await this.outbox.decide([id], { decision, reason, by: actor.id });
  }
}
