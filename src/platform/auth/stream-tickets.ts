import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { columnsOf } from '../database/entity-columns';
import { Database } from '../database/database';
import { Clock } from '../time/clock';
import type { Actor } from './actor';
import { StreamTicket } from './stream-ticket.entity';

const ticketSeconds = 60;
const ticketPattern = /^[\w-]{43}$/;

const storedTicket = columnsOf(StreamTicket, ['userId', 'sessionId', 'expiresAt']);

interface IssuedTicket {
  ticket: string;
  expiresAt: Date;
}

/**
 * Tickets for event streams, because `EventSource` in a browser sends no Authorization header. A ticket stands in a URL, which
 * proxies may log. So it is valid for one minute and one use, and it is useless after the end of its session.
 */
@Injectable()
export class StreamTickets {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async issue({ id, sessionId }: Actor): Promise<IssuedTicket> {
    const ticket = randomBytes(32).toString('base64url');
    const expiresAt = new Date(this.clock.now().getTime() + ticketSeconds * 1_000);
    await this.database.transaction(() =>
      this.database.run(
        'INSERT INTO platform_streamticket (hash, user_id, session_id, expires_at) VALUES ($1, $2, $3, $4)',
        [hashOf(ticket), id, sessionId, expiresAt],
      ),
    );
    return { ticket, expiresAt };
  }

  /** Deletes the tickets of a person, in the transaction of the caller. */
  async forget(userId: number): Promise<void> {
    await this.database.run('DELETE FROM platform_streamticket WHERE user_id = $1', [userId]);
  }

  /**
   * Uses a ticket, and returns its user and session. Returns null for an unknown, used or expired ticket. One statement deletes and
   * reads the row, so that of two processes that receive the same ticket only one gets it.
   */
  async redeem(ticket: string): Promise<{ userId: number; sessionId: string } | null> {
    if (!ticketPattern.test(ticket)) return null;
    const stored = await this.database.transaction(() =>
      this.database.row(
        storedTicket.shape,
        `DELETE FROM platform_streamticket WHERE hash = $1 RETURNING ${storedTicket.columns()}`,
        [hashOf(ticket)],
      ),
    );
    return stored && stored.expiresAt > this.clock.now() ? stored : null;
  }

  /** Returns the number of deleted tickets. */
  deleteExpired(): Promise<number> {
    return this.database.transaction(() =>
      this.database.run('DELETE FROM platform_streamticket WHERE expires_at < $1', [this.clock.now()]),
    );
  }
}

const hashOf = (ticket: string): string => createHash('sha256').update(ticket).digest('hex');
