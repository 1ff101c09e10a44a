import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { requireAdministrator } from '../../platform/auth/administrator';
import { CurrentActor, type Actor } from '../../platform/auth/actor';
import { Forbidden } from '../../platform/errors/access.errors';
import { NotStored } from '../../platform/http/etag';
import { Id } from '../../platform/http/parameters';
import { Route } from '../../platform/http/route';
import { WalletOverview, WalletOverviews } from '../chain';
import { LearningOverview, LearningOverviews } from '../progress';
import { CoinOverview, CoinOverviews } from '../rewards';
import { AccountOverview, AccountOverviews, UserNotFound } from '../users';

const parts = { ...AccountOverview, ...CoinOverview, ...LearningOverview, ...WalletOverview };

/** The example of a part is the example of its schema, or one item of its list. */
const exampleOf = (part: z.ZodType): unknown => {
  if (part instanceof z.ZodArray) return [exampleOf(part.element as z.ZodType)];
  const examples = z.globalRegistry.get(part)?.examples as unknown[] | undefined;
  return examples?.[0] ?? null;
};
const example = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, exampleOf(part)]));

const PersonOverview = z.strictObject(parts).meta({ id: 'PersonOverview', examples: [example as never] });
type PersonOverview = z.output<typeof PersonOverview>;

/** Shows a person whole. Each module gives its part, and only this module sees all of them. */
@NotStored()
@Controller('users')
export class PersonOverviewController {
  constructor(
    private readonly accounts: AccountOverviews,
    private readonly coins: CoinOverviews,
    private readonly learning: LearningOverviews,
    private readonly wallets: WalletOverviews,
  ) {}

  @Get(':id/overview')
  @Route({
    summary: 'Show a person with coins, learning, sessions and security events',
    access: 'administrators',
    description: 'The newest items of each kind. The lists under `/users/{id}` have the others.',
    response: PersonOverview,
    errors: [Forbidden, UserNotFound],
    tag: 'Users',
  })
  async getUserOverview(@CurrentActor() actor: Actor, @Id() id: number): Promise<PersonOverview> {
    requireAdministrator(actor);
    return {
      ...(await this.accounts.get(id, actor.sessionId)),
      ...(await this.coins.get(id)),
      ...(await this.learning.get(id)),
      ...(await this.wallets.get(id)),
    };
  }
}
