import { z } from 'zod';
import { DomainError } from '../../../platform/errors/domain-error';
import type { Obstacle } from './personal-data';

export const ObstacleResponse = z
  .strictObject({
    kind: z.string().meta({
      description: '`balance`, `pending_withdrawals`, `courses`, `last_administrator`; extensions can add others',
    }),
    count: z.int().min(1).meta({ description: 'How many TeoCoins, withdrawals or courses it is' }),
    advice: z.string(),
  })
  .meta({ id: 'DepartureObstacle' });

const example: Obstacle = {
  kind: 'balance',
  count: 40,
  advice: 'Give the TeoCoins to somebody, withdraw them, or send forfeit: true.',
};

/** Something must be settled before the person can leave. */
export class CannotLeave extends DomainError {
  static override code = 'CANNOT_LEAVE';
  static override kind = 'conflict' as const;
  static override title = 'Something must be settled before you can leave';
  static override members = { obstacles: z.array(ObstacleResponse) };
  static override example = { detail: example.advice, obstacles: [example] };

  constructor(obstacles: readonly Obstacle[]) {
    super(obstacles.map(({ advice }) => advice).join(' '), { members: { obstacles: [...obstacles] } });
  }
}

/** The account is empty and cannot be opened again. */
export class PersonHasLeft extends DomainError {
  static override code = 'PERSON_HAS_LEFT';
  static override kind = 'conflict' as const;
  static override title = 'The person has left the school for good';
}
