import { Entity, Index } from 'typeorm';
import { Id, Instant, Int, Json, Reference, Varchar } from '../../../platform/database/entity';
import type { RubricCriterion } from './criteria';

/** A rubric of a teacher, to be used in exercises. An exercise has its own copy of the criteria. */
@Entity('courses_rubric')
@Index('courses_rubric_owner', ['ownerId', 'id'])
export class RubricRow {
  @Id() id: number;
  @Reference('User', 'courses_rubric_owner_fk', 'CASCADE') ownerId: number;
  @Varchar(200) title: string;
  @Json() criteria: RubricCriterion[];
  @Instant() createdAt: Date;
  @Instant() updatedAt: Date;
  @Int({ default: 1 }) version: number;
}
