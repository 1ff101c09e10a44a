import { ECDH } from 'node:crypto';
import { z } from 'zod';
import { pageOf } from '../../../platform/http/pagination';
import { rule } from '../../../platform/http/rules';
import type { PushSubscriptionRow } from './push-subscriptions';

/** Whether the text is a point of the curve P-256, without which nothing can be encrypted. */
function isPublicKey(text: string): boolean {
  try {
    ECDH.convertKey(text, 'prime256v1', 'base64url');
    return true;
  } catch {
    return false;
  }
}

const exampleKeys = {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
};

export const NewPushSubscription = z
  .strictObject({
    endpoint: z.string().min(1).max(2_000).meta({ description: 'The address that the browser gave' }),
    keys: z.strictObject({
      p256dh: z
        .string()
        .regex(/^[\w-]{87}$/, 'Must be a key in base64url')
        .refine(isPublicKey, rule('public_key', 'Must be a public key of the curve P-256')),
      auth: z.string().regex(/^[\w-]{22}$/, 'Must be 16 bytes in base64url'),
    }),
    name: z.string().trim().max(60).default('').meta({ description: 'What the person calls the browser' }),
  })
  .meta({
    id: 'NewPushSubscription',
    examples: [{ endpoint: 'https://fcm.googleapis.com/fcm/send/c1KrmpTuRm8', keys: exampleKeys, name: 'My phone' }],
  });
export type NewPushSubscription = z.output<typeof NewPushSubscription>;

export const PushSubscriptionView = z
  .strictObject({ id: z.int(), name: z.string(), createdAt: z.iso.datetime() })
  .meta({ id: 'PushSubscription', examples: [{ id: 11, name: 'My phone', createdAt: '2026-11-02T08:15:00.000Z' }] });
export type PushSubscriptionView = z.output<typeof PushSubscriptionView>;
export const PushSubscriptionPage = pageOf(PushSubscriptionView, 'PushSubscriptionPage');

export const PushPublicKey = z
  .strictObject({
    publicKey: z.string().nullable().meta({
      description: 'The `applicationServerKey` for the browser, or null if the school sends no push messages',
    }),
  })
  .meta({ id: 'PushPublicKey', examples: [{ publicKey: exampleKeys.p256dh }] });
export type PushPublicKey = z.output<typeof PushPublicKey>;

export const showSubscription = ({ id, name, createdAt }: PushSubscriptionRow): PushSubscriptionView => ({
  id,
  name,
  createdAt: createdAt.toISOString(),
});
