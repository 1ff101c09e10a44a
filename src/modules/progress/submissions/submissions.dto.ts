import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { id } from '../../../platform/http/parameters';
import { QuizAnswers } from '../../courses';
import { submissionStates } from '../progress.lists';
import { isRevealed, unrevealed } from './result-visibility';
import type { SubmissionOfExercise } from './submission-lists.query';
import type { SubmissionRow, SubmissionSummaryRow } from './submission-row';

/** The server fetches none of these; a browser does, so nothing but https. */
const link = z
  .url({ protocol: /^https$/, hostname: z.regexes.domain })
  .max(2_000)
  .regex(/^\S+$/, 'Must not contain spaces');

export const HandedInWork = z
  .strictObject({
    text: z.string().trim().min(1).max(50_000).optional(),
    links: z.array(link).min(1).max(20).optional().meta({ description: 'Images and the like' }),
  })
  .refine(({ text, links }) => text !== undefined || links !== undefined, 'Must hold a text or links')
  .meta({ id: 'HandedInWork', examples: [{ links: ['https://images.example.org/still-life.jpg'] }] });

/** Answers by question id, and work where the exercise asks for it. */
export const HandIn = z
  .strictObject({ answers: QuizAnswers.optional(), work: HandedInWork.optional() })
  .meta({ id: 'HandIn', examples: [{ answers: { q1: 1, q2: [0, 2], q3: true, q4: 'chiaroscuro', q5: 3.5 } }] });
export type HandIn = z.output<typeof HandIn>;

const status = z.enum(submissionStates);
const moment = z.iso.datetime();

const summary = {
  ...{ id: 71, exerciseId: 31, exerciseTitle: 'Know your materials', attemptNumber: 1, status: 'approved' as const },
  ...{ score: 80, maxScore: 100, submittedAt: '2026-03-04T18:02:11.000Z', gradedAt: '2026-03-04T18:02:11.000Z' },
};

export const SubmissionSummary = z
  .strictObject({
    id: z.int(),
    exerciseId: z.int(),
    exerciseTitle: z.string(),
    attemptNumber: z.int(),
    status,
    score: z.number().nullable().meta({ description: 'Points; null until it is graded' }),
    maxScore: z.int(),
    submittedAt: moment,
    gradedAt: moment.nullable(),
  })
  .meta({ id: 'SubmissionSummary', examples: [summary] });
export type SubmissionSummary = z.output<typeof SubmissionSummary>;

export const SubmissionOfStudent = SubmissionSummary.extend({
  student: z.strictObject({ id: z.int(), username: z.string(), name: z.string() }),
}).meta({ id: 'SubmissionOfStudent', examples: [{ ...summary, student: { id: 12, username: 'noor', name: 'Noor' } }] });
export type SubmissionOfStudent = z.output<typeof SubmissionOfStudent>;

const QuestionResult = z
  .strictObject({
    id: z.string().meta({ description: 'Of the question' }),
    points: z.number().nullable().meta({ description: 'null: not told yet, by `revealResults` of the exercise' }),
    maxPoints: z.number(),
    correct: z
      .union([z.boolean(), z.literal('partial')])
      .nullable()
      .meta({ description: 'null: not told yet' }),
  })
  .meta({ id: 'QuestionResult', examples: [{ id: 'q1', points: 5, maxPoints: 5, correct: true }] });

const ExerciseStanding = z
  .strictObject({
    attemptsUsed: z.int(),
    attemptsAllowed: z.int(),
    scorePercent: z.number().nullable().meta({ description: 'The score that counts, by the grade policy' }),
    passed: z.boolean().meta({ description: 'Once true it stays true' }),
  })
  .meta({
    id: 'ExerciseStanding',
    examples: [{ attemptsUsed: 1, attemptsAllowed: 3, scorePercent: 80, passed: true }],
  });

export const Submission = SubmissionSummary.extend({
  studentId: z.int(),
  answers: QuizAnswers.nullable(),
  work: HandedInWork.nullable(),
  questions: z.array(QuestionResult).meta({ description: 'What was graded automatically; never the right answers' }),
  feedback: z.string(),
  gradedById: z.int().nullable().meta({ description: 'null: nobody yet, or graded automatically' }),
  result: ExerciseStanding.meta({ description: 'Where the student stands in the exercise' }),
  version: z.int(),
}).meta({
  id: 'Submission',
  examples: [
    {
      ...{ ...summary, studentId: 12, answers: { q1: 1 }, work: null, feedback: '', gradedById: null },
      questions: [{ id: 'q1', points: 4, maxPoints: 5, correct: 'partial' }],
      result: { attemptsUsed: 1, attemptsAllowed: 3, scorePercent: 80, passed: true },
      version: 1,
    },
  ],
});
export type Submission = z.output<typeof Submission>;

export const SubmissionPage = pageOf(SubmissionSummary, 'SubmissionPage');
export const SubmissionOfStudentPage = pageOf(SubmissionOfStudent, 'SubmissionOfStudentPage');
export const MySubmissionQuery = pageQuery({ exerciseId: id.optional(), status: status.optional() });
export const ExerciseSubmissionQuery = pageQuery({ status: status.optional() });

export function showSummary(row: SubmissionSummaryRow): SubmissionSummary {
  const { exerciseId, exerciseTitle, attemptNumber, score, maxScore, submittedAt, gradedAt } = row;
  return {
    ...{ id: row.id, exerciseId, exerciseTitle, attemptNumber, status: row.status, score, maxScore },
    submittedAt: submittedAt.toISOString(),
    gradedAt: gradedAt?.toISOString() ?? null,
  };
}

export function showOfStudent(row: SubmissionOfExercise): SubmissionOfStudent {
  const name = `${row.firstName} ${row.lastName}`.trim();
  return { ...showSummary(row), student: { id: row.studentId, username: row.username, name } };
}

/** @param toGrader the teacher of the course or an administrator: the student is told by `revealResults` */
export function showSubmission(row: SubmissionRow, now: Date, toGrader = false): Submission {
  const { studentId, handIn, grading, feedback, gradedById, version, attemptsUsed, attemptsAllowed, passedAt } = row;
  const questions = grading.questions ?? [];
  return {
    ...showSummary(row),
    ...{ studentId, answers: handIn.answers ?? null, work: handIn.work ?? null, feedback, gradedById, version },
    questions: toGrader || isRevealed(row, now) ? questions : questions.map(unrevealed),
    result: { attemptsUsed, attemptsAllowed, scorePercent: rounded(row.scorePercent), passed: passedAt !== null },
  };
}

const rounded = (percent: number | null): number | null => (percent === null ? null : Math.round(percent * 100) / 100);
