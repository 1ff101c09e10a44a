import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ActorCache } from '../../../platform/auth/actor-directory';
import { AccessTokens } from '../../../platform/auth/access-tokens';
import { Database } from '../../../platform/database/database';
import { SecurityEvents } from '../security/security-events';
import type { ActingAdmin, Device } from '../sign-in/device';
import { hashSecret, RefreshTokens, formatToken } from './refresh-tokens';
import { SessionLifetime } from './session-lifetime';
import { Session } from './session.entity';

const batchSize = 5_000;

/** The tokens of a client. The access token is valid for ten minutes, the refresh token for one use. */
export interface Tokens {
  accessToken: string;
  expiresAt: Date;
  refreshToken: string;
}

type SessionEndReason = 'logout' | 'revoked' | 'reuse' | 'password' | 'deactivated' | 'departure' | 'factor';

/** The security event to record when a single session ends. When all sessions end, the caller records the event. */
const eventKindByReason = { logout: 'signed_out', revoked: 'session_ended', reuse: 'refresh_token_reused' } as const;

@Injectable()
export class Sessions {
  constructor(
    private readonly database: Database,
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
    private readonly knownActors: ActorCache,
    private readonly lifetime: SessionLifetime,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /** Opens a session. The caller must have verified the person, with the second factor if there is one, or just created the account. */
  async open(userId: number, device: Device = {}): Promise<Tokens> {
    const token = this.refreshTokens.createFirst(randomUUID());
    const now = this.lifetime.now();
    await this.database.transaction(() =>
      this.database.repository(Session).insert({
        id: token.sessionId,
        userId,
        secretHash: hashSecret(token),
        createdAt: now,
        rotatedAt: now,
        expiresAt: this.lifetime.expiryOf(now),
        provenAt: now,
        userAgent: (device.userAgent ?? '').slice(0, 200),
        address: device.address ?? '',
      }),
    );
    return { ...this.accessTokens.issue(userId, token.sessionId), refreshToken: formatToken(token) };
  }

  async rename(userId: number, sessionId: string, name: string): Promise<void> {
    const sql = 'UPDATE users_session SET name = $3 WHERE id = $2 AND user_id = $1';
    await this.database.transaction(() => this.database.run(sql, [userId, sessionId, name]));
  }

  /** Ends one session of a person. Returns false if the session does not exist or has already ended. */
  async end(
    userId: number,
    sessionId: string,
    reason: keyof typeof eventKindByReason,
    device: Device = {},
  ): Promise<boolean> {
    return this.database.transaction(async () => {
      const endedCount = await this.database.run(
        `UPDATE users_session SET revoked_at = $3, revoked_why = $4
         WHERE id = $2 AND user_id = $1 AND revoked_at IS NULL AND expires_at > $3`,
        [userId, sessionId, this.lifetime.now(), reason],
      );
      if (endedCount === 0) return false;
      this.knownActors.revoke(userId);
      const actorId = reason === 'reuse' ? null : userId;
      await this.securityEvents.record({ kind: eventKindByReason[reason], personId: userId, actorId, device });
      return true;
    });
  }

  /**
   * Ends all sessions of a person except `keptSessionId`. Without one, the API keys of the person are revoked too, because then somebody
   * else may have been in the account. Returns the number of ended sessions.
   */
  async endAll(userId: number, reason: SessionEndReason, keptSessionId = ''): Promise<number> {
    return this.database.transaction(async () => {
      const endedCount = await this.database.run(
        `UPDATE users_session SET revoked_at = $3, revoked_why = $4
         WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL AND expires_at > $3`,
        [userId, keptSessionId, this.lifetime.now(), reason],
      );
      if (keptSessionId === '') await this.revokeKeys(userId);
      this.knownActors.revoke(userId);
      return endedCount;
    });
  }

  /** Stores that the person has proved in this session who they are. Returns the time of the proof. */
  async recordProof(sessionId: string): Promise<Date> {
    const provenAt = this.lifetime.now();
    await this.database.run('UPDATE users_session SET proven_at = $2 WHERE id = $1', [sessionId, provenAt]);
    return provenAt;
  }

  /** Ends all sessions of another person and records it. Returns the number of ended sessions. */
  async endAllByAdmin(userId: number, admin: ActingAdmin): Promise<number> {
    return this.database.transaction(async () => {
      const endedCount = await this.endAll(userId, 'revoked');
      if (endedCount > 0) await this.securityEvents.record({ kind: 'sessions_ended', personId: userId, ...admin });
      return endedCount;
    });
  }

  private async revokeKeys(userId: number): Promise<void> {
    const sql = 'UPDATE users_apikey SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL';
    await this.database.run(sql, [userId, this.lifetime.now()]);
  }

  /** Removes sessions that ended at least 30 days ago, one batch per transaction. Returns the number of removed sessions. */
  async expire(): Promise<number> {
    const endCutoff = this.lifetime.removalCutoff(this.lifetime.now());
    const refreshCutoff = this.lifetime.idleCutoff(endCutoff);
    let removedCount = 0;
    let batchCount: number;
    do {
      batchCount = await this.database.transaction(() =>
        this.database.run(
          `DELETE FROM users_session WHERE id IN
             (SELECT id FROM users_session WHERE expires_at < $1 OR revoked_at < $1 OR rotated_at < $2
              ORDER BY id LIMIT ${batchSize})`,
          [endCutoff, refreshCutoff],
        ),
      );
      removedCount += batchCount;
    } while (batchCount === batchSize);
    return removedCount;
  }
}
