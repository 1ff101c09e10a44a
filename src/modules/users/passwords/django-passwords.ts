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

/** @param parts the stored hash after its algorithm, split at `$` */
type VerifyPassword = (password: string, parts: string[]) => Promise<boolean>;

/** Django's encoding of an account without a password. No password verifies against it. */
export const unusablePassword = '!';

/** Functions that verify the hashes of Django, by the first part of the hash. passwords.ts verifies argon2. */
const verifiers: Record<string, VerifyPassword> = {
  pbkdf2_sha256: (password, parts) => verifyPbkdf2('sha256', password, parts),
  pbkdf2_sha1: (password, parts) => verifyPbkdf2('sha1', password, parts),
  scrypt: verifyScrypt,
  // Django hashes the digest because bcrypt reads only the first 72 bytes.
  bcrypt_sha256: (password, parts) => compare(createHash('sha256').update(password).digest('hex'), parts.join('$')),
  bcrypt: (password, parts) => compare(password, parts.join('$')),
};

/** Returns a function that compares a password with the stored hash, or undefined for an algorithm that is not listed above. */
export function djangoVerifier(storedHash: string): ((password: string) => Promise<boolean>) | undefined {
  const [algorithm, ...parts] = storedHash.split('$');
  const verify = verifiers[algorithm as string];
  if (!verify) return undefined;
  // A damaged hash belongs to no password, so a caller cannot recognise it by the error.
  return (password) => verify(password, parts).catch(() => false);
}

/** `pbkdf2_sha256$<iterations>$<salt>$<base64>` */
async function verifyPbkdf2(digest: 'sha256' | 'sha1', password: string, parts: string[]): Promise<boolean> {
  const [iterations, salt, hash] = parts;
  const iterationCount = Number(iterations);
  const expected = Buffer.from(hash ?? '', 'base64');
  if (!Number.isInteger(iterationCount) || iterationCount < 1) return false;
  if (!salt || expected.length === 0) return false;
  return isEqual(await derive.pbkdf2(password, salt, iterationCount, expected.length, digest), expected);
}

/** `scrypt$<work factor>$<salt>$<block size>$<parallelism>$<base64>` */
async function verifyScrypt(password: string, parts: string[]): Promise<boolean> {
  const [workFactor, salt, blockSize, parallelism, hash] = parts;
  const expected = Buffer.from(hash ?? '', 'base64');
  const options = { N: Number(workFactor), r: Number(blockSize), p: Number(parallelism) };
  if (!Object.values(options).every((value) => Number.isInteger(value) && value > 0)) return false;
  if (!salt || expected.length === 0) return false;
  // OpenSSL refuses to use more bytes than `maxmem`. scrypt needs 128 · N · r bytes, and 128 · r bytes for each of p parallel runs.
  const maxmem = 128 * options.r * (options.N + options.p + 2);
  return isEqual(await derive.scrypt(password, salt, expected.length, { ...options, maxmem }), expected);
}

/** Compares digests because `timingSafeEqual` throws for buffers of different lengths. */
function isEqual(left: Buffer, right: Buffer): boolean {
  const digest = (value: Buffer): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(left), digest(right));
}
