import { Entity, Index, Unique } from 'typeorm';
import { Id, Instant, Reference, Text } from '../../../platform/database/entity';

/** An administrator has booked a payment without a withdrawal as lost. From then on the supply and the audit do not count the coins of this payment. */
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
