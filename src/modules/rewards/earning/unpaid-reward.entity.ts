import { Entity, Unique } from 'typeorm';
import { BigInteger, Id, Instant, Int, Reference, Varchar } from '../../../platform/database/entity';

/** A reward that was not paid because the course was not open when it was earned. `GET /rewards/explain` reads it. */
@Entity('rewards_unpaidreward')
@Unique('rewards_unpaidreward_once', ['userId', 'relatedObjectType', 'relatedObjectId'])
export class UnpaidReward {
  @Id() id: number;
  @Reference('User', 'rewards_unpaidreward_user_fk', 'CASCADE') userId: number;
  @Varchar(100) relatedObjectType: string;
  @BigInteger() relatedObjectId: number;
  @Int() amount: number;
  @Instant() createdAt: Date;
}
