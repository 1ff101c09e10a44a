import { Body, Controller, Delete, Get, Put } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { Visibility } from '../privacy/visibility';
import { Activations } from './activation/activations';
import { Profiles } from './profiles';
import { CurrentDevice, type RemoteDevice } from '../sign-in/device';
import { AccountClosure, ManagedUser, showManagedUser, showUser, UserResponse } from './users.dto';
import { PersonHasLeft } from '../leaving/departures.errors';
import { LastAdministrator, UserNotFound } from '../users.errors';
import { requireAdminOverOthers } from '../users.policy';

@Controller('users')
export class UsersController {
  constructor(
    private readonly profiles: Profiles,
    private readonly activations: Activations,
    private readonly visibility: Visibility,
  ) {}

  @Get(':id')
  @Route({ summary: 'Show a person', response: UserResponse, errors: [UserNotFound] })
  async getUser(@CurrentActor() actor: Actor, @Id() id: number): Promise<UserResponse> {
    const person = await this.profiles.getVisibleTo(actor, id);
    return showUser(person, actor, await this.visibility.profileFor(actor, person));
  }

  @Put(':id/activation')
  @Route({
    summary: 'Open a closed account',
    access: 'administrators',
    response: ManagedUser,
    errors: [Forbidden, UserNotFound, PersonHasLeft],
  })
  async activateUser(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<ManagedUser> {
    requireAdminOverOthers(actor, id);
    await this.activations.activate(id, { actorId: actor.id, device });
    return showManagedUser(await this.profiles.get(id));
  }

  /** Everything that the person created stays. They can no longer sign in. */
  @Delete(':id/activation')
  @Route({
    summary: 'Close an account and end its sessions',
    access: 'administrators',
    response: ManagedUser,
    errors: [Forbidden, UserNotFound, LastAdministrator, PersonHasLeft],
  })
  async deactivateUser(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Body({ schema: AccountClosure }) { reason }: AccountClosure,
    @CurrentDevice() device: RemoteDevice,
  ): Promise<ManagedUser> {
    requireAdminOverOthers(actor, id);
    await this.activations.deactivate(id, reason, { actorId: actor.id, device });
    return showManagedUser(await this.profiles.get(id));
  }
}
