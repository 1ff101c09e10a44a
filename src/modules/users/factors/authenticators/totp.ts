import { createHmac, timingSafeEqual } from 'node:crypto';

/** Time-based one-time passwords (RFC 6238), with the values that every authenticator app supports: SHA-1, 30 seconds, 6 digits. */
const stepMs = 30_000;
const digits = 6;
/** The clock of a phone may be wrong by one step, and the person needs some seconds to type. */
const maxDrift = 1;
const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export const stepAt = (time: Date): number => Math.floor(time.getTime() / stepMs);

/** The code of one step (RFC 4226 § 5.3). */
export function codeOf(secret: Buffer, step: number, length = digits): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = digest.at(-1)! & 0xf;
  const value = digest.readUInt32BE(offset) & 0x7f_ff_ff_ff;
  return String(value % 10 ** length).padStart(length, '0');
}

const sixDigits = /^\d{6}$/;

/** Returns the digits of a code that a person typed, perhaps with spaces, or null if it is no code of an authenticator app. */
export function digitsOf(code: string): string | null {
  const text = code.replace(/\s/g, '');
  return sixDigits.test(text) ? text : null;
}

/** Returns the step to which a code belongs, or null if the code is wrong. All steps are compared, so that the time tells nothing. */
export function findStep(secret: Buffer, typedCode: string, now: Date): number | null {
  const code = digitsOf(typedCode);
  if (code === null) return null;
  const current = stepAt(now);
  let found: number | null = null;
  for (let step = current - maxDrift; step <= current + maxDrift; step++)
    if (timingSafeEqual(Buffer.from(codeOf(secret, step)), Buffer.from(code))) found = step;
  return found;
}

/** Encodes bytes as authenticator apps expect them (RFC 4648 § 6, without padding). */
export function base32(bytes: Buffer): string {
  let text = '';
  let pending = 0;
  let bitCount = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    bitCount += 8;
    for (; bitCount >= 5; bitCount -= 5) text += base32Alphabet[(pending >> (bitCount - 5)) & 31]!;
    pending &= 31;
  }
  return bitCount > 0 ? text + base32Alphabet[(pending << (5 - bitCount)) & 31]! : text;
}

/** The URL that an authenticator app reads from a QR code. */
export function otpauthUrl(issuer: string, account: string, secret: Buffer): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}`;
}
