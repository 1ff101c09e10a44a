import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import type { StandingSession } from './active-sessions.query';

export const SessionView = z
  .strictObject({
    id: z.uuid(),
    isCurrent: z.boolean().meta({ description: 'The one this request belongs to' }),
    userAgent: z.string(),
    address: z.string(),
    createdAt: z.iso.datetime(),
    refreshedAt: z.iso.datetime().meta({ description: 'When its tokens were last renewed' }),
    expiresAt: z.iso
      .datetime()
      .meta({ description: 'When it ends unless it is refreshed; 30 days after its beginning at the latest' }),
  })
  .meta({
    id: 'Session',
    examples: [
      {
        id: '6c1f1f4e-0d6b-4c55-9a39-0a2f2b7c1d11',
        isCurrent: true,
        userAgent: 'Mozilla/5.0',
        address: '192.0.2.7',
        createdAt: '2026-11-02T08:15:00.000Z',
        refreshedAt: '2026-11-02T08:15:00.000Z',
        expiresAt: '2026-11-16T08:15:00.000Z',
      },
    ],
  });
export type SessionView = z.output<typeof SessionView>;

export const SessionPage = pageOf(SessionView, 'SessionPage');
export const SessionQuery = pageQuery();
export type SessionQuery = z.output<typeof SessionQuery>;

export const showSession = (session: StandingSession, current: string): SessionView => ({
  id: session.id,
  isCurrent: session.id === current,
  userAgent: session.userAgent,
  address: session.address,
  createdAt: session.createdAt.toISOString(),
  refreshedAt: session.rotatedAt.toISOString(),
  expiresAt: session.expiresAt.toISOString(),
});
