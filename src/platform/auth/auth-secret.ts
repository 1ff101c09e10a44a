import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Config } from '../config/config';

const secretFile = 'var/auth-secret';

/** Returns AUTH_SECRET. If it is not set, which only production forbids, a secret is generated at the first start and stored in `var`. */
export function authSecret(config: Config): string {
  const configured = config.settings.AUTH_SECRET;
  if (configured) return configured;
  mkdirSync('var', { recursive: true });
  try {
    // Two processes may start at once. With the flag `wx` only one can create the file, and then both read the same secret.
    writeFileSync(secretFile, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(secretFile, 'utf8');
}
