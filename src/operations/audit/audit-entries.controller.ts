import { Controller, Get, Query } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../platform/auth/actor';
import { requireAdministrator } from '../../platform/auth/administrator';
import { ClosedToApiKeys } from '../../platform/auth/route-access';
import { Forbidden } from '../../platform/errors/access.errors';
import type { Page } from '../../platform/http/pagination';
import { InvalidCursor } from '../../platform/http/problems/http.errors';
import { Route } from '../../platform/http/route';
import { AuditEntries } from './audit-entries.query';
import { AuditEntryPage, AuditEntryQuery, showAuditEntry, type AuditEntryResponse } from './audit-entries.dto';

@Controller('audit-entries')
export class AuditEntriesController {
  constructor(private readonly entries: AuditEntries) {}

  @Get()
  @ClosedToApiKeys()
  @Route({
    summary: 'List what the staff did and what happened to accounts, newest first',
    access: 'administrators',
    description: 'Entries are never changed or deleted. An entry of the last minute may not be in the chain yet.',
    response: AuditEntryPage,
    errors: [Forbidden, InvalidCursor],
    tag: 'Operations',
  })
  async listAuditEntries(
    @CurrentActor() actor: Actor,
    @Query({ schema: AuditEntryQuery }) query: AuditEntryQuery,
  ): Promise<Page<AuditEntryResponse>> {
    requireAdministrator(actor);
    return this.entries.list(query, showAuditEntry);
  }
}
