import { Entity, Index } from 'typeorm';
import { Float, Id, Instant, Reference, Text, Varchar } from '../../../platform/database/entity';

/** What the teacher or the student says about a place of a picture. Coordinates are parts of its width and height, from 0 to 1. */
@Entity('progress_pin')
@Index('progress_pin_artwork', ['artworkId', 'id'])
@Index('progress_pin_author', ['authorId'], { where: 'author_id IS NOT NULL' })
@Index('progress_pin_resolved_by', ['resolvedById'], { where: 'resolved_by_id IS NOT NULL' })
export class Pin {
  @Id() id: number;
  @Reference('Artwork', 'progress_pin_artwork_fk', 'CASCADE') artworkId: number;
  @Reference('User', 'progress_pin_author_fk', 'SET NULL', { nullable: true }) authorId: number | null;
  @Float() x: number;
  @Float() y: number;
  /** Of a region, whose upper left corner is (x, y). Null for a point. */
  @Float({ nullable: true }) width: number | null;
  @Float({ nullable: true }) height: number | null;
  /** A criterion of the rubric of the exercise. */
  @Varchar(40, { nullable: true }) criterionId: string | null;
  @Text() text: string;
  @Instant() createdAt: Date;
  @Instant({ nullable: true }) resolvedAt: Date | null;
  @Reference('User', 'progress_pin_resolved_by_fk', 'SET NULL', { nullable: true }) resolvedById: number | null;
}
