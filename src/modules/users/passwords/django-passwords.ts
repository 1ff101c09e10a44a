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

type Verify = (password: string, parts: string[]) => Promise<boolean>;

/** Django's hashers, by the first part of what they store; argon2 is ours and lives in passwords.ts. */
const hashers: Record<string, Verify> = {
  pbkdf2_sha256: (password, parts) => verifyPbkdf2('sha256', password, parts),
  pbkdf2_sha1: (password, parts) => verifyPbkdf2('sha1', password, parts),
  scrypt: verifyScrypt,
  // Of the digest, since bcrypt reads 72 bytes and no more.
  bcrypt_sha256: (password, parts) => compare(createHash('sha256').update(password).digest('hex'), parts.join('$')),
  bcrypt: (password, parts) => compare(password, parts.join('$')),
};

/** Checks passwords against `encoded`, when another Django hasher than argon2 wrote it. */
export function djangoVerifier(encoded: string): ((password: string) => Promise<boolean>) | undefined {
  const [algorithm, ...parts] = encoded.split('$');
  const hasher = hashers[algorithm as string];
  return hasher && ((password) => hasher(password, parts));
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
  const [work, salt, block, lanes, hash] = parts;
  const expected = Buffer.from(hash ?? '', 'base64');
  const options = { N: Number(work), r: Number(block), p: Number(lanes) };
  if (!Object.values(options).every((value) => Number.isInteger(value) && value > 0)) return false;
  if (!salt || expected.length === 0) return false;
  // OpenSSL refuses more memory than it is told of; scrypt needs 128 · N · r bytes and a little for each lane.
  const maxmem = 128 * options.r * (options.N + options.p + 2);
  return isSame(await derive.scrypt(password, salt, expected.length, { ...options, maxmem }), expected);
}

function isSame(one: Buffer, other: Buffer): boolean {
  const digest = (value: Buffer): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(one), digest(other));
}
