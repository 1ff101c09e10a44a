import { createHmac, timingSafeEqual } from 'node:crypto';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (secret: string, text: string): Buffer => createHmac('sha256', secret).update(text).digest();

/** An access token as the application issues it (JWT, HS256), but valid for an hour, so that it does not expire during a run. */
export function issueToken(secret: string, userId: number, sessionId: string): string {
  const issuedAtSeconds = Math.floor(Date.now() / 1_000);
  const claims = {
    sub: String(userId),
    sid: sessionId,
    iat: issuedAtSeconds,
    exp: issuedAtSeconds + 3_600,
    iss: 'teoart',
    aud: 'teoart-api',
  };
  const headerAndClaims = `${encode({ alg: 'HS256', typ: 'at+jwt' })}.${encode(claims)}`;
  return `${headerAndClaims}.${sign(secret, headerAndClaims).toString('base64url')}`;
}

/** Returns the user id of a valid token, or null. */
export function verifyToken(secret: string, authorization: string | undefined): number | null {
  const token = authorization?.startsWith('Bearer ') ? authorization.slice(7) : '';
  const lastDot = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(lastDot + 1), 'base64url');
  const expectedSignature = sign(secret, token.slice(0, Math.max(0, lastDot)));
  if (signature.length !== expectedSignature.length) return null;
  if (!timingSafeEqual(signature, expectedSignature)) return null;
  const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as {
    sub: string;
    exp: number;
    iss: string;
  };
  const isValid = claims.exp > Date.now() / 1_000 && claims.iss === 'teoart';
  return isValid ? Number(claims.sub) : null;
}
