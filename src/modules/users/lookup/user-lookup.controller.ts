import { Controller, Get, Query } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Route } from '../../../platform/http/route';
import { UserNotFound } from '../users.errors';
import { UserLookup } from './user-lookup';
import { FoundUserResponse, showFoundUser, UserLookupQuery } from './user-lookup.dto';

@Controller('users/lookup')
export class UserLookupController {
  constructor(private readonly lookup: UserLookup) {}

  @Get()
  @Route({
    summary: 'Find a person by their exact username',
    description:
      'For a transfer to a friend. People with `hideFromLookup` in their privacy settings, people who have blocked you and closed accounts are as if unknown. Each person can look up 20 names a minute; the school can change this number.',
    response: FoundUserResponse,
    errors: [UserNotFound],
    tag: 'Users',
  })
  async findUserByUsername(
    @CurrentActor() actor: Actor,
    @Query({ schema: UserLookupQuery }) { username }: UserLookupQuery,
  ): Promise<FoundUserResponse> {
    return showFoundUser(await this.lookup.get(actor.id, username));
  }
}
