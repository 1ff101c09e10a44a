import { z } from 'zod';
import { namedEnum } from '../../../../platform/http/named-enum';
import { pageOf } from '../../../../platform/http/pagination';
import { deactivationReasons } from './webhook.lists';
import type { WebhookEndpointRow } from './webhook-endpoints';

const types = z
  .array(z.string().regex(/^[a-z][a-z0-9_]{0,49}$/, 'Must be a type of notifications'))
  .min(1)
  .max(100)
  .nullable()
  .meta({ description: 'The types of notifications that are sent, or null for all' });
const description = z.string().trim().max(200);

export const NewWebhookEndpoint = z
  .strictObject({
    url: z.string().trim().min(1).max(2_000).meta({
      description: 'An https address on the internet. Redirects are not followed',
    }),
    types,
    description: description.default(''),
  })
  .meta({
    id: 'NewWebhookEndpoint',
    examples: [
      { url: 'https://register.school.example/hooks', types: ['course_completed'], description: 'The register' },
    ],
  });
export type NewWebhookEndpoint = z.output<typeof NewWebhookEndpoint>;

const endpointFields = {
  id: z.int(),
  url: z.string(),
  types,
  description,
  isActive: z.boolean(),
  createdById: z
    .int()
    .nullable()
    .meta({ description: 'The administrator who added it, or null if the account does not exist any more' }),
  createdAt: z.iso.datetime(),
  deactivatedAt: z.iso.datetime().nullable(),
  deactivationReason: namedEnum('WebhookDeactivationReason', deactivationReasons).nullable().meta({
    description: '`gone`: the receiver answered 410',
  }),
  previousSecretExpiresAt: z.iso
    .datetime()
    .nullable()
    .meta({ description: 'Until then messages are also signed with the secret before the last rotation' }),
};
const example = {
  id: 3,
  url: 'https://register.school.example/hooks',
  types: ['course_completed'],
  description: 'The register',
  isActive: true,
  createdById: 1,
  createdAt: '2026-11-02T08:15:00.000Z',
  deactivatedAt: null,
  deactivationReason: null,
  previousSecretExpiresAt: null,
};

export const WebhookEndpointView = z.strictObject(endpointFields).meta({ id: 'WebhookEndpoint', examples: [example] });
export type WebhookEndpointView = z.output<typeof WebhookEndpointView>;
export const WebhookEndpointPage = pageOf(WebhookEndpointView, 'WebhookEndpointPage');

export const WebhookEndpointWithSecret = z
  .strictObject({
    ...endpointFields,
    secret: z
      .string()
      .meta({ description: 'With it the receiver verifies signatures. It is shown only in this response' }),
  })
  .meta({
    id: 'WebhookEndpointWithSecret',
    examples: [{ ...example, secret: 'whsec_3pQ0c1hTgkV9mZ2wXyB7nR5sJd8fLaE4uKo6iPtWqMs=' }],
  });
export type WebhookEndpointWithSecret = z.output<typeof WebhookEndpointWithSecret>;

export const showEndpoint = (row: WebhookEndpointRow): WebhookEndpointView => ({
  id: row.id,
  url: row.url,
  types: row.types as string[] | null,
  description: row.description,
  isActive: row.deactivatedAt === null,
  createdById: row.createdById,
  createdAt: row.createdAt.toISOString(),
  deactivatedAt: row.deactivatedAt?.toISOString() ?? null,
  deactivationReason: row.deactivationReason,
  previousSecretExpiresAt: row.previousSecretExpiresAt?.toISOString() ?? null,
});
