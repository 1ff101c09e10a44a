import { z } from 'zod';
import { pageOf } from '../../../platform/http/pagination';
import type { PasskeyRow } from './passkey-store';

const base64url = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[\w-]*$/, 'Must be base64url');

const credentialId = base64url(1_400).min(1);
const name = z.string().trim().min(1).max(60).meta({ description: 'How the person calls the device' });

/** Browsers add members to what they return, so unknown members are ignored here. The signature covers what counts. */
const credential = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  clientExtensionResults: z.record(z.string(), z.unknown()),
};
const baseExample = { id: 'AQIDBA', rawId: 'AQIDBA', type: 'public-key' as const, clientExtensionResults: {} };

const registrationExample = {
  ...baseExample,
  response: { clientDataJSON: 'e30', attestationObject: 'o2Nm', transports: ['internal'] },
};
const assertionExample = {
  ...baseExample,
  response: { clientDataJSON: 'e30', authenticatorData: 'SZYN', signature: 'MEUC' },
};

export const PasskeyRegistration = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url(4_000),
      attestationObject: base64url(12_000),
      transports: z.array(z.string().max(20)).max(8).optional(),
    }),
  })
  .meta({
    id: 'PasskeyRegistration',
    description: 'The result of `navigator.credentials.create`, by its `toJSON()`',
    examples: [registrationExample],
  });
export type PasskeyRegistration = z.output<typeof PasskeyRegistration>;

export const PasskeyAssertion = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url(4_000),
      authenticatorData: base64url(4_000),
      signature: base64url(4_000),
      userHandle: base64url(100).nullish(),
    }),
  })
  .meta({
    id: 'PasskeyAssertion',
    description: 'The result of `navigator.credentials.get`, by its `toJSON()`',
    examples: [assertionExample],
  });
export type PasskeyAssertion = z.output<typeof PasskeyAssertion>;

export const PasskeyOptions = z
  .strictObject({
    publicKey: z.record(z.string(), z.unknown()).meta({
      description:
        'For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON` of the browser (WebAuthn level 3)',
    }),
  })
  .meta({
    id: 'PasskeyOptions',
    examples: [{ publicKey: { challenge: '3pQ0c1hTgkV9mZ2wXyB7nR5sJd8fLaE4uKo6iPtWqMs', rpId: 'school.example' } }],
  });
export type PasskeyOptions = z.output<typeof PasskeyOptions>;

export const showOptions = (publicKey: object): PasskeyOptions => ({ publicKey: { ...publicKey } });

export const NewPasskey = z
  .strictObject({ name, credential: PasskeyRegistration })
  .meta({ id: 'NewPasskey', examples: [{ name: 'Phone', credential: registrationExample }] });
export type NewPasskey = z.output<typeof NewPasskey>;

export const PasskeyProof = z
  .strictObject({ credential: PasskeyAssertion })
  .meta({ id: 'PasskeyProof', examples: [{ credential: assertionExample }] });
export type PasskeyProof = z.output<typeof PasskeyProof>;

export const PasskeyChange = z.strictObject({ name }).meta({ id: 'PasskeyChange', examples: [{ name: 'Old phone' }] });
export type PasskeyChange = z.output<typeof PasskeyChange>;

const passkeyFields = {
  id: z.int(),
  name: z.string(),
  isSynced: z.boolean().meta({ description: 'Whether the system of the person copies it to their other devices' }),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
};
const passkeyExample = {
  id: 3,
  name: 'Phone',
  isSynced: true,
  createdAt: '2026-11-02T08:15:00.000Z',
  lastUsedAt: null,
};

export const PasskeyView = z.strictObject(passkeyFields).meta({ id: 'Passkey', examples: [passkeyExample] });
export type PasskeyView = z.output<typeof PasskeyView>;
export const PasskeyPage = pageOf(PasskeyView, 'PasskeyPage');

export const AddedPasskey = z
  .strictObject({
    ...passkeyFields,
    recoveryCodes: z
      .array(z.string())
      .nullable()
      .meta({ description: 'Ten codes for a lost passkey, if it is the first second factor; otherwise null' }),
  })
  .meta({ id: 'AddedPasskey', examples: [{ ...passkeyExample, recoveryCodes: ['K7QM-2XNA-PD4R-H6TW-3BJ5-YVCE'] }] });
export type AddedPasskey = z.output<typeof AddedPasskey>;

export const showPasskey = ({ id, name: deviceName, isSynced, createdAt, lastUsedAt }: PasskeyRow): PasskeyView => ({
  id,
  name: deviceName,
  isSynced,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
});
