import { Injectable } from '@nestjs/common';
import passport from 'passport';
import { Unauthenticated } from '../errors/access.errors';
import { AccessTokenStrategy } from './access-token.strategy';
import { AccessTokens } from './access-tokens';
import type { Actor } from './actor';

/**
 * The one place that decides who asks, by the strategies of Passport: another way in is another strategy in the list. The
 * server asks it before it reads a body; the guard lets in whom it has let in.
 */
@Injectable()
export class Authentication {
  /** Not Passport's own instance, which all applications of a process would share. */
  private readonly passport = new passport.Passport();
  private readonly strategies: string[] = [];

  constructor(
    private readonly tokens: AccessTokens,
    accessToken: AccessTokenStrategy,
  ) {
    this.accept('access-token', accessToken);
  }

  /**
   * The actor of a bearer that was signed by us and whose session stands.
   * @throws Unauthenticated
   */
  async actorOf(authorization: string | undefined): Promise<Actor> {
    const actor = await new Promise<Actor | false>((resolve, reject) => {
      const told = (error: unknown, actor?: Actor | false): void => (error ? reject(error) : resolve(actor ?? false));
      const ask = this.passport.authenticate(this.strategies, { session: false }, told);
      ask({ headers: { authorization } }, {}, reject);
    });
    if (!actor) throw new Unauthenticated('The access token is missing, expired or revoked.');
    return actor;
  }

  /** The person a valid bearer was signed for, without a query: for counting, not for letting in. */
  personOf(authorization: string | undefined): string | null {
    return this.tokens.claimsOf(authorization)?.sub ?? null;
  }

  private accept(name: string, strategy: passport.Strategy): void {
    this.passport.use(name, strategy);
    this.strategies.push(name);
  }
}
