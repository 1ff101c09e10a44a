import { PasswordChanges } from './password-change';
import { PasswordStore } from './password-store';
import { Passwords } from './passwords';

/** What the module of users needs of this folder. */
export const passwords = {
  providers: [PasswordChanges, Passwords, PasswordStore],
  exports: [Passwords],
};
