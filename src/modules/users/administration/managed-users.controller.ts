import { Body, Controller, Delete, Get, Put, Query } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { NotStored } from '../../../platform/http/etag';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { ClosedToApiKeys, RequiresRecentProof } from '../../../platform/auth/route-access';
import { Route } from '../../../platform/http/route';
import { Profiles } from '../accounts/profiles';
import { ManagedUser, ManagedUserPage, showManagedUser, UserQuery } from '../accounts/users.dto';
import { ActiveSessions } from '../sessions/active-sessions.query';
import { EndedSessions, SessionPage, SessionQuery, showSession, type SessionResponse } from '../sessions/sessions.dto';
import { Sessions } from '../sessions/sessions';
import { CurrentDevice, type RemoteDevice } from '../sign-in/device';
import { LastAdministrator, TeacherHasCourses, UserNotFound } from '../users.errors';
import { requireAdmin, requireAdminOverOthers } from '../users.policy';
import { RoleChange } from './role-changes.dto';
import { RoleChanges } from './role-changes';
import { UserList } from './user-list.query';
import { Accounts } from '../accounts/accounts';

/** Administrators find people, change their role and see and end their sessions. */
@NotStored()
@Controller('users')
export class ManagedUsersController {
  constructor(
    private readonly userList: UserList,
    private readonly roleChanges: RoleChanges,
    private readonly accounts: Accounts,
    private readonly profiles: Profiles,
    private readonly activeSessions: ActiveSessions,
    private readonly sessions: Sessions,
  ) {}

  @Get()
  @Route({
    summary: 'List people',
    access: 'administrators',
    response: ManagedUserPage,
    errors: [Forbidden],
    tag: 'Users',
  })
  listUsers(@CurrentActor() actor: Actor, @Query({ schema: UserQuery }) query: UserQuery): Promise<Page<ManagedUser>> {
    requireAdmin(actor);
    return this.userList.list(query);
  }

  @Put(':id/role')
  @RequiresRecentProof()
  @Route({
    summary: 'Change the role of another person',
    access: 'administrators',
    description:
      'A person with published courses cannot become a student. The person is notified, and the change is a security event.',
    response: ManagedUser,
    errors: [Forbidden, UserNotFound, TeacherHasCourses, LastAdministrator],
    tag: 'Users',
  })
  async changeUserRole(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Body({ schema: RoleChange }) change: RoleChange,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<ManagedUser> {
    requireAdminOverOthers(actor, id);
    await this.roleChanges.change(id, change, { actorId: actor.id, device });
    return showManagedUser(await this.profiles.get(id));
  }

  @Get(':id/sessions')
  @ClosedToApiKeys()
  @Route({
    summary: 'List the sessions of a person, newest first',
    access: 'administrators',
    response: SessionPage,
    errors: [Forbidden, UserNotFound],
    tag: 'Users',
  })
  async listUserSessions(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Query({ schema: SessionQuery }) { cursor, limit, withTotal }: SessionQuery,
  ): Promise<Page<SessionResponse>> {
    requireAdmin(actor);
    const rows = await this.activeSessions.list(id, cursor, limit + 1);
    if (rows.length === 0) await this.accounts.requireExists(id);
    const total = withTotal ? await this.activeSessions.count(id) : undefined;
    return toPage(
      rows,
      limit,
      this.activeSessions.cursorAfter,
      (session) => showSession(session, actor.sessionId),
      total,
    );
  }

  @Delete(':id/sessions')
  @Route({
    summary: 'End all sessions of another person',
    access: 'administrators',
    description: 'The person must sign in again on every device. Their password does not change.',
    response: EndedSessions,
    errors: [Forbidden, UserNotFound],
    tag: 'Users',
  })
  async endUserSessions(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<EndedSessions> {
    requireAdminOverOthers(actor, id);
    await this.accounts.requireExists(id);
    return { ended: await this.sessions.endAllByAdmin(id, { actorId: actor.id, device }) };
  }
}
