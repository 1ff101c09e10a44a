import { Entity, Index, Unique } from 'typeorm';
import { Id, Instant, Reference, Text } from '../../../platform/database/entity';

/** A payment nobody ordered, given up as lost: an administrator has found out why, and from here on the books count without it. */
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
