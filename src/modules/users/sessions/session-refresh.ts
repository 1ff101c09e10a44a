import { Injectable } from '@nestjs/common';
import { KnownActors } from '../../../platform/auth/actor-directory';
import { AccessTokens } from '../../../platform/auth/access-tokens';
import { instant, int, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { RefreshTokenRefused } from '../users.errors';
import { SessionReuseDetected } from '../users.events';
import { hashOf, read, RefreshTokens, write, type RefreshToken } from './refresh-tokens';
import type { Tokens } from './sessions';

/** How long the token before is honoured: its answer may have been lost, or another tab was faster. */
const graceMs = 10_000;

/** The rotation of refresh tokens. It and every end of a session change the same row, so that neither overtakes the other. */
@Injectable()
export class SessionRefresh {
  constructor(
    private readonly database: Database,
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
    private readonly known: KnownActors,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** @throws RefreshTokenRefused; a token from before the last rotation also ends its session */
  async refresh(refreshToken: string): Promise<Tokens> {
    const given = read(refreshToken);
    if (!given) throw new RefreshTokenRefused();
    const next = this.refreshTokens.after(given);
    // The end of a session after a re-use must be committed: the refusal is thrown outside.
    const userId = await this.database.transaction(
      async () => (await this.rotate(given, next)) ?? (await this.judge(given, next)),
    );
    if (userId === null) throw new RefreshTokenRefused();
    return { ...this.accessTokens.issue(userId, given.sessionId), refreshToken: write(next) };
  }

  /** Of two twins one rotates; the other waits for the row and finds its token to be the previous one. */
  private async rotate(given: RefreshToken, next: RefreshToken): Promise<number | undefined> {
    const rotated = await this.database.row(
      { userId: int },
      `UPDATE users_session SET previous_hash = secret_hash, secret_hash = $3, rotated_at = $4
       WHERE id = $1 AND secret_hash = $2 AND revoked_at IS NULL AND expires_at > $4
         AND EXISTS (SELECT 1 FROM users_user u WHERE u.id = users_session.user_id AND u.is_active)
       RETURNING user_id AS "userId"`,
      [given.sessionId, hashOf(given), hashOf(next), this.clock.now()],
    );
    return rotated?.userId;
  }

  private async judge(given: RefreshToken, next: RefreshToken): Promise<number | null> {
    const now = this.clock.now();
    const session = await this.database.row(
      { userId: int, secretHash: text, previousHash: text, rotatedAt: instant },
      `SELECT s.user_id AS "userId", s.secret_hash AS "secretHash", s.previous_hash AS "previousHash",
         s.rotated_at AS "rotatedAt"
       FROM users_session s JOIN users_user u ON u.id = s.user_id
       WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND u.is_active`,
      [given.sessionId, now],
    );
    if (!session) return null;
    const isRecent = now.getTime() - session.rotatedAt.getTime() <= graceMs;
    // The next token cannot be found again only where AUTH_SECRET was changed within these seconds: no thief did that.
    if (session.previousHash === hashOf(given) && isRecent)
      return session.secretHash === hashOf(next) ? session.userId : null;
    await this.revoke(session.userId, given.sessionId, now);
    return null;
  }

  /** The id alone is as secret as a token, so whoever knows it holds, or held, one of this session's tokens. */
  private async revoke(userId: number, sessionId: string, now: Date): Promise<void> {
    const revoked = await this.database.run(
      "UPDATE users_session SET revoked_at = $2, revoked_why = 'reuse' WHERE id = $1 AND revoked_at IS NULL",
      [sessionId, now],
    );
    if (revoked === 0) return;
    this.database.afterCommit(() => this.known.forget(sessionId));
    await this.events.publish(new SessionReuseDetected({ userId, sessionId }));
  }
}
