import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  float,
  id,
  index,
  instant,
  int,
  references,
  table,
  text,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

const tables = [
  table(
    'progress_artwork',
    {
      id: id(),
      submission_id: bigint(),
      position: int(),
      file: varchar(100),
      caption: varchar(500, { default: '' }),
    },
    unique('progress_artwork_position', 'submission_id', 'position'),
    references('progress_artwork_submission_fk', 'submission_id', 'courses_exercisesubmission', 'CASCADE'),
  ),
  table(
    'progress_pin',
    {
      id: id(),
      artwork_id: bigint(),
      author_id: bigint({ nullable: true }),
      x: float(),
      y: float(),
      width: float({ nullable: true }),
      height: float({ nullable: true }),
      criterion_id: varchar(40, { nullable: true }),
      text: text(),
      created_at: instant(),
      resolved_at: instant({ nullable: true }),
      resolved_by_id: bigint({ nullable: true }),
    },
    index('progress_pin_artwork', ['artwork_id', 'id']),
    index('progress_pin_author', ['author_id'], 'author_id IS NOT NULL'),
    index('progress_pin_resolved_by', ['resolved_by_id'], 'resolved_by_id IS NOT NULL'),
    references('progress_pin_artwork_fk', 'artwork_id', 'progress_artwork', 'CASCADE'),
    references('progress_pin_author_fk', 'author_id', 'users_user', 'SET NULL'),
    references('progress_pin_resolved_by_fk', 'resolved_by_id', 'users_user', 'SET NULL'),
  ),
  table(
    'progress_pinreply',
    { id: id(), pin_id: bigint(), author_id: bigint({ nullable: true }), text: text(), created_at: instant() },
    index('progress_pinreply_pin', ['pin_id', 'id']),
    index('progress_pinreply_author', ['author_id'], 'author_id IS NOT NULL'),
    references('progress_pinreply_pin_fk', 'pin_id', 'progress_pin', 'CASCADE'),
    references('progress_pinreply_author_fk', 'author_id', 'users_user', 'SET NULL'),
  ),
];

/** The pictures of handed-in work, and what teacher and student say about a place of a picture. */
export class Artworks1764000009060 implements MigrationInterface {
  name = 'Artworks1764000009060';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
