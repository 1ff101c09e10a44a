import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { sign, verify } from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import { Clock } from '../time/clock';

/**
 * A KeyObject: for a text, jsonwebtoken first tries a public key at each request, whose failure costs more than all else it
 * does.
 */
export const AUTH_SECRET = Symbol('auth secret');
export const accessTokenSeconds = 600;
export const issuer = 'teoart';
export const audience = 'teoart-api';
/** RFC 9068: no other token that our key signs can pass for an access token (RFC 8725 § 3.11). */
const type = 'at+jwt';

const bearer = /^Bearer +(\S+)$/i;
/** Ours are shorter: what is longer is not hashed to find that out. */
const maxHeaderLength = 1_000;

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
  /** Only what was signed by us gets in, so that nobody can fill it. */
  private readonly verified = new LRUCache<string, Claims>({ max: 20_000 });

  constructor(
    @Inject(AUTH_SECRET) private readonly secret: KeyObject,
    private readonly clock: Clock,
  ) {}

  issue(userId: number, sessionId: string): { accessToken: string; expiresAt: Date } {
    const iat = Math.floor(this.clock.now().getTime() / 1_000);
    const times = { iat, exp: iat + accessTokenSeconds };
    const claims = { sub: String(userId), sid: sessionId, iss: issuer, aud: audience, ...times };
    const accessToken = sign(claims, this.secret, { algorithm: 'HS256', header: { alg: 'HS256', typ: type } });
    return { accessToken, expiresAt: new Date((iat + accessTokenSeconds) * 1_000) };
  }

  /**
   * What a bearer of ours says while it is valid, without a query. Its session may have ended: for who may enter, ask
   * `Authentication`. A signature is verified once: to verify it again is a sixth of a small answer.
   */
  claimsOf(authorization: string | undefined): Claims | null {
    if (authorization === undefined || authorization.length > maxHeaderLength) return null;
    const claims = this.verified.get(authorization) ?? this.verify(authorization);
    return claims && claims.exp > Date.now() / 1_000 ? claims : null;
  }

  private verify(authorization: string): Claims | null {
    const token = bearer.exec(authorization)?.[1];
    if (!token) return null;
    try {
      const { header, payload } = verify(token, this.secret, {
        algorithms: ['HS256'],
        issuer,
        audience,
        complete: true,
      });
      // Verification ignores the type, and lets a token without `exp` live for ever.
      if (header.typ !== type || typeof (payload as Partial<Claims>).exp !== 'number') return null;
      this.verified.set(authorization, payload as unknown as Claims);
      return payload as unknown as Claims;
    } catch {
      return null;
    }
  }
}
