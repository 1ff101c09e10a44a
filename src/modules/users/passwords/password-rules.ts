import type { Role } from '../user.lists';
import { WeakPassword } from '../users.errors';
import { isCommon, spelledOut } from './common-passwords';

export const longestPassword = 256;
const shortest: Record<Role, number> = { student: 10, teacher: 10, admin: 15 };
/** A shorter name may stand in any sentence by chance. */
const shortestName = 4;
const schoolNames = ['teoart', 'teocoin'];

export interface Owner {
  username: string;
  email: string;
  role: Role;
}

/**
 * Length, and not what everybody tries first; no rules about kinds of characters (NIST SP 800-63B § 3.1.1.2).
 * Passwords are taken as they come: never trimmed, never changed.
 * @param pointer where the password stands in the request: `/body/password`
 * @throws WeakPassword
 */
export function requireGoodPassword(password: string, owner: Owner, pointer: string): void {
  const weakness = weaknessOf(password, owner);
  if (weakness) throw new WeakPassword(weakness, pointer);
}

function weaknessOf(password: string, owner: Owner): string | null {
  if (password.length < shortest[owner.role]) return `At least ${shortest[owner.role]} characters`;
  if (password.length > longestPassword) return `At most ${longestPassword} characters`;
  if (isCommon(password)) return 'Too common: it is among the first that are tried';
  const spelled = spelledOut(password);
  if (schoolNames.some((name) => spelled.includes(name))) return 'Must not contain the name of the school';
  const names = [owner.username, owner.email, owner.email.split('@', 1)[0] as string].map(spelledOut);
  const contained = names.some((name) => name.length >= shortestName && spelled.includes(name));
  return contained ? 'Must not contain the username or the e-mail address' : null;
}
