import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AccessTokens } from '../../../platform/auth/access-tokens';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { EventBus } from '../../../platform/events/event-bus';
import type { RemoteDevice } from '../sign-in/device';
import { RefreshTokenRefused } from '../users.errors';
import { SessionReuseDetected } from '../users.events';
import { hashSecret, parseToken, RefreshTokens, formatToken, type RefreshToken } from './refresh-tokens';
import { SessionLifetime } from './session-lifetime';
import { Sessions, type Tokens } from './sessions';
import { Session } from './session.entity';

/** A client may repeat a used token for this long because the response may be lost or two tabs may refresh at once. */
const maxDuplicateDelayMs = 2_000;

const sessionColumns = columnsOf(Session, ['userId', 'secretHash', 'previousHash', 'rotatedAt', 'rotatedBy']);
type SessionRow = Row<typeof sessionColumns.shape>;

/** One refresh request: the token in the request, the token that replaces it, a hash of the device, and the time. */
interface Rotation {
  presentedToken: RefreshToken;
  nextToken: RefreshToken;
  rotatedBy: string;
  address: string;
  now: Date;
}

/** Rotates refresh tokens. The rotation and the end of a session update the same row, so they never run at the same time. */
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

  /**
   * Exchanges a refresh token for new tokens. A token that was already used ends its session, unless it is a duplicate request.
   * @throws RefreshTokenRefused
   */
  async refresh(refreshToken: string, device: RemoteDevice): Promise<Tokens> {
    const presentedToken = parseToken(refreshToken);
    if (!presentedToken) throw new RefreshTokenRefused();
    const nextToken = this.refreshTokens.deriveNext(presentedToken);
    const { address } = device;
    const rotation = { presentedToken, nextToken, rotatedBy: hashDevice(device), address, now: this.lifetime.now() };
    // The error is thrown outside the transaction because the end of a reused session must be committed.
    const userId = await this.database.transaction(async () => {
      const rotatedUserId = await this.rotate(rotation);
      return rotatedUserId ?? this.handleReplacedToken(rotation, device);
    });
    if (userId === null) throw new RefreshTokenRefused();
    return { ...this.accessTokens.issue(userId, presentedToken.sessionId), refreshToken: formatToken(nextToken) };
  }

  /**
   * Returns the id of the user, or undefined if the token was not rotated. The second of two concurrent requests waits for
   * the row lock and then matches no row.
   */
  private async rotate({ presentedToken, nextToken, rotatedBy, address, now }: Rotation): Promise<number | undefined> {
    const rotated = await this.database.row(
      { userId: int },
      `UPDATE users_session SET previous_hash = secret_hash, secret_hash = $3, rotated_at = $4, rotated_by = $5, last_address = $7
       WHERE id = $1 AND secret_hash = $2 AND revoked_at IS NULL AND expires_at > $4 AND rotated_at > $6
         AND EXISTS (SELECT 1 FROM users_user u WHERE u.id = users_session.user_id AND u.is_active)
       RETURNING user_id AS "userId"`,
      [
        presentedToken.sessionId,
        hashSecret(presentedToken),
        hashSecret(nextToken),
        now,
        rotatedBy,
        this.lifetime.idleCutoff(now),
        address,
      ],
    );
    return rotated?.userId;
  }

  /** Accepts a duplicate request, ends the session of a reused token, and otherwise returns null. */
  private async handleReplacedToken(rotation: Rotation, device: RemoteDevice): Promise<number | null> {
    const { presentedToken, now } = rotation;
    const session = await this.database.row(
      sessionColumns.shape,
      `SELECT ${sessionColumns.columns('s')}
       FROM users_session s JOIN users_user u ON u.id = s.user_id
       WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND s.rotated_at > $3 AND u.is_active`,
      [presentedToken.sessionId, now, this.lifetime.idleCutoff(now)],
    );
    if (!session) return null;
    if (isDuplicateRequest(session, rotation)) {
      // The hashes differ only if AUTH_SECRET was changed within these two seconds, which is no sign of theft.
      const isSameNextToken = session.secretHash === hashSecret(rotation.nextToken);
      return isSameNextToken ? session.userId : null;
    }
    if (this.wasIssuedForSession(session, presentedToken))
      await this.endReusedSession(session.userId, presentedToken.sessionId, device);
    return null;
  }

  /** Checks the seal. The previous token is also recognised by its hash because tokens of earlier releases have no seal. */
  private wasIssuedForSession({ previousHash }: SessionRow, presentedToken: RefreshToken): boolean {
    return previousHash === hashSecret(presentedToken) || this.refreshTokens.wasIssued(presentedToken);
  }

  private async endReusedSession(userId: number, sessionId: string, device: RemoteDevice): Promise<void> {
    if (await this.sessions.end(userId, sessionId, 'reuse', device))
      await this.events.publish(new SessionReuseDetected({ userId, sessionId }));
  }
}

/**
 * Whether the device that rotated the token repeats it within two seconds from the same network. A thief usually has another
 * network or device, or is slower.
 */
function isDuplicateRequest({ previousHash, rotatedAt, rotatedBy }: SessionRow, rotation: Rotation): boolean {
  const isRecent = rotation.now.getTime() - rotatedAt.getTime() <= maxDuplicateDelayMs;
  const isSameDevice = rotatedBy === rotation.rotatedBy;
  return isRecent && isSameDevice && previousHash === hashSecret(rotation.presentedToken);
}

const hashDevice = ({ network, userAgent }: RemoteDevice): string =>
  createHash('sha256')
    .update(JSON.stringify([network, userAgent]))
    .digest('hex');
