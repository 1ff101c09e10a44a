import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { deviceNameOf } from './device-names';
import type { ActiveSession } from './active-sessions.query';

export const SessionResponse = z
  .strictObject({
    id: z.uuid(),
    isCurrent: z.boolean().meta({ description: 'Whether this request belongs to the session' }),
    name: z.string().meta({
      description:
        'The name that the person gave the device, or else the browser and the system, such as "Firefox on Linux"',
    }),
    userAgent: z.string(),
    address: z.string().meta({ description: 'The network address of the sign-in' }),
    lastAddress: z.string().meta({ description: 'The network address of the last refresh' }),
    createdAt: z.iso.datetime(),
    refreshedAt: z.iso.datetime().meta({ description: 'Time of the last refresh' }),
    expiresAt: z.iso
      .datetime()
      .meta({ description: 'When the session ends if it is not refreshed again; at most 30 days after its start' }),
  })
  .meta({
    id: 'Session',
    examples: [
      {
        id: '6c1f1f4e-0d6b-4c55-9a39-0a2f2b7c1d11',
        isCurrent: true,
        name: 'Studio tablet',
        userAgent: 'Mozilla/5.0',
        address: '192.0.2.7',
        lastAddress: '192.0.2.9',
        createdAt: '2026-11-02T08:15:00.000Z',
        refreshedAt: '2026-11-02T08:15:00.000Z',
        expiresAt: '2026-11-16T08:15:00.000Z',
      },
    ],
  });
export type SessionResponse = z.output<typeof SessionResponse>;

export const SessionChange = z
  .strictObject({
    name: z.string().trim().max(60).meta({ description: 'An empty name shows the browser and the system again' }),
  })
  .meta({ id: 'SessionChange', examples: [{ name: 'Studio tablet' }] });
export type SessionChange = z.output<typeof SessionChange>;

export const EndedSessions = z
  .strictObject({ ended: z.int().min(0).meta({ description: 'Number of sessions that were ended' }) })
  .meta({ id: 'EndedSessions', examples: [{ ended: 2 }] });
export type EndedSessions = z.output<typeof EndedSessions>;

export const SessionPage = pageOf(SessionResponse, 'SessionPage');
export const SessionQuery = pageQuery();
export type SessionQuery = z.output<typeof SessionQuery>;

export const showSession = (session: ActiveSession, currentSessionId: string): SessionResponse => ({
  id: session.id,
  isCurrent: session.id === currentSessionId,
  name: session.name || deviceNameOf(session.userAgent),
  userAgent: session.userAgent,
  address: session.address,
  lastAddress: session.lastAddress || session.address,
  createdAt: session.createdAt.toISOString(),
  refreshedAt: session.rotatedAt.toISOString(),
  expiresAt: session.expiresAt.toISOString(),
});
