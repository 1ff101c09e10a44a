import { Injectable } from '@nestjs/common';
import passport from 'passport';
import { Unauthenticated } from '../errors/access.errors';
import { AccessTokenStrategy } from './access-token.strategy';
import { AccessTokens } from './access-tokens';
import type { Actor } from './actor';
import { ApiKeyStrategy } from './api-key.strategy';
import { StreamTicketStrategy } from './stream-ticket.strategy';

const tokenRefused = 'The access token or the API key is missing, expired or revoked.';
const ticketRefused = 'The ticket is used, expired or unknown, or its session has ended. Request a new one.';

/**
 * Authenticates callers with strategies of Passport. To add a new way to sign in, add a strategy to the list. The server calls
 * `actorOf` before it reads a body, and `AccessGuard` relies on the result.
 */
@Injectable()
export class Authentication {
  /** This is a new instance, because all applications of a process (as in tests) would share Passport's global instance. */
  private readonly passport = new passport.Passport();
  private readonly strategies: string[] = [];

  constructor(
    private readonly tokens: AccessTokens,
    accessToken: AccessTokenStrategy,
    private readonly apiKey: ApiKeyStrategy,
    streamTicket: StreamTicketStrategy,
  ) {
    this.accept('access-token', accessToken);
    this.accept('api-key', apiKey);
    this.accept('stream-ticket', streamTicket);
  }

  /**
   * Returns the actor of a token that this server signed, or of an unused ticket, if the session is active.
   * @throws Unauthenticated
   */
  async actorOf(authorization: string | undefined, ticket?: string): Promise<Actor> {
    const actor = await new Promise<Actor | false>((resolve, reject) => {
      const done = (error: unknown, authenticated?: Actor | false): void => {
        if (error) reject(error);
        else resolve(authenticated ?? false);
      };
      const authenticate = this.passport.authenticate(this.strategies, { session: false }, done);
      authenticate({ headers: { authorization }, ticket }, {}, reject);
    });
    const isJudgedByTicket = ticket !== undefined && authorization === undefined;
    if (!actor) throw new Unauthenticated(isJudgedByTicket ? ticketRefused : tokenRefused);
    return actor;
  }

  /** Returns a name for the user of a valid token, or for an API key, without a query. It may count requests, but not grant access. */
  countedAs(authorization: string | undefined): string | null {
    return this.tokens.claimsOf(authorization)?.sub ?? this.apiKey.countedAs(authorization);
  }

  private accept(name: string, strategy: passport.Strategy): void {
    this.passport.use(name, strategy);
    this.strategies.push(name);
  }
}
