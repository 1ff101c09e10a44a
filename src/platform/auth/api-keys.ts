import { createHash, randomBytes } from 'node:crypto';

/** `teoart_17_…`: the id of the row, and 256 random bits. The visible prefix lets scanners of published code find a lost key. */
const keyFormat = /^Bearer +teoart_([1-9]\d{0,15})_([\w-]{43})$/i;

export interface PresentedKey {
  id: number;
  secretHash: string;
}

const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Returns null if the header does not contain an API key. */
export function presentedKeyOf(authorization: string | undefined): PresentedKey | null {
  const [, id, secret] = keyFormat.exec(authorization ?? '') ?? [];
  return id && secret ? { id: Number(id), secretHash: hashSecret(secret) } : null;
}

export function newKeySecret(): { secret: string; secretHash: string } {
  const secret = randomBytes(32).toString('base64url');
  return { secret, secretHash: hashSecret(secret) };
}

export const formatKey = (id: number, secret: string): string => `teoart_${id}_${secret}`;
