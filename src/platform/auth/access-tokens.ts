import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { sign } from 'jsonwebtoken';
import { Clock } from '../time/clock';

/**
 * A KeyObject: for a text, jsonwebtoken first tries a public key at each request, whose failure costs more than all else it
 * does.
 */
export const AUTH_SECRET = Symbol('auth secret');
export const accessTokenSeconds = 600;
export const issuer = 'teoart';

/** What an access token says: whose it is and of which session. Everything else is looked up. */
export interface Claims {
  sub: string;
  sid: string;
  /** Seconds since 1970. */
  exp: number;
}

/** Short-lived bearer tokens (JWT, HS256). */
@Injectable()
export class AccessTokens {
  constructor(
    @Inject(AUTH_SECRET) private readonly secret: KeyObject,
    private readonly clock: Clock,
  ) {}

  issue(userId: number, sessionId: string): { accessToken: string; expiresAt: Date } {
    const iat = Math.floor(this.clock.now().getTime() / 1_000);
    const claims = { sub: String(userId), sid: sessionId, iat, exp: iat + accessTokenSeconds, iss: issuer };
    const accessToken = sign(claims, this.secret, { algorithm: 'HS256' });
    return { accessToken, expiresAt: new Date((iat + accessTokenSeconds) * 1_000) };
  }
}
