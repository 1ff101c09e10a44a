import { z } from 'zod';
import { namedEnum } from '../../../platform/http/named-enum';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { id } from '../../../platform/http/parameters';
import { Artwork, artworkExample, showArtwork } from '../artworks/artworks.dto';
import { RubricMark } from '../grades/rubric-grading';
import { submissionStates } from '../progress.lists';
import { HandedInWork, roundToTwoDecimals } from '../submissions/submissions.dto';
import type { WorkVersion as WorkVersionRow } from './work-versions.query';

const status = namedEnum('SubmissionStatus', submissionStates);
const dateTime = z.iso.datetime();

export const WorkVersion = z
  .strictObject({
    id: z.int().meta({ description: 'Id of the submission' }),
    attemptNumber: z.int(),
    status,
    score: z.number().nullable(),
    maxScore: z.int(),
    statusBefore: status.nullable().meta({ description: 'Of the version before; null for the first one' }),
    scoreChange: z
      .number()
      .nullable()
      .meta({ description: 'Points more than in the version before; null if one of both has no score' }),
    submittedAt: dateTime,
    gradedAt: dateTime.nullable(),
    feedback: z.string(),
    rubricMarks: z.array(RubricMark).nullable(),
    work: HandedInWork.nullable(),
    artworks: z.array(Artwork),
  })
  .meta({
    id: 'WorkVersion',
    examples: [
      {
        id: 71,
        attemptNumber: 2,
        status: 'approved',
        score: 85,
        maxScore: 100,
        statusBefore: 'needs_revision',
        scoreChange: 15,
        submittedAt: '2026-03-04T18:02:11.000Z',
        gradedAt: '2026-03-05T10:11:12.000Z',
        feedback: 'Lovely edges.',
        rubricMarks: null,
        work: null,
        artworks: [artworkExample],
      },
    ],
  });
export type WorkVersion = z.output<typeof WorkVersion>;
export const WorkVersionPage = pageOf(WorkVersion, 'WorkVersionPage');
export const WorkVersionQuery = pageQuery({
  studentId: id.optional().meta({ description: 'For the teacher and administrators. The default is yourself' }),
});

export const showWorkVersion = (row: WorkVersionRow): WorkVersion => ({
  id: row.id,
  attemptNumber: row.attemptNumber,
  status: row.status,
  score: row.score,
  maxScore: row.maxScore,
  statusBefore: row.statusBefore,
  scoreChange: row.score === null || row.scoreBefore === null ? null : roundToTwoDecimals(row.score - row.scoreBefore),
  submittedAt: row.submittedAt.toISOString(),
  gradedAt: row.gradedAt?.toISOString() ?? null,
  feedback: row.feedback,
  rubricMarks: row.grading.rubricMarks ?? null,
  work: row.handIn.work ?? null,
  artworks: row.artworks.map(showArtwork),
});
