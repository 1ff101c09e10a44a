import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ActorCache } from '../../../platform/auth/actor-directory';
import { AccessTokens } from '../../../platform/auth/access-tokens';
import { Database } from '../../../platform/database/database';
import { SecurityEvents } from '../security/security-events';
import type { Device } from '../sign-in/device';
import { hashOf, RefreshTokens, write } from './refresh-tokens';
import { SessionLifetime } from './session-lifetime';
import { Session } from './session.entity';

const batch = 5_000;

/** What a client keeps: the access token for ten minutes, the refresh token until it is used. */
export interface Tokens {
  accessToken: string;
  expiresAt: Date;
  refreshToken: string;
}

export type EndOfSession = 'logout' | 'revoked' | 'reuse' | 'password' | 'deactivated';

/** What is recorded where one session ends by itself; what ends all of them is recorded with its reason. */
const recordedAs = { logout: 'signed_out', revoked: 'session_ended', reuse: 'refresh_token_reused' } as const;

@Injectable()
export class Sessions {
  constructor(
    private readonly database: Database,
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
    private readonly known: ActorCache,
    private readonly lifetime: SessionLifetime,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /** A new session of a person who has proved who they are. */
  async open(userId: number, device: Device = {}): Promise<Tokens> {
    const token = this.refreshTokens.first(randomUUID());
    const now = this.lifetime.now();
    await this.database.transaction(() =>
      this.database.repository(Session).insert({
        id: token.sessionId,
        userId,
        secretHash: hashOf(token),
        createdAt: now,
        rotatedAt: now,
        expiresAt: this.lifetime.endOf(now),
        userAgent: (device.userAgent ?? '').slice(0, 200),
        address: device.address ?? '',
      }),
    );
    return { ...this.accessTokens.issue(userId, token.sessionId), refreshToken: write(token) };
  }

  /** Ends one session of a person; false when there is no such session that still stands. */
  async end(userId: number, sessionId: string, why: keyof typeof recordedAs, device: Device = {}): Promise<boolean> {
    return this.database.transaction(async () => {
      const ended = await this.database.run(
        `UPDATE users_session SET revoked_at = $3, revoked_why = $4
         WHERE id = $2 AND user_id = $1 AND revoked_at IS NULL AND expires_at > $3`,
        [userId, sessionId, this.lifetime.now(), why],
      );
      if (ended === 0) return false;
      this.known.revoke(userId);
      const actorId = why === 'reuse' ? null : userId;
      await this.securityEvents.record({ kind: recordedAs[why], personId: userId, actorId, device });
      return true;
    });
  }

  /** Ends every session of a person, but the one that is kept, if any; gives their number. */
  async endAll(userId: number, why: EndOfSession, kept = ''): Promise<number> {
    return this.database.transaction(async () => {
      const ended = await this.database.run(
        `UPDATE users_session SET revoked_at = $3, revoked_why = $4
         WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL AND expires_at > $3`,
        [userId, kept, this.lifetime.now(), why],
      );
      this.known.revoke(userId);
      return ended;
    });
  }

  /** Removes sessions that ended 30 days ago or more, a batch a transaction; gives their number. */
  async expire(): Promise<number> {
    const before = this.lifetime.removedBefore(this.lifetime.now());
    const idleBefore = this.lifetime.idleSince(before);
    for (let removed = 0; ;) {
      const some = await this.database.transaction(() =>
        this.database.run(
          `DELETE FROM users_session WHERE id IN
             (SELECT id FROM users_session WHERE expires_at < $1 OR revoked_at < $1 OR rotated_at < $2
              ORDER BY id LIMIT ${batch})`,
          [before, idleBefore],
        ),
      );
      removed += some;
      if (some < batch) return removed;
    }
  }
}
