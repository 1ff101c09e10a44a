import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { authSecret } from '../../../platform/auth/auth-secret';
import { Config } from '../../../platform/config/config';

/**
 * A refresh token has the form `sessionId.secret`. The secret consists of 128 bits that only the client knows, and of a seal:
 * a MAC by which the server recognises every secret that it issued for the session. The database stores only a hash of the
 * secret.
 */
export interface RefreshToken {
  sessionId: string;
  secret: string;
}

const tokenFormat = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/;
/** The length of the part that only the client knows, and of the seal. */
const coreBytes = 16;

export const hashSecret = ({ secret }: RefreshToken): string => createHash('sha256').update(secret).digest('hex');

export const formatToken = ({ sessionId, secret }: RefreshToken): string => `${sessionId}.${secret}`;

/** Returns null if the text does not have the format of a refresh token. */
export function parseToken(token: string): RefreshToken | null {
  const [, sessionId, secret] = tokenFormat.exec(token) ?? [];
  return sessionId && secret ? { sessionId, secret } : null;
}

@Injectable()
export class RefreshTokens {
  private readonly keys: Record<'nextToken' | 'seal', Buffer>;

  constructor(config: Config) {
    const deriveKey = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', authSecret(config), '', purpose, 32));
    this.keys = { nextToken: deriveKey('refresh tokens'), seal: deriveKey('refresh token seals') };
  }

  createFirst(sessionId: string): RefreshToken {
    return this.withSeal(sessionId, randomBytes(coreBytes));
  }

  /**
   * Derives the token that replaces this one. The result is always the same, so that two concurrent requests with the same
   * token, or a retry after a lost response, get the same new token although only hashes are stored. Clients cannot compute
   * the next token because the derivation needs the server's key.
   */
  deriveNext({ sessionId, secret }: RefreshToken): RefreshToken {
    const next = createHmac('sha256', this.keys.nextToken).update(`${sessionId}.${secret}`).digest();
    return this.withSeal(sessionId, next.subarray(0, coreBytes));
  }

  /** Whether the server issued this token. The id of the session alone proves nothing because access tokens contain the id. */
  wasIssued({ sessionId, secret }: RefreshToken): boolean {
    const bytes = Buffer.from(secret, 'base64url');
    const core = bytes.subarray(0, coreBytes);
    return timingSafeEqual(bytes.subarray(coreBytes), this.seal(sessionId, core));
  }

  private withSeal(sessionId: string, core: Buffer): RefreshToken {
    const secret = Buffer.concat([core, this.seal(sessionId, core)]);
    return { sessionId, secret: secret.toString('base64url') };
  }

  private seal(sessionId: string, core: Buffer): Buffer {
    return createHmac('sha256', this.keys.seal).update(sessionId).update(core).digest().subarray(0, coreBytes);
  }
}
