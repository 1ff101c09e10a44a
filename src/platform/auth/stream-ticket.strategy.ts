import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport';
import type { RequestCredentials } from './access-token.strategy';
import type { Actor } from './actor';
import { ActorDirectory } from './actor-directory';
import { StreamTickets } from './stream-tickets';

/** Accepts an unused ticket on the route of an event stream. It is used even if the request is refused afterwards. */
@Injectable()
export class StreamTicketStrategy extends PassportStrategy(Strategy, 'stream-ticket') implements OnModuleInit {
  private directory: ActorDirectory;

  constructor(
    private readonly tickets: StreamTickets,
    private readonly modules: ModuleRef,
  ) {
    super();
  }

  onModuleInit(): void {
    this.directory = this.modules.get(ActorDirectory, { strict: false });
  }

  override authenticate({ headers, ticket }: RequestCredentials): void {
    // A request with an access token is judged by it alone, so that its ticket stays unused.
    if (ticket === undefined || headers.authorization !== undefined) return this.fail();
    this.validate(ticket).then(
      (actor) => (actor ? this.success(actor) : this.fail()),
      (error: unknown) => this.error(error),
    );
  }

  /** Reads the session from the database and not from the cache, because the ticket may be older than the end of the session. */
  async validate(ticket: string): Promise<Actor | null> {
    const redeemed = await this.tickets.redeem(ticket);
    return redeemed && this.directory.find(redeemed.sessionId, redeemed.userId);
  }
}
