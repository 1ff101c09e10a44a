import { z } from 'zod';
import { PasswordResetLink, showPasswordReset } from '../recovery/password-resets.dto';
import { email, enteredPassword } from '../sign-in/auth.dto';
import type { Confirmation } from './email-confirmations';

const token = '3pQ0c1hTgkV9mZ2wXyB7nR5sJd8fLaE4uKo6iPtWqMs';

export const EmailChange = z.strictObject({ newEmail: email, currentPassword: enteredPassword }).meta({
  id: 'EmailChange',
  examples: [{ newEmail: 'giulia.rossi@school.example', currentPassword: 'boats in the early fog' }],
});
export type EmailChange = z.output<typeof EmailChange>;

export const EmailVerificationRequest = z
  .strictObject({ token: z.string().min(1).max(200).meta({ description: 'The token of the link in the mail' }) })
  .meta({ id: 'EmailVerificationRequest', examples: [{ token }] });
export type EmailVerificationRequest = z.output<typeof EmailVerificationRequest>;

export const VerifiedEmail = z
  .strictObject({
    email: z.string().meta({ description: 'The address that is verified now' }),
    passwordReset: PasswordResetLink.nullable().meta({
      description:
        'null if the caller is signed in to the account. Otherwise its password was dropped and its sessions were ended, and this link sets a new password',
    }),
  })
  .meta({ id: 'VerifiedEmail', examples: [{ email: 'giulia@school.example', passwordReset: null }] });
export type VerifiedEmail = z.output<typeof VerifiedEmail>;

export const showConfirmation = ({ email: verified, reset }: Confirmation): VerifiedEmail => ({
  email: verified,
  passwordReset: reset && showPasswordReset(reset),
});
