import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  check,
  createTables,
  dropTables,
  flag,
  id,
  index,
  instant,
  int,
  isPostgres,
  json,
  oneOf,
  references,
  table,
  text,
  unique,
  varchar,
} from '../src/platform/database/schema/schema';

/** The tables of courses, lessons and exercises. */
const tables = [
  table(
    'courses_course',
    {
      id: id(),
      title: varchar(200),
      description: text(),
      category: varchar(30),
      level: varchar(20),
      teocoin_reward: int({ default: 0 }),
      teacher_id: bigint(),
      thumbnail: varchar(100, { default: '' }),
      is_published: flag({ default: false }),
      max_enrollments: int({ nullable: true }),
      duration_hours: int({ default: 0 }),
      created_at: instant(),
      updated_at: instant(),
      published_at: instant({ nullable: true }),
      archived_at: instant({ nullable: true }),
      version: int({ default: 1 }),
      enrolled_count: int({ default: 0 }),
      lesson_count: int({ default: 0 }),
    },
    index('courses_course_alphabet', ['title', 'id'], 'is_published AND archived_at IS NULL'),
    index('courses_course_popular', ['enrolled_count', 'id'], 'is_published AND archived_at IS NULL'),
    index('courses_course_newest', ['published_at', 'id'], 'is_published AND archived_at IS NULL'),
    index('courses_course_created_at', ['created_at']),
    index('courses_course_is_published', ['is_published']),
    index('courses_course_teacher', ['teacher_id']),
    index('courses_course_level', ['level']),
    index('courses_course_category', ['category']),
    check('courses_course_seats_not_negative', '"max_enrollments" IS NULL OR "max_enrollments" >= 0'),
    check('courses_course_reward_not_negative', '"teocoin_reward" >= 0'),
    oneOf('courses_course_level_listed', 'level', ['beginner', 'intermediate', 'advanced', 'expert']),
    oneOf('courses_course_category_listed', 'category', [
      'painting',
      'drawing',
      'digital_art',
      'sculpture',
      'mixed_media',
      'art_history',
      'portfolio',
      'watercolor',
      'oil_painting',
      'acrylic',
      'tempera',
      'photography',
      'illustration',
      'ceramics',
      'printmaking',
      'mosaic',
      'restoration',
      'calligraphy',
      'comics',
      'graphic_design',
      'contemporary_art',
      'classical_art',
      'other',
    ]),
    references('courses_course_teacher_fk', 'teacher_id', 'users_user', 'CASCADE'),
  ),
  table(
    'courses_course_prerequisites',
    {
      id: id(),
      from_course_id: bigint(),
      to_course_id: bigint(),
    },
    unique('courses_course_prerequisites_edge', 'from_course_id', 'to_course_id'),
    index('courses_course_prerequisites_to_course', ['to_course_id']),
    check('courses_course_prerequisites_not_itself', '"from_course_id" <> "to_course_id"'),
    references('courses_course_prerequisites_from_fk', 'from_course_id', 'courses_course', 'CASCADE'),
    references('courses_course_prerequisites_to_fk', 'to_course_id', 'courses_course', 'CASCADE'),
  ),
  table(
    'courses_lesson',
    {
      id: id(),
      course_id: bigint(),
      title: varchar(200),
      content: text(),
      order: int(),
      lesson_type: varchar(20),
      duration_minutes: int({ default: 0 }),
      video_url: varchar(200, { default: '' }),
      materials: json(),
      is_mandatory: flag({ default: true }),
      teocoin_reward: int({ default: 0 }),
      created_at: instant(),
      updated_at: instant(),
      is_published: flag({ default: true }),
      archived_at: instant({ nullable: true }),
      version: int({ default: 1 }),
    },
    index('courses_lesson_lesson_type', ['lesson_type']),
    index('courses_lesson_order', ['order']),
    index('courses_lesson_course', ['course_id', 'order']),
    check('courses_lesson_reward_not_negative', '"teocoin_reward" >= 0'),
    check('positive_order', '"order" > 0'),
    oneOf('courses_lesson_type_listed', 'lesson_type', [
      'theory',
      'practical',
      'video',
      'mixed',
      'live',
      'quiz',
      'critique',
    ]),
    references('courses_lesson_course_fk', 'course_id', 'courses_course', 'CASCADE'),
  ),
  table(
    'courses_exercise',
    {
      id: id(),
      lesson_id: bigint(),
      title: varchar(200),
      description: text(),
      exercise_type: varchar(20),
      content: json(),
      answer_key: json(),
      max_score: int({ default: 100 }),
      time_limit_minutes: int({ nullable: true }),
      attempts_allowed: int({ default: 3 }),
      teocoin_reward: int({ default: 0 }),
      created_at: instant(),
      updated_at: instant(),
      passing_percent: int({ default: 60 }),
      grade_policy: varchar(10, { default: 'highest' }),
      closes_at: instant({ nullable: true }),
      archived_at: instant({ nullable: true }),
      version: int({ default: 1 }),
    },
    index('courses_exercise_lesson', ['lesson_id']),
    check('courses_exercise_passing_score_percent', '"passing_percent" BETWEEN 0 AND 100'),
    check('courses_exercise_reward_not_negative', '"teocoin_reward" >= 0'),
    check('courses_exercise_attempts_positive', '"attempts_allowed" > 0'),
    check('courses_exercise_max_score_positive', '"max_score" > 0'),
    oneOf('courses_exercise_policy_listed', 'grade_policy', ['highest', 'latest', 'average', 'first']),
    oneOf('courses_exercise_type_listed', 'exercise_type', [
      'practice',
      'assignment',
      'project',
      'quiz',
      'portfolio_piece',
    ]),
    references('courses_exercise_lesson_fk', 'lesson_id', 'courses_lesson', 'CASCADE'),
  ),
];

const postgresWords = [
  `CREATE INDEX courses_course_words ON courses_course USING gin (to_tsvector('simple', title || ' ' || description))`,
];

/**
 * Full-text search on SQLite: an FTS5 table with external content. It stores only the words because the texts are in
 * courses_course. Triggers update the words.
 */
const sqliteWords = [
  `CREATE VIRTUAL TABLE courses_course_search USING fts5(
     title, description, content='courses_course', content_rowid='id', tokenize='unicode61 remove_diacritics 0')`,
  `CREATE TRIGGER courses_course_search_insert AFTER INSERT ON courses_course BEGIN
     INSERT INTO courses_course_search (rowid, title, description) VALUES (NEW.id, NEW.title, NEW.description); END`,
  `CREATE TRIGGER courses_course_search_delete AFTER DELETE ON courses_course BEGIN
     INSERT INTO courses_course_search (courses_course_search, rowid, title, description)
     VALUES ('delete', OLD.id, OLD.title, OLD.description); END`,
  `CREATE TRIGGER courses_course_search_update AFTER UPDATE OF title, description ON courses_course BEGIN
     INSERT INTO courses_course_search (courses_course_search, rowid, title, description)
     VALUES ('delete', OLD.id, OLD.title, OLD.description);
     INSERT INTO courses_course_search (rowid, title, description) VALUES (NEW.id, NEW.title, NEW.description); END`,
];

export class Courses1764000002000 implements MigrationInterface {
  name = 'Courses1764000002000';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    for (const statement of isPostgres(runner) ? postgresWords : sqliteWords) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (!isPostgres(runner)) await runner.query('DROP TABLE courses_course_search');
    await dropTables(runner, tables);
  }
}
