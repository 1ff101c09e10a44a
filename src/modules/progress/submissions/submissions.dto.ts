import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { id } from '../../../platform/http/parameters';
import { httpsUrl, QuizAnswers, readAnswers } from '../../courses';
import { GradingContext } from '../grading/grading.dto';
import { showStudent, Student } from '../learner/student.dto';
import { Artwork, HandedInArtworks, showArtwork } from '../artworks/artworks.dto';
import { RubricMark } from '../grades/rubric-grading';
import { submissionStates } from '../progress.lists';
import { QuestionResult, questionResultExample, showQuestions } from './question-results';
import { areResultsRevealed } from './result-visibility';
import type { SubmissionOfExercise } from './submission-lists.query';
import { Earned } from '../learner/earned';
import type {
  SubmissionRow,
  SubmissionSummaryRow,
  SubmissionWithEarnings as SubmissionWithEarningsRow,
} from './submission-row';
import { namedEnum } from '../../../platform/http/named-enum';
import { requires, rule } from '../../../platform/http/rules';

/** What the document says about answers that are saved, because no schema can say it. */
export const answerRules = {
  answer_form: 'An answer has the form of its question.',
  only_answers: 'An exercise without a prompt takes no work.',
};

/** The same about answers that are handed in. */
export const handInRules = {
  ...answerRules,
  work_required: 'An exercise with a prompt needs work.',
  answers_required: 'An exercise without a prompt needs answers.',
};

/** Only https links are accepted, because the browser of a teacher opens them. The server never fetches them. */
const link = httpsUrl(2_000);

export const HandedInWork = z
  .strictObject({
    text: z.string().trim().min(1).max(50_000).optional(),
    links: z.array(link).min(1).max(20).optional().meta({ description: 'Links to images or other files' }),
    artworks: HandedInArtworks.optional().meta({
      description: 'Pictures in their order. A saved attempt remembers them, and the hand-in attaches them',
    }),
  })
  .refine(
    ({ text, links, artworks }) => text !== undefined || links !== undefined || artworks !== undefined,
    rule('text_or_links', 'Must contain a text, links or pictures'),
  )
  .meta({
    id: 'HandedInWork',
    anyOf: [requires('text'), requires('links'), requires('artworks')],
    examples: [{ links: ['https://images.example.org/still-life.jpg'] }],
  });

/** Answers by question id, and work if the exercise requires it. */
export const HandIn = z.strictObject({ answers: QuizAnswers.optional(), work: HandedInWork.optional() }).meta({
  id: 'HandIn',
  examples: [{ answers: { q1: 'o2', q2: ['o1', 'o3'], q3: true, q4: 'chiaroscuro', q5: 3.5 } }],
});
export type HandIn = z.output<typeof HandIn>;

const status = namedEnum('SubmissionStatus', submissionStates);
const dateTime = z.iso.datetime();

const summaryExample = {
  id: 71,
  exerciseId: 31,
  exerciseTitle: 'Know your materials',
  attemptNumber: 1,
  status: 'approved' as const,
  score: 80,
  maxScore: 100,
  submittedAt: '2026-03-04T18:02:11.000Z',
  gradedAt: '2026-03-04T18:02:11.000Z',
  thumbnailUrl: null,
};

export const SubmissionSummary = z
  .strictObject({
    id: z.int(),
    exerciseId: z.int(),
    exerciseTitle: z.string(),
    attemptNumber: z.int(),
    status,
    score: z.number().nullable().meta({ description: 'Points; null until the submission is graded' }),
    maxScore: z.int(),
    submittedAt: dateTime,
    gradedAt: dateTime.nullable(),
    thumbnailUrl: z
      .string()
      .nullable()
      .meta({ description: 'The first picture of the work, at most 320 pixels wide; null: it has none' }),
  })
  .meta({ id: 'SubmissionSummary', examples: [summaryExample] });
export type SubmissionSummary = z.output<typeof SubmissionSummary>;

export const SubmissionOfStudent = SubmissionSummary.extend({
  student: Student,
}).meta({
  id: 'SubmissionOfStudent',
  examples: [{ ...summaryExample, student: { id: 12, username: 'noor', name: 'Noor' } }],
});
export type SubmissionOfStudent = z.output<typeof SubmissionOfStudent>;

const ExerciseResult = z
  .strictObject({
    attemptsUsed: z.int(),
    attemptsAllowed: z.int(),
    scorePercent: z.number().nullable().meta({ description: 'The score that counts according to the grade policy' }),
    hasPassed: z.boolean().meta({ description: 'Once true it stays true' }),
  })
  .meta({
    id: 'ExerciseStanding',
    examples: [{ attemptsUsed: 1, attemptsAllowed: 3, scorePercent: 80, hasPassed: true }],
  });

const submissionExample = {
  ...summaryExample,
  student: { id: 12, username: 'noor', name: 'Noor' },
  answers: { q1: 'o2' },
  work: null,
  artworks: [],
  feedback: '',
  rubricMarks: null,
  isGradeHeld: false,
  gradedById: null,
  questions: [questionResultExample],
  result: { attemptsUsed: 1, attemptsAllowed: 3, scorePercent: 80, hasPassed: true },
  grading: null,
  version: 1,
};
export const Submission = SubmissionSummary.extend({
  student: Student,
  answers: QuizAnswers.nullable(),
  work: HandedInWork.nullable(),
  artworks: z.array(Artwork).meta({ description: 'The pictures of the work in their order' }),
  questions: z
    .array(QuestionResult)
    .meta({ description: 'The questions as they were when the work was handed in, with their results' }),
  feedback: z.string(),
  rubricMarks: z.array(RubricMark).nullable().meta({
    description: 'What was chosen by the rubric, as it was then. null: the score does not follow from a rubric',
  }),
  isGradeHeld: z.boolean().meta({
    description: 'True if the work was graded, and the student gets the grade when the teacher releases all grades',
  }),
  gradedById: z.int().nullable().meta({ description: 'null: not graded yet, or graded automatically' }),
  result: ExerciseResult.meta({ description: 'The result of the student in the exercise' }),
  grading: GradingContext.nullable().meta({
    description: 'For the teacher of the course and administrators; null for the student',
  }),
  version: z.int(),
}).meta({
  id: 'Submission',
  examples: [submissionExample],
});
export type Submission = z.output<typeof Submission>;

/** The response to a hand-in or a grade. */
export const SubmissionWithEarnings = Submission.extend({
  earned: Earned.meta({
    description:
      'What this request earned for the student. Work that waits for a teacher earns its coins with the grade, and the response to the grade shows them',
  }),
}).meta({
  id: 'SubmissionWithEarnings',
  examples: [{ ...submissionExample, earned: { coins: 15, achievements: [], streakDays: 3 } }],
});
export type SubmissionWithEarnings = z.output<typeof SubmissionWithEarnings>;

export const SubmissionPage = pageOf(SubmissionSummary, 'SubmissionPage');
export const SubmissionOfStudentPage = pageOf(SubmissionOfStudent, 'SubmissionOfStudentPage');
export const MySubmissionQuery = pageQuery({
  exerciseId: id.optional().meta({ description: 'Only submissions of this exercise' }),
  status: status.optional().meta({ description: 'Only submissions with this status' }),
});
export const ExerciseSubmissionQuery = pageQuery({
  status: status.optional().meta({ description: 'Only submissions with this status' }),
});

export function showSubmissionSummary(row: SubmissionSummaryRow): SubmissionSummary {
  return {
    id: row.id,
    exerciseId: row.exerciseId,
    exerciseTitle: row.exerciseTitle,
    attemptNumber: row.attemptNumber,
    status: row.status,
    score: row.score,
    maxScore: row.maxScore,
    submittedAt: row.submittedAt.toISOString(),
    gradedAt: row.gradedAt?.toISOString() ?? null,
    thumbnailUrl: row.firstPicture,
  };
}

export function showSubmissionOfStudent(row: SubmissionOfExercise): SubmissionOfStudent {
  return { ...showSubmissionSummary(row), student: showStudent(row) };
}

/** @param grading null for the student. The teacher of the course and administrators always see the results of the questions */
export function showSubmission(row: SubmissionRow, now: Date, grading: GradingContext | null = null): Submission {
  const { attemptsUsed, attemptsAllowed } = row;
  const canSeeResults = grading !== null || areResultsRevealed(row, now);
  return {
    ...showSubmissionSummary({ ...row, firstPicture: row.artworks[0]?.file ?? null }),
    student: showStudent(row),
    answers: row.handIn.answers ? readAnswers(row.askedContent, row.handIn.answers) : null,
    work: row.handIn.work ?? null,
    artworks: row.artworks.map(showArtwork),
    feedback: row.feedback,
    rubricMarks: row.grading.rubricMarks ?? null,
    isGradeHeld: row.isGradeHeld,
    gradedById: row.gradedById,
    grading,
    version: row.version,
    questions: showQuestions(row, canSeeResults),
    result: {
      attemptsUsed,
      attemptsAllowed,
      scorePercent: roundToTwoDecimals(row.scorePercent),
      hasPassed: row.passedAt !== null,
    },
  };
}

export const roundToTwoDecimals = (percent: number | null): number | null =>
  percent === null ? null : Math.round(percent * 100) / 100;

export const showSubmissionWithEarnings = (
  row: SubmissionWithEarningsRow,
  now: Date,
  grading: GradingContext | null = null,
): SubmissionWithEarnings => ({ ...showSubmission(row, now, grading), earned: row.earned });
