import { Injectable } from '@nestjs/common';
import type { BulkColumn } from '../../../platform/database/bulk';
import { int, jsonOf } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { Loading } from '../../../platform/data/data-rules';
import type { AnswerKey, ExerciseContent } from '../../courses';
import { grade, type QuestionGrade } from './grading';
import type { HandIn } from './marking';

const stage = 'load_courses_exercisesubmission';
const pageRows = 500;
const maxExercises = 1_000;
const columns: BulkColumn[] = [
  { name: 'id', kind: 'int' },
  { name: 'grading', kind: 'json' },
];

interface Exercise {
  content: ExerciseContent;
  answerKey: AnswerKey;
}

/**
 * Another system keeps a score and no more: what was right, question by question, follows from the answers and the key. The
 * score stays what it was, also where it was reckoned in another way.
 */
@Injectable()
export class GradingOfHistory {
  constructor(private readonly database: Database) {}

  /** Of the staged hand-ins that came without our own part. */
  async record(load: Loading): Promise<void> {
    const { types, dropOnCommitSql } = this.database.dialect.bulk;
    await load.run('DROP TABLE IF EXISTS load_gradings');
    await load.run(
      `CREATE TEMP TABLE load_gradings (id ${types.int} PRIMARY KEY, grading ${types.json}) ${dropOnCommitSql}`,
    );
    const exercises = new Map<number, Exercise>();
    for (let after = 0; ;) {
      const page = await load.rows(
        { id: int, exerciseId: int, handIn: jsonOf<HandIn>() },
        `SELECT id, exercise_id AS "exerciseId", submission_data AS "handIn" FROM ${stage}
         WHERE NOT load_ours AND id > $1 ORDER BY id LIMIT ${pageRows}`,
        [after],
      );
      if (page.length === 0) break;
      await this.learn(
        load,
        exercises,
        page.map(({ exerciseId }) => exerciseId),
      );
      after = page.at(-1)?.id ?? after;
      const graded = page.flatMap(({ id, exerciseId, handIn }) => {
        const questions = questionsOf(exercises.get(exerciseId), handIn);
        return questions.length > 0 ? [[id, JSON.stringify({ questions })]] : [];
      });
      await this.database.insertMany('load_gradings', columns, graded);
    }
    await load.run(`UPDATE ${stage} SET grading = g.grading FROM load_gradings g WHERE g.id = ${stage}.id`);
  }

  /** The exercises of a page that are not known yet, from the files or the database. */
  private async learn(load: Loading, known: Map<number, Exercise>, wanted: readonly number[]): Promise<void> {
    if (known.size > maxExercises) known.clear();
    const ids = [...new Set(wanted)].filter((id) => !known.has(id));
    if (ids.length === 0) return;
    const columnsOf = (table: string): string =>
      `SELECT id, content, answer_key AS "answerKey" FROM ${table} WHERE id IN (${ids.join(', ')})`;
    const found = await load.rows(
      { id: int, content: jsonOf<ExerciseContent>(), answerKey: jsonOf<AnswerKey>() },
      `${columnsOf('load_courses_exercise')} UNION ALL ${columnsOf('courses_exercise')}`,
    );
    for (const { id, content, answerKey } of found) known.set(id, { content, answerKey });
  }
}

function questionsOf(exercise: Exercise | undefined, { answers }: HandIn): QuestionGrade[] {
  if (!exercise?.content.questions || !answers) return [];
  const { perQuestion } = grade(exercise.content, exercise.answerKey, answers, 100);
  return perQuestion.filter(({ id }) => Object.hasOwn(exercise.answerKey, id));
}
