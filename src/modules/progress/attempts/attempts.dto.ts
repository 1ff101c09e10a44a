import { z } from 'zod';
import { QuizAnswerChanges, QuizAnswers } from '../../courses';
import { HandedInWork } from '../submissions/submissions.dto';
import type { AttemptRow } from './attempt-row';

const dateTime = z.iso.datetime();

export const Attempt = z
  .strictObject({
    id: z.int(),
    exerciseId: z.int(),
    attemptNumber: z.int(),
    startedAt: dateTime,
    deadlineAt: dateTime
      .nullable()
      .meta({ description: 'The saved answers are handed in at this time; null: no deadline' }),
    serverTime: dateTime.meta({
      description: 'The time of this response. Count down from `deadlineAt` − `serverTime`',
    }),
    answers: QuizAnswers.nullable(),
    work: HandedInWork.nullable(),
    savedAt: dateTime.nullable(),
    finishedAt: dateTime.nullable(),
    submissionId: z.int().nullable(),
  })
  .meta({
    id: 'Attempt',
    examples: [
      {
        id: 52,
        exerciseId: 31,
        attemptNumber: 1,
        startedAt: '2026-03-04T18:00:00.000Z',
        deadlineAt: '2026-03-04T18:30:00.000Z',
        serverTime: '2026-03-04T18:04:21.000Z',
        answers: { q1: 'o2' },
        work: null,
        savedAt: '2026-03-04T18:04:20.000Z',
        finishedAt: null,
        submissionId: null,
      },
    ],
  });
export type Attempt = z.output<typeof Attempt>;

/** Changes of a saved attempt. What is absent does not change. */
export const AttemptChanges = z
  .strictObject({
    answers: QuizAnswerChanges.optional().meta({ description: '`null` clears the saved answer of a question' }),
    work: HandedInWork.nullable().optional().meta({ description: '`null` clears the saved work' }),
  })
  .meta({ id: 'AttemptChanges', examples: [{ answers: { q1: 'o2', q4: null } }] });
export type AttemptChanges = z.output<typeof AttemptChanges>;

export function showAttempt(row: AttemptRow, now: Date): Attempt {
  return {
    id: row.id,
    exerciseId: row.exerciseId,
    attemptNumber: row.attemptNumber,
    submissionId: row.submissionId,
    answers: row.saved.answers ?? null,
    work: row.saved.work ?? null,
    startedAt: row.startedAt.toISOString(),
    deadlineAt: row.deadlineAt?.toISOString() ?? null,
    serverTime: now.toISOString(),
    savedAt: row.savedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
