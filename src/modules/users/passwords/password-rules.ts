import type { Role } from '../user.lists';
import { WeakPassword } from '../users.errors';
import { isCommon, normalizeText } from './common-passwords';

export const maxPasswordLength = 256;
const minLengthByRole: Record<Role, number> = { student: 10, teacher: 10, admin: 15 };
/** Shorter names are not searched for because they occur in ordinary words. */
const minNameLength = 4;
const schoolNames = ['teoart', 'teocoin'];

export interface PasswordOwner {
  username: string;
  email: string;
  role: Role;
}

/**
 * Requires a minimum length and refuses common passwords. There are no rules about kinds of characters (NIST SP 800-63B
 * § 3.1.1.2). Passwords are never trimmed or changed.
 * @param pointer the JSON pointer to the password in the request, such as `/body/password`
 * @throws WeakPassword
 */
export function requireGoodPassword(password: string, owner: PasswordOwner, pointer: string): void {
  const weakness = findWeakness(password, owner);
  if (weakness) throw new WeakPassword(weakness, pointer);
}

function findWeakness(password: string, owner: PasswordOwner): string | null {
  const minLength = minLengthByRole[owner.role];
  if (password.length < minLength) return `Must have at least ${minLength} characters`;
  if (password.length > maxPasswordLength) return `Must have at most ${maxPasswordLength} characters`;
  if (isCommon(password)) return 'Too common, so it is easy to guess';
  const normalized = normalizeText(password);
  if (schoolNames.some((name) => normalized.includes(name))) return 'Must not contain the name of the school';
  const emailName = owner.email.split('@', 1)[0] as string;
  const names = [owner.username, owner.email, emailName].map(normalizeText);
  const hasName = names.some((name) => name.length >= minNameLength && normalized.includes(name));
  return hasName ? 'Must not contain the username or the e-mail address' : null;
}
