import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Config } from '../config/config';

const file = 'var/auth-secret';

/** AUTH_SECRET, or, outside production, one made at the first start and kept beside the database. */
export function authSecret(config: Config): string {
  const given = config.settings.AUTH_SECRET;
  if (given) return given;
  mkdirSync('var', { recursive: true });
  try {
    // Two processes may start at once: only one may create the file, both read the same.
    writeFileSync(file, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}
