import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { authSecret } from '../../../platform/auth/auth-secret';
import { Config } from '../../../platform/config/config';

/**
 * A refresh token, `sessionId.secret`: 128 bits that only its holder knows, and a seal by which we know every secret that we
 * ever issued for the session. We keep a hash.
 */
export interface RefreshToken {
  sessionId: string;
  secret: string;
}

const format = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/;
const coreBytes = 16;

export const hashOf = ({ secret }: RefreshToken): string => createHash('sha256').update(secret).digest('hex');

export const write = ({ sessionId, secret }: RefreshToken): string => `${sessionId}.${secret}`;

/** Null for what no session of ours ever was given. */
export function read(token: string): RefreshToken | null {
  const [, sessionId, secret] = format.exec(token) ?? [];
  return sessionId && secret ? { sessionId, secret } : null;
}

@Injectable()
export class RefreshTokens {
  private readonly keys: Record<'succession' | 'seal', Buffer>;

  constructor(config: Config) {
    const key = (use: string): Buffer => Buffer.from(hkdfSync('sha256', authSecret(config), '', use, 32));
    this.keys = { succession: key('refresh tokens'), seal: key('refresh token seals') };
  }

  first(sessionId: string): RefreshToken {
    return this.sealed(sessionId, randomBytes(coreBytes));
  }

  /**
   * The token that follows this one: always the same, so that two requests that use a token at the same moment, or one
   * whose answer was lost, get the same next token although only hashes are stored. Nobody else can compute it: it
   * takes our key.
   */
  after({ sessionId, secret }: RefreshToken): RefreshToken {
    const next = createHmac('sha256', this.keys.succession).update(`${sessionId}.${secret}`).digest();
    return this.sealed(sessionId, next.subarray(0, coreBytes));
  }

  /** Whether we made this token. The id of a session stands in its access tokens: who knows no more than that has no token. */
  wasIssued({ sessionId, secret }: RefreshToken): boolean {
    const bytes = Buffer.from(secret, 'base64url');
    const core = bytes.subarray(0, coreBytes);
    return timingSafeEqual(bytes.subarray(coreBytes), this.seal(sessionId, core));
  }

  private sealed(sessionId: string, core: Buffer): RefreshToken {
    return { sessionId, secret: Buffer.concat([core, this.seal(sessionId, core)]).toString('base64url') };
  }

  private seal(sessionId: string, core: Buffer): Buffer {
    return createHmac('sha256', this.keys.seal).update(sessionId).update(core).digest().subarray(0, 16);
  }
}
