import { createHmac, timingSafeEqual } from 'node:crypto';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const signatureOf = (secret: string, signed: string): Buffer => createHmac('sha256', secret).update(signed).digest();

/** An access token as the application issues it (JWT, HS256), but valid for an hour, so that it does not expire during a run. */
export function issueToken(secret: string, userId: number, sessionId: string): string {
  const iat = Math.floor(Date.now() / 1_000);
  const claims = { sub: String(userId), sid: sessionId, iat, exp: iat + 3_600, iss: 'teoart', aud: 'teoart-api' };
  const signed = `${encode({ alg: 'HS256', typ: 'at+jwt' })}.${encode(claims)}`;
  return `${signed}.${signatureOf(secret, signed).toString('base64url')}`;
}

/** The user id of a valid token, or null. */
export function verifyToken(secret: string, authorization: string | undefined): number | null {
  const token = authorization?.startsWith('Bearer ') ? authorization.slice(7) : '';
  const end = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  const expected = signatureOf(secret, token.slice(0, Math.max(0, end)));
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return null;
  const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as {
    sub: string;
    exp: number;
    iss: string;
  };
  return claims.exp > Date.now() / 1_000 && claims.iss === 'teoart' ? Number(claims.sub) : null;
}
