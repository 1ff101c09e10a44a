import { Controller, Get, Query } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { NotStored } from '../../../platform/http/etag';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { ClosedToApiKeys } from '../../../platform/auth/route-access';
import { Route } from '../../../platform/http/route';
import { UserNotFound } from '../users.errors';
import { requireAdmin } from '../users.policy';
import {
  SecurityEventPage,
  SecurityEventQuery,
  showOwnSecurityEvent,
  showSecurityEvent,
  type SecurityEventResponse,
} from './security-events.dto';
import { SecurityEvents } from './security-events';

@NotStored()
@Controller()
export class SecurityEventsController {
  constructor(private readonly events: SecurityEvents) {}

  @Get('me/security-events')
  @Route({ summary: 'List the security events of my account', response: SecurityEventPage, tag: 'Me' })
  listMySecurityEvents(
    @CurrentActor() actor: Actor,
    @Query({ schema: SecurityEventQuery }) query: SecurityEventQuery,
  ): Promise<Page<SecurityEventResponse>> {
    return this.readPage(actor.id, query, showOwnSecurityEvent);
  }

  /** Also lists the events of a person who has been removed, because their events are kept. */
  @Get('users/:id/security-events')
  @ClosedToApiKeys()
  @Route({
    summary: 'List the security events of an account',
    access: 'administrators',
    response: SecurityEventPage,
    errors: [Forbidden, UserNotFound],
    tag: 'Users',
  })
  async listUserSecurityEvents(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Query({ schema: SecurityEventQuery }) query: SecurityEventQuery,
  ): Promise<Page<SecurityEventResponse>> {
    requireAdmin(actor);
    const page = await this.readPage(id, query, showSecurityEvent);
    if (page.data.length === 0 && !(await this.events.hasPerson(id))) throw new UserNotFound();
    return page;
  }

  private async readPage(
    personId: number,
    { cursor, limit, withTotal }: SecurityEventQuery,
    show: typeof showSecurityEvent,
  ): Promise<Page<SecurityEventResponse>> {
    const rows = await this.events.list(personId, cursor, limit + 1);
    const total = withTotal ? await this.events.count(personId) : undefined;
    return toPage(rows, limit, this.events.cursorAfter, show, total);
  }
}
