import { Body, Controller, Delete, Get, Param, Patch, Query } from '@nestjs/common';
import { z } from 'zod';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { NotStored } from '../../../platform/http/etag';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Route } from '../../../platform/http/route';
import { CurrentDevice, type RemoteDevice } from '../sign-in/device';
import { SessionNotFound } from '../users.errors';
import { SessionChange, SessionPage, SessionQuery, SessionResponse, showSession } from './sessions.dto';
import { Sessions } from './sessions';
import { ActiveSessions } from './active-sessions.query';

@NotStored()
@Controller('me/sessions')
export class SessionsController {
  constructor(
    private readonly sessions: Sessions,
    private readonly activeSessions: ActiveSessions,
  ) {}

  @Get()
  @Route({ summary: 'List my sessions', response: SessionPage, tag: 'Me' })
  async listMySessions(
    @CurrentActor() { id, sessionId }: Actor,
    @Query({ schema: SessionQuery }) { cursor, limit, withTotal }: SessionQuery,
  ): Promise<Page<SessionResponse>> {
    const rows = await this.activeSessions.list(id, cursor, limit + 1);
    const total = withTotal ? await this.activeSessions.count(id) : undefined;
    return toPage(rows, limit, this.activeSessions.cursorAfter, (session) => showSession(session, sessionId), total);
  }

  @Patch(':id')
  @Route({
    summary: 'Name one of my sessions',
    response: SessionResponse,
    errors: [SessionNotFound],
    tag: 'Me',
  })
  async renameSession(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: z.uuid() }) sessionId: string,
    @Body({ schema: SessionChange }) { name }: SessionChange,
  ): Promise<SessionResponse> {
    await this.sessions.rename(actor.id, sessionId, name);
    return showSession(await this.activeSessions.get(actor.id, sessionId), actor.sessionId);
  }

  @Delete(':id')
  @Route({ summary: 'End one of my sessions', errors: [SessionNotFound], tag: 'Me' })
  async endSession(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: z.uuid() }) sessionId: string,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<void> {
    const hasEnded = await this.sessions.end(actor.id, sessionId, 'revoked', device);
    if (!hasEnded) throw new SessionNotFound();
  }
}
