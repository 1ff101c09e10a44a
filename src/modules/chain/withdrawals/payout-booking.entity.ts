import { Entity, Index, Unique } from 'typeorm';
import { Id, Instant, Reference, Text } from '../../../platform/database/entity';

/** A payment without a withdrawal that an administrator has booked as lost. From then on the supply and the audit do not count its coins. */
@Entity('rewards_payout_booking')
@Unique('rewards_payout_booking_payout', ['payoutId'])
@Index('rewards_payout_booking_actor', ['actorId'])
export class PayoutBooking {
  @Id() id: number;
  @Reference('Payout', 'rewards_payout_booking_payout_fk', 'RESTRICT') payoutId: number;
  @Text() reason: string;
  @Reference('User', 'rewards_payout_booking_actor_fk', 'RESTRICT') actorId: number;
  @Instant() bookedAt: Date;
}
