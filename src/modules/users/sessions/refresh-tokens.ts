import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { authSecret } from '../../../platform/auth/secret';
import { Config } from '../../../platform/config/config';

/** A refresh token, `sessionId.secret`: 256 bits that only its holder knows; we keep a hash. */
export interface RefreshToken {
  sessionId: string;
  secret: string;
}

const format = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/;

export const hashOf = ({ secret }: RefreshToken): string => createHash('sha256').update(secret).digest('hex');

export const write = ({ sessionId, secret }: RefreshToken): string => `${sessionId}.${secret}`;

/** Null for what no session of ours ever was given. */
export function read(token: string): RefreshToken | null {
  const [, sessionId, secret] = format.exec(token) ?? [];
  return sessionId && secret ? { sessionId, secret } : null;
}

@Injectable()
export class RefreshTokens {
  private readonly key: Buffer;

  constructor(config: Config) {
    this.key = Buffer.from(hkdfSync('sha256', authSecret(config), '', 'refresh tokens', 32));
  }

  first(sessionId: string): RefreshToken {
    return { sessionId, secret: randomBytes(32).toString('base64url') };
  }

  /**
   * The token that follows this one: always the same, so that two requests that use a token at the same moment, or one
   * whose answer was lost, get the same next token although only hashes are stored. Nobody else can compute it: it
   * takes our key.
   */
  after({ sessionId, secret }: RefreshToken): RefreshToken {
    const next = createHmac('sha256', this.key).update(`${sessionId}.${secret}`).digest('base64url');
    return { sessionId, secret: next };
  }
}
