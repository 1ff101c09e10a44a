import { createHash, pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { compare } from 'bcryptjs';

const derive = { pbkdf2: promisify(pbkdf2), scrypt: promisify(scrypt) as unknown as Scrypt };
type Scrypt = (
  password: string,
  salt: string,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>;

type VerifyPassword = (password: string, parts: string[]) => Promise<boolean>;

/** Django's hashers by the first part of the stored hash. passwords.ts verifies argon2. */
const verifiers: Record<string, VerifyPassword> = {
  pbkdf2_sha256: (password, parts) => verifyPbkdf2('sha256', password, parts),
  pbkdf2_sha1: (password, parts) => verifyPbkdf2('sha1', password, parts),
  scrypt: verifyScrypt,
  // Django hashes the digest because bcrypt reads only the first 72 bytes.
  bcrypt_sha256: (password, parts) => compare(createHash('sha256').update(password).digest('hex'), parts.join('$')),
  bcrypt: (password, parts) => compare(password, parts.join('$')),
};

/** Returns a function that compares a password with `encoded`; undefined unless one of the hashers above wrote `encoded`. */
export function djangoVerifier(encoded: string): ((password: string) => Promise<boolean>) | undefined {
  const [algorithm, ...parts] = encoded.split('$');
  const verifier = verifiers[algorithm as string];
  return verifier && ((password) => verifier(password, parts));
}

/** `pbkdf2_sha256$<iterations>$<salt>$<base64>` */
async function verifyPbkdf2(digest: 'sha256' | 'sha1', password: string, parts: string[]): Promise<boolean> {
  const [iterations, salt, hash] = parts;
  const expected = Buffer.from(hash ?? '', 'base64');
  if (!Number.isInteger(Number(iterations)) || Number(iterations) < 1 || !salt || expected.length === 0) return false;
  return isSame(await derive.pbkdf2(password, salt, Number(iterations), expected.length, digest), expected);
}

/** `scrypt$<work factor>$<salt>$<block size>$<parallelism>$<base64>` */
async function verifyScrypt(password: string, parts: string[]): Promise<boolean> {
  const [work, salt, block, parallelism, hash] = parts;
  const expected = Buffer.from(hash ?? '', 'base64');
  const options = { N: Number(work), r: Number(block), p: Number(parallelism) };
  if (!Object.values(options).every((value) => Number.isInteger(value) && value > 0)) return false;
  if (!salt || expected.length === 0) return false;
  // OpenSSL refuses to use more than `maxmem`. scrypt needs 128 · N · r bytes, and 128 · r bytes for each parallel lane.
  const maxmem = 128 * options.r * (options.N + options.p + 2);
  return isSame(await derive.scrypt(password, salt, expected.length, { ...options, maxmem }), expected);
}

function isSame(one: Buffer, other: Buffer): boolean {
  const digest = (value: Buffer): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(one), digest(other));
}
