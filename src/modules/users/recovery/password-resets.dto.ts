import { z } from 'zod';
import { email, newPassword } from '../sign-in/auth.dto';
import type { NewPasswordReset } from './password-resets';

const token = '3pQ0c1hTgkV9mZ2wXyB7nR5sJd8fLaE4uKo6iPtWqMs';

export const PasswordResetLink = z
  .strictObject({
    token: z.string().meta({ description: 'Valid for one use. It is shown only in this response' }),
    url: z.string().nullable().meta({
      description:
        'The page of the front end, with the token in the fragment; null if the school has not set PASSWORD_RESET_URL',
    }),
    expiresAt: z.iso.datetime().meta({ description: '30 minutes after the request' }),
  })
  .meta({
    id: 'PasswordResetLink',
    examples: [{ token, url: `https://school.example/reset#token=${token}`, expiresAt: '2026-11-02T08:45:00.000Z' }],
  });
export type PasswordResetLink = z.output<typeof PasswordResetLink>;

export const showPasswordReset = ({ token, url, expiresAt }: NewPasswordReset): PasswordResetLink => ({
  token,
  url,
  expiresAt: expiresAt.toISOString(),
});

export const ForgottenPassword = z
  .strictObject({ email })
  .meta({ id: 'ForgottenPassword', examples: [{ email: 'giulia@school.example' }] });
export type ForgottenPassword = z.output<typeof ForgottenPassword>;

export const PasswordResetRequest = z
  .strictObject({
    token: z.string().min(1).max(200).meta({ description: 'The token of the link' }),
    newPassword,
  })
  .meta({ id: 'PasswordResetRequest', examples: [{ token, newPassword: 'boats in the evening sun' }] });
export type PasswordResetRequest = z.output<typeof PasswordResetRequest>;
