import { Entity, Unique } from 'typeorm';
import { Id, Int, Reference, Varchar } from '../../../platform/database/entity';

/** A picture of handed-in work. Positions begin with 1. */
@Entity('progress_artwork')
@Unique('progress_artwork_position', ['submissionId', 'position'])
export class Artwork {
  @Id() id: number;
  @Reference('ExerciseSubmission', 'progress_artwork_submission_fk', 'CASCADE') submissionId: number;
  @Int() position: number;
  /** The reference of the stored file. */
  @Varchar(100) file: string;
  @Varchar(500, { default: '' }) caption: string;
}
