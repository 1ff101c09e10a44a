import { Injectable } from '@nestjs/common';
import type { BulkColumn } from '../../../platform/database/bulk';
import { int, jsonOf } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { Loading } from '../../../platform/data/data-rules';
import { answerKeyOf, contentOf, type AnswerKey, type ExerciseContent } from '../../courses';
import { gradeQuiz, type QuestionGrade } from './quiz-grading';
import type { HandIn } from './hand-in-grading';

const stagingTable = 'load_courses_exercisesubmission';
const pageSize = 1_000;
const maxCachedExercises = 1_000;
const columns: BulkColumn[] = [
  { name: 'id', kind: 'int' },
  { name: 'grading', kind: 'json' },
];

interface CachedExercise {
  content: ExerciseContent;
  answerKey: AnswerKey;
}

/**
 * Grades each question of imported submissions, because the other system stores only the total score. The imported score does
 * not change, even if the other system computed it in another way.
 */
@Injectable()
export class ImportedGrading {
  constructor(private readonly database: Database) {}

  /** Grades the staged submissions that lack this application's own fields: those from Django or from a dump for Django. */
  async record(load: Loading): Promise<void> {
    const { types, dropOnCommitSql } = this.database.dialect.bulk;
    await load.run('DROP TABLE IF EXISTS load_gradings');
    await load.run(
      `CREATE TEMP TABLE load_gradings (id ${types.int} PRIMARY KEY, grading ${types.json}) ${dropOnCommitSql}`,
    );
    const exercises = new Map<number, CachedExercise>();
    let lastSubmissionId = 0;
    for (;;) {
      const page = await load.rows(
        { id: int, exerciseId: int, handIn: jsonOf<HandIn>() },
        `SELECT id, exercise_id AS "exerciseId", submission_data AS "handIn" FROM ${stagingTable}
         WHERE NOT load_ours AND id > $1 ORDER BY id LIMIT ${pageSize}`,
        [lastSubmissionId],
      );
      if (page.length === 0) break;
      const exerciseIds = page.map(({ exerciseId }) => exerciseId);
      await this.cacheExercises(load, exercises, exerciseIds);
      lastSubmissionId = page.at(-1)?.id ?? lastSubmissionId;
      const gradings: [number, string][] = [];
      for (const { id, exerciseId, handIn } of page) {
        const questions = gradeQuestions(exercises.get(exerciseId), handIn);
        if (questions.length > 0) gradings.push([id, JSON.stringify({ questions })]);
      }
      await this.database.insertMany('load_gradings', columns, gradings);
    }
    await load.run(
      `UPDATE ${stagingTable} SET grading = g.grading FROM load_gradings g WHERE g.id = ${stagingTable}.id`,
    );
  }

  /** Reads the exercises that are not cached yet, from the imported files and from the database. */
  private async cacheExercises(
    load: Loading,
    cache: Map<number, CachedExercise>,
    exerciseIds: readonly number[],
  ): Promise<void> {
    if (cache.size > maxCachedExercises) cache.clear();
    const missingIds = [...new Set(exerciseIds)].filter((id) => !cache.has(id));
    if (missingIds.length === 0) return;
    const selectFrom = (table: string): string =>
      `SELECT id, content, answer_key AS "answerKey" FROM ${table} WHERE id IN (${missingIds.join(', ')})`;
    const loaded = await load.rows(
      { id: int, content: contentOf, answerKey: answerKeyOf },
      `${selectFrom('load_courses_exercise')} UNION ALL ${selectFrom('courses_exercise')}`,
    );
    for (const { id, content, answerKey } of loaded) cache.set(id, { content, answerKey });
  }
}

function gradeQuestions(exercise: CachedExercise | undefined, { answers }: HandIn): QuestionGrade[] {
  if (!exercise?.content.questions || !answers) return [];
  return gradeQuiz(exercise.content, exercise.answerKey, answers, 100).questionGrades;
}
