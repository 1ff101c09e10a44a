import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AccessTokens } from '../../../platform/auth/access-tokens';
import { instant, int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import type { RemoteDevice } from '../sign-in/device';
import { RefreshTokenRefused } from '../users.errors';
import { SessionReuseDetected } from '../users.events';
import { hashOf, read, RefreshTokens, write, type RefreshToken } from './refresh-tokens';
import { SessionLifetime } from './session-lifetime';
import { Sessions, type Tokens } from './sessions';

/** How long the token before is honoured for whoever rotated it: the answer may have been lost, or another tab was faster. */
const graceMs = 2_000;

const sessionShape = { userId: int, secretHash: text, previousHash: text, rotatedAt: instant, rotatedBy: text };
type StandingSession = Row<typeof sessionShape>;

/** A refresh on its way: the token that was given, the one that follows, from where, and when. */
interface Rotation {
  given: RefreshToken;
  next: RefreshToken;
  rotatedBy: string;
  now: Date;
}

/** The rotation of refresh tokens. It and every end of a session change the same row, so that neither overtakes the other. */
@Injectable()
export class SessionRefresh {
  constructor(
    private readonly database: Database,
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
    private readonly sessions: Sessions,
    private readonly lifetime: SessionLifetime,
    private readonly events: EventBus,
  ) {}

  /** @throws RefreshTokenRefused; a token from before the last rotation also ends its session */
  async refresh(refreshToken: string, device: RemoteDevice): Promise<Tokens> {
    const given = read(refreshToken);
    if (!given) throw new RefreshTokenRefused();
    const next = this.refreshTokens.after(given);
    const rotation = { given, next, rotatedBy: deviceHash(device), now: this.lifetime.now() };
    // The end of a session after a re-use must be committed: the refusal is thrown outside.
    const userId = await this.database.transaction(
      async () => (await this.rotate(rotation)) ?? (await this.judge(rotation, device)),
    );
    if (userId === null) throw new RefreshTokenRefused();
    return { ...this.accessTokens.issue(userId, given.sessionId), refreshToken: write(next) };
  }

  /** Of two twins one rotates; the other waits for the row and finds its token to be the previous one. */
  private async rotate({ given, next, rotatedBy, now }: Rotation): Promise<number | undefined> {
    const rotated = await this.database.row(
      { userId: int },
      `UPDATE users_session SET previous_hash = secret_hash, secret_hash = $3, rotated_at = $4, rotated_by = $5
       WHERE id = $1 AND secret_hash = $2 AND revoked_at IS NULL AND expires_at > $4 AND rotated_at > $6
         AND EXISTS (SELECT 1 FROM users_user u WHERE u.id = users_session.user_id AND u.is_active)
       RETURNING user_id AS "userId"`,
      [given.sessionId, hashOf(given), hashOf(next), now, rotatedBy, this.lifetime.idleSince(now)],
    );
    return rotated?.userId;
  }

  private async judge(rotation: Rotation, device: RemoteDevice): Promise<number | null> {
    const { given, now } = rotation;
    const session = await this.database.row(
      sessionShape,
      `SELECT s.user_id AS "userId", s.secret_hash AS "secretHash", s.previous_hash AS "previousHash",
         s.rotated_at AS "rotatedAt", s.rotated_by AS "rotatedBy"
       FROM users_session s JOIN users_user u ON u.id = s.user_id
       WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND s.rotated_at > $3 AND u.is_active`,
      [given.sessionId, now, this.lifetime.idleSince(now)],
    );
    if (!session) return null;
    // The next token cannot be found again only where AUTH_SECRET was changed within these seconds: no thief did that.
    if (isTwin(session, rotation)) return session.secretHash === hashOf(rotation.next) ? session.userId : null;
    if (this.wasIssued(session, given)) await this.endReused(session.userId, given.sessionId, device);
    return null;
  }

  /** By its seal; the previous one also by its hash, since the tokens of earlier releases have no seal. */
  private wasIssued({ previousHash }: StandingSession, given: RefreshToken): boolean {
    return previousHash === hashOf(given) || this.refreshTokens.wasIssued(given);
  }

  private async endReused(userId: number, sessionId: string, device: RemoteDevice): Promise<void> {
    if (await this.sessions.end(userId, sessionId, 'reuse', device))
      await this.events.publish(new SessionReuseDetected({ userId, sessionId }));
  }
}

/** The same device and network within two seconds. A thief beside the owner is elsewhere, or is not recognised by his hurry. */
function isTwin({ previousHash, rotatedAt, rotatedBy }: StandingSession, rotation: Rotation): boolean {
  const isRecent = rotation.now.getTime() - rotatedAt.getTime() <= graceMs;
  return isRecent && rotatedBy === rotation.rotatedBy && previousHash === hashOf(rotation.given);
}

const deviceHash = ({ network, userAgent }: RemoteDevice): string =>
  createHash('sha256')
    .update(JSON.stringify([network, userAgent]))
    .digest('hex');
