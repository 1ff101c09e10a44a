import { z } from 'zod';
import { ObstacleResponse } from './departures.errors';

const leavesAt = z.iso.datetime().meta({
  description: 'From this time on nothing personal is kept. Until then you come back by signing in',
});

export const DeparturePreview = z
  .strictObject({
    leavesAt: leavesAt.meta({ description: 'When you would be gone, if you asked now' }),
    balance: z.int().min(0).meta({ description: 'TeoCoins that would be forfeited' }),
    obstacles: z.array(ObstacleResponse).meta({ description: 'What must be settled before; empty if you can leave' }),
  })
  .meta({
    id: 'DeparturePreview',
    examples: [
      {
        leavesAt: '2026-11-16T08:15:00.000Z',
        balance: 40,
        obstacles: [
          {
            kind: 'balance',
            count: 40,
            advice: 'Give the TeoCoins to somebody, withdraw them, or send forfeit: true.',
          },
        ],
      },
    ],
  });
export type DeparturePreview = z.output<typeof DeparturePreview>;

export const DepartureRequest = z
  .strictObject({
    forfeit: z.boolean().default(false).meta({ description: 'You give up the TeoCoins that you still have' }),
  })
  .meta({ id: 'DepartureRequest', examples: [{ forfeit: true }] });
export type DepartureRequest = z.output<typeof DepartureRequest>;

export const DepartureResponse = z
  .strictObject({
    leavesAt,
    balance: z.int().min(0).meta({
      description: 'TeoCoins that will be forfeited, and with them all that arrive until then. Sign in to keep them',
    }),
  })
  .meta({ id: 'Departure', examples: [{ leavesAt: '2026-11-16T08:15:00.000Z', balance: 40 }] });
export type DepartureResponse = z.output<typeof DepartureResponse>;
