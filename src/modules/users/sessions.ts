import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AccessTokens } from '../../platform/auth/access-tokens';
import { Database } from '../../platform/database/database';
import { Clock } from '../../platform/time/clock';
import { Session } from './session.entity';

const lifetimeMs = 30 * 86_400_000;

/** What a client keeps: the access token for ten minutes, the refresh token until it is used. */
export interface Tokens {
  accessToken: string;
  expiresAt: Date;
  refreshToken: string;
}

export interface Device {
  userAgent?: string;
  address?: string;
}

export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

@Injectable()
export class Sessions {
  constructor(
    private readonly database: Database,
    private readonly tokens: AccessTokens,
    private readonly clock: Clock,
  ) {}

  /** A new session of a person who has proved who they are. */
  async open(userId: number, device: Device = {}): Promise<Tokens> {
    const id = randomUUID();
    const secret = randomBytes(32).toString('base64url');
    const now = this.clock.now();
    await this.database.transaction(() =>
      this.database.repository(Session).insert({
        id,
        userId,
        secretHash: hashOf(secret),
        createdAt: now,
        rotatedAt: now,
        expiresAt: new Date(now.getTime() + lifetimeMs),
        userAgent: (device.userAgent ?? '').slice(0, 200),
        address: device.address ?? '',
      }),
    );
    return { ...this.tokens.issue(userId, id), refreshToken: `${id}.${secret}` };
  }
}
