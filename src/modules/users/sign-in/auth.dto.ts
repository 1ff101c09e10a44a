import { z } from 'zod';
import { isTimeZone } from '../../../platform/time/local-date';
import { maxPasswordLength } from '../passwords/password-rules';
import type { Person } from '../accounts/person';
import type { Tokens } from '../sessions/sessions';
import { exampleOfMe, Me, showMe } from '../accounts/me.dto';
import { applicationText } from '../teachers/teacher-applications.dto';
import { username } from '../accounts/users.dto';
import { namedEnum } from '../../../platform/http/named-enum';
import { rule } from '../../../platform/http/rules';
import { openRoles } from '../user.lists';

/** An IANA name such as Europe/Rome. Calendar days and quiet hours of the person are computed in this zone. */
export const timezone = z
  .string()
  .max(50)
  .refine(isTimeZone, rule('time_zone', 'Must be the IANA name of a time zone, such as Europe/Rome'))
  .meta({ examples: ['Europe/Rome'] });

/** A BCP 47 tag: a language with an optional script and an optional region. */
const languageTag = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/;
export const language = z
  .string()
  .max(10)
  .regex(languageTag, 'Must be a language tag, such as it or pt-BR')
  .meta({ examples: ['it'] });

export const email = z.string().trim().max(254).check(z.email());

export const newPassword = z
  .string()
  .min(10)
  .max(maxPasswordLength)
  .meta({ description: 'Used unchanged, including spaces. Common passwords are refused' });
/** No rules for good passwords apply here because the password is only compared. The maximum length limits the work of hashing. */
export const enteredPassword = z.string().min(1).max(maxPasswordLength);

export const NewPerson = z
  .strictObject({
    username,
    email,
    password: newPassword,
    role: namedEnum('OpenRole', openRoles).meta({
      description: 'A teacher can teach only after an administrator has approved them',
    }),
    firstName: z.string().trim().max(150).optional(),
    lastName: z.string().trim().max(150).optional(),
    timezone: timezone.optional(),
    language: language.optional(),
    application: applicationText.optional(),
  })
  .refine(
    ({ role, application }) => role === 'teacher' || application === undefined,
    rule('teachers_only', 'Only for the role teacher', ['application']),
  )
  .meta({
    id: 'NewPerson',
    not: { properties: { role: { const: 'student' }, application: {} }, required: ['application'] },
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
    login: z.string().trim().min(1).max(254).meta({ description: 'Username or e-mail address; case is ignored' }),
    password: enteredPassword,
  })
  .meta({ id: 'Credentials', examples: [{ login: 'giulia.r', password: 'boats in the early fog' }] });
export type Credentials = z.output<typeof Credentials>;

export const SecondStepRequest = z
  .strictObject({
    challenge: z.string().max(200).meta({ description: 'The `challenge` of the first step' }),
    code: z
      .string()
      .trim()
      .min(6)
      .max(40)
      .meta({ description: 'Six digits of the authenticator app, or a recovery code' }),
  })
  .meta({
    id: 'SecondStepRequest',
    examples: [{ challenge: '3pQ0c1hTgkV9mZ2wXyB7nR5sJd8fLaE4uKo6iPtWqMs', code: '492039' }],
  });
export type SecondStepRequest = z.output<typeof SecondStepRequest>;

export const RefreshRequest = z
  .strictObject({ refreshToken: z.string().max(1_000) })
  .meta({ id: 'RefreshRequest', examples: [{ refreshToken: '6c1f….VZx7…' }] });
export type RefreshRequest = z.output<typeof RefreshRequest>;

export const PasswordChange = z.strictObject({ currentPassword: enteredPassword, newPassword }).meta({
  id: 'PasswordChange',
  examples: [{ currentPassword: 'boats in the early fog', newPassword: 'boats in the evening sun' }],
});
export type PasswordChange = z.output<typeof PasswordChange>;

const tokenFields = {
  accessToken: z.string().meta({ description: 'Bearer token for the Authorization header' }),
  expiresAt: z.iso.datetime().meta({ description: 'When the access token expires, ten minutes after it was issued' }),
  refreshToken: z.string().meta({
    description:
      'Valid for one use. It expires if it is not used for 14 days (the school can change this number), and at most 30 days after sign-in',
  }),
};
const tokensExample = {
  accessToken: 'eyJhbGciOi…',
  expiresAt: '2026-11-02T08:25:00.000Z',
  refreshToken: '6c1f….VZx7…',
};

export const TokensResponse = z.strictObject(tokenFields).meta({ id: 'Tokens', examples: [tokensExample] });
export type TokensResponse = z.output<typeof TokensResponse>;

export const SignInResponse = z
  .strictObject({ user: Me, ...tokenFields })
  .meta({ id: 'SignedIn', examples: [{ user: exampleOfMe, ...tokensExample }] });
export type SignInResponse = z.output<typeof SignInResponse>;

export const showTokens = ({ accessToken, expiresAt, refreshToken }: Tokens): TokensResponse => ({
  accessToken,
  expiresAt: expiresAt.toISOString(),
  refreshToken,
});

export const showSignIn = ({ person, tokens }: { person: Person; tokens: Tokens }): SignInResponse => ({
  user: showMe(person),
  ...showTokens(tokens),
});
