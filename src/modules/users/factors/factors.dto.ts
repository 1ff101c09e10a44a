import { z } from 'zod';
import { rule } from '../../../platform/http/rules';
import { enteredPassword } from '../sign-in/auth.dto';
import { PasskeyAssertion } from '../passkeys/passkeys.dto';
import type { NewAuthenticator } from './authenticators/authenticators';
import type { FactorOverview } from './second-factors';

/** A code of an authenticator app or a recovery code. The maximum length limits the work. */
export const code = z
  .string()
  .trim()
  .min(6)
  .max(40)
  .meta({ description: 'Six digits of the authenticator app, or a recovery code', examples: ['492039'] });

export const CodeEntry = z.strictObject({ code }).meta({ id: 'CodeEntry', examples: [{ code: '492039' }] });
export type CodeEntry = z.output<typeof CodeEntry>;

export const Reauthentication = z
  .strictObject({
    code: code.optional(),
    passkey: PasskeyAssertion.optional(),
    password: enteredPassword.optional(),
  })
  .refine(
    (proof) => Object.values(proof).filter((value) => value !== undefined).length === 1,
    rule('one_proof', 'Send exactly one of code, passkey and password'),
  )
  .meta({
    id: 'Reauthentication',
    oneOf: [{ required: ['code'] }, { required: ['passkey'] }, { required: ['password'] }],
    examples: [{ password: 'boats in the early fog' }],
  });
export type Reauthentication = z.output<typeof Reauthentication>;

export const Proof = z
  .strictObject({ expiresAt: z.iso.datetime().meta({ description: 'Ten minutes after the request' }) })
  .meta({ id: 'Proof', examples: [{ expiresAt: '2026-11-02T08:25:00.000Z' }] });
export type Proof = z.output<typeof Proof>;

export const SecondFactorOverview = z
  .strictObject({
    isRequired: z.boolean().meta({ description: 'Whether the school requires a second factor of this person' }),
    authenticatorAddedAt: z.iso.datetime().nullable().meta({ description: 'null if there is no authenticator app' }),
    passkeyCount: z.int().min(0),
    recoveryCodesLeftCount: z.int().min(0),
  })
  .meta({
    id: 'SecondFactorOverview',
    examples: [
      {
        isRequired: false,
        authenticatorAddedAt: '2026-11-02T08:15:00.000Z',
        passkeyCount: 1,
        recoveryCodesLeftCount: 9,
      },
    ],
  });
export type SecondFactorOverview = z.output<typeof SecondFactorOverview>;

export const showOverview = (
  { authenticatorAddedAt, passkeyCount, recoveryCodesLeftCount }: FactorOverview,
  isRequired: boolean,
): SecondFactorOverview => ({
  isRequired,
  authenticatorAddedAt: authenticatorAddedAt?.toISOString() ?? null,
  passkeyCount,
  recoveryCodesLeftCount,
});

export const AuthenticatorSecret = z
  .strictObject({
    secret: z.string().meta({ description: 'For typing into the app. It is shown only in this response' }),
    url: z.string().meta({ description: 'Show it as a QR code' }),
  })
  .meta({
    id: 'AuthenticatorSecret',
    examples: [
      {
        secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
        url: 'otpauth://totp/TeoArt%20School:giulia.r?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=TeoArt%20School',
      },
    ],
  });
export type AuthenticatorSecret = z.output<typeof AuthenticatorSecret>;

export const showAuthenticator = ({ secret, url }: NewAuthenticator): AuthenticatorSecret => ({ secret, url });

export const RecoveryCodeList = z
  .strictObject({
    recoveryCodes: z
      .array(z.string())
      .meta({ description: 'Ten codes, each for one use. They are shown only in this response' }),
  })
  .meta({ id: 'RecoveryCodeList', examples: [{ recoveryCodes: ['K7QM-2XNA-PD4R-H6TW-3BJ5-YVCE'] }] });
export type RecoveryCodeList = z.output<typeof RecoveryCodeList>;

export const FactorRemoval = z
  .strictObject({
    reason: z.string().trim().min(1).max(150).meta({ description: 'Kept as a security event' }),
  })
  .meta({ id: 'FactorRemoval', examples: [{ reason: 'Lost the phone; came to the office with a passport' }] });
export type FactorRemoval = z.output<typeof FactorRemoval>;
