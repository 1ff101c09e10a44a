import { z } from 'zod';
import { apiScopes, type ApiScope } from '../../../platform/auth/api-scopes';
import { namedEnum } from '../../../platform/http/named-enum';
import { pageOf } from '../../../platform/http/pagination';
import type { ApiKeyRow } from './api-keys';

const scopes = z.array(namedEnum('ApiScope', apiScopes)).min(1).max(apiScopes.length);

export const NewApiKey = z
  .strictObject({
    name: z.string().trim().min(1).max(60).meta({ description: 'Which machine uses it' }),
    scopes,
    lifetimeDays: z.int().min(1).max(365),
  })
  .meta({ id: 'NewApiKey', examples: [{ name: 'Timetable', scopes: ['courses:read'], lifetimeDays: 90 }] });
export type NewApiKey = z.output<typeof NewApiKey>;

const keyFields = {
  id: z.int(),
  name: z.string(),
  scopes,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable().meta({ description: 'Exact to an hour' }),
};
const example = {
  id: 17,
  name: 'Timetable',
  scopes: ['courses:read' as const],
  createdAt: '2026-11-02T08:15:00.000Z',
  expiresAt: '2027-01-31T08:15:00.000Z',
  lastUsedAt: null,
};

export const ApiKeyView = z.strictObject(keyFields).meta({ id: 'ApiKey', examples: [example] });
export type ApiKeyView = z.output<typeof ApiKeyView>;
export const ApiKeyPage = pageOf(ApiKeyView, 'ApiKeyPage');

export const CreatedApiKey = z
  .strictObject({
    ...keyFields,
    key: z
      .string()
      .meta({ description: 'For the header `Authorization: Bearer …`. It is shown only in this response' }),
  })
  .meta({
    id: 'CreatedApiKey',
    examples: [{ ...example, key: 'teoart_17_3pQ0c1hTgkV9mZ2wXyB7nR5sJd8fLaE4uKo6iPtWqMs' }],
  });
export type CreatedApiKey = z.output<typeof CreatedApiKey>;

export const showApiKey = (key: ApiKeyRow): ApiKeyView => ({
  id: key.id,
  name: key.name,
  scopes: key.scopes as ApiScope[],
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt.toISOString(),
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
});
