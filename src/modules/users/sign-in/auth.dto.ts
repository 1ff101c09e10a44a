import { z } from 'zod';
import { isTimeZone } from '../../../platform/time/local-date';
import { longestPassword } from '../passwords/password-rules';
import type { Person } from '../accounts/person';
import type { Tokens } from '../sessions/sessions';
import { exampleOfMe, Me, showMe } from '../accounts/me.dto';
import { username } from '../accounts/users.dto';

/** An IANA name such as Europe/Rome: the calendar and the quiet hours of a person. */
export const timezone = z
  .string()
  .max(50)
  .refine(isTimeZone, 'Must be the IANA name of a time zone, such as Europe/Rome')
  .meta({ examples: ['Europe/Rome'] });

/** BCP 47: a language, perhaps a script, perhaps a region. */
export const language = z
  .string()
  .max(10)
  .regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/, 'Must be a language tag, such as it or pt-BR')
  .meta({ examples: ['it'] });

export const email = z.string().trim().max(254).check(z.email());

const newPassword = z
  .string()
  .min(10)
  .max(longestPassword)
  .meta({ description: 'Taken as it is, spaces included; what everybody tries first is refused' });
/** What is compared has no rules of its own, only a bound on the work. */
const givenPassword = z.string().min(1).max(longestPassword);

export const NewPerson = z
  .strictObject({
    username,
    email,
    password: newPassword,
    role: z.enum(['student', 'teacher']).meta({ description: 'A teacher waits for the approval of an administrator' }),
    firstName: z.string().trim().max(150).optional(),
    lastName: z.string().trim().max(150).optional(),
    timezone: timezone.optional(),
    language: language.optional(),
  })
  .meta({
    id: 'NewPerson',
    examples: [
      {
        username: 'giulia.r',
        email: 'giulia@school.example',
        password: 'boats in the early fog',
        role: 'student',
        firstName: 'Giulia',
        lastName: 'Rossi',
        timezone: 'Europe/Rome',
        language: 'it',
      },
    ],
  });
export type NewPerson = z.output<typeof NewPerson>;

export const Credentials = z
  .strictObject({
    login: z.string().trim().min(1).max(254).meta({ description: 'Username or e-mail address, in any case' }),
    password: givenPassword,
  })
  .meta({ id: 'Credentials', examples: [{ login: 'giulia.r', password: 'boats in the early fog' }] });
export type Credentials = z.output<typeof Credentials>;

export const RefreshRequest = z
  .strictObject({ refreshToken: z.string().max(1_000) })
  .meta({ id: 'RefreshRequest', examples: [{ refreshToken: '6c1f….VZx7…' }] });
export type RefreshRequest = z.output<typeof RefreshRequest>;

export const PasswordChange = z.strictObject({ currentPassword: givenPassword, newPassword }).meta({
  id: 'PasswordChange',
  examples: [{ currentPassword: 'boats in the early fog', newPassword: 'boats in the evening sun' }],
});
export type PasswordChange = z.output<typeof PasswordChange>;

const tokens = {
  accessToken: z.string().meta({ description: 'Bearer token for the Authorization header' }),
  expiresAt: z.iso.datetime().meta({ description: 'When the access token expires: ten minutes after its issue' }),
  refreshToken: z.string().meta({
    description:
      'Good for one use; it expires when it is not used for some days, and 30 days after the sign-in at the latest',
  }),
};
const tokensExample = {
  accessToken: 'eyJhbGciOi…',
  expiresAt: '2026-11-02T08:25:00.000Z',
  refreshToken: '6c1f….VZx7…',
};

export const TokensView = z.strictObject(tokens).meta({ id: 'Tokens', examples: [tokensExample] });
export type TokensView = z.output<typeof TokensView>;

export const SignedIn = z
  .strictObject({ user: Me, ...tokens })
  .meta({ id: 'SignedIn', examples: [{ user: exampleOfMe, ...tokensExample }] });
export type SignedIn = z.output<typeof SignedIn>;

export const showTokens = ({ accessToken, expiresAt, refreshToken }: Tokens): TokensView => ({
  accessToken,
  expiresAt: expiresAt.toISOString(),
  refreshToken,
});

export const showSignedIn = ({ person, tokens: own }: { person: Person; tokens: Tokens }): SignedIn => ({
  user: showMe(person),
  ...showTokens(own),
});
