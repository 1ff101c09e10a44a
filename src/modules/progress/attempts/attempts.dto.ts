import { z } from 'zod';
import { QuizAnswers } from '../../courses';
import { HandedInWork } from '../submissions/submissions.dto';
import type { AttemptRow } from './attempt-row';

const moment = z.iso.datetime();

export const Attempt = z
  .strictObject({
    id: z.int(),
    exerciseId: z.int(),
    attemptNumber: z.int(),
    startedAt: moment,
    deadlineAt: moment.nullable().meta({ description: 'What is saved by then is handed in then; null: no deadline' }),
    answers: QuizAnswers.nullable(),
    work: HandedInWork.nullable(),
    savedAt: moment.nullable(),
    finishedAt: moment.nullable(),
    submissionId: z.int().nullable(),
  })
  .meta({
    id: 'Attempt',
    examples: [
      {
        ...{ id: 52, exerciseId: 31, attemptNumber: 1, startedAt: '2026-03-04T18:00:00.000Z' },
        ...{ deadlineAt: '2026-03-04T18:30:00.000Z', answers: { q1: 1 }, work: null },
        ...{ savedAt: '2026-03-04T18:04:20.000Z', finishedAt: null, submissionId: null },
      },
    ],
  });
export type Attempt = z.output<typeof Attempt>;

export function showAttempt(row: AttemptRow): Attempt {
  const { id, exerciseId, attemptNumber, saved, submissionId } = row;
  return {
    ...{ id, exerciseId, attemptNumber, submissionId, answers: saved.answers ?? null, work: saved.work ?? null },
    startedAt: row.startedAt.toISOString(),
    deadlineAt: row.deadlineAt?.toISOString() ?? null,
    savedAt: row.savedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
