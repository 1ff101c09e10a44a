import { Controller, Delete, Get, Put, Query } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../platform/auth/actor';
import { Forbidden } from '../../platform/errors/access.errors';
import type { Page } from '../../platform/http/pagination';
import { Id } from '../../platform/http/parameters';
import { Route } from '../../platform/http/route';
import { Activations } from './activations';
import { Profiles } from './profiles';
import { ManagedUser, ManagedUserPage, showManagedUser, showUser, UserQuery, UserView } from './users.dto';
import { UserNotFound } from './users.errors';
import { requireAdmin, requireAdminOverOthers } from './users.policy';

@Controller('users')
export class UsersController {
  constructor(
    private readonly profiles: Profiles,
    private readonly activations: Activations,
  ) {}

  @Get()
  @Route({ summary: 'List people (administrators)', answer: ManagedUserPage, errors: [Forbidden] })
  list(@CurrentActor() actor: Actor, @Query({ schema: UserQuery }) query: UserQuery): Promise<Page<ManagedUser>> {
    requireAdmin(actor);
    return this.profiles.page(query);
  }

  @Get(':id')
  @Route({ summary: 'Show a person', answer: UserView, errors: [UserNotFound] })
  async show(@CurrentActor() actor: Actor, @Id() id: number): Promise<UserView> {
    return showUser(await this.profiles.seenBy(actor, id), actor);
  }

  @Put(':id/activation')
  @Route({ summary: 'Open a closed account (administrators)', answer: ManagedUser, errors: [Forbidden, UserNotFound] })
  async activate(@CurrentActor() actor: Actor, @Id() id: number): Promise<ManagedUser> {
    requireAdminOverOthers(actor, id);
    return showManagedUser(await this.activations.activate(id));
  }

  /** What the person made stays; they cannot sign in any more. */
  @Delete(':id/activation')
  @Route({
    summary: 'Close an account and end its sessions (administrators)',
    answer: ManagedUser,
    errors: [Forbidden, UserNotFound],
  })
  async deactivate(@CurrentActor() actor: Actor, @Id() id: number): Promise<ManagedUser> {
    requireAdminOverOthers(actor, id);
    return showManagedUser(await this.activations.deactivate(id));
  }
}
