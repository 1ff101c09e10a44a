import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { flag } from '../../../platform/http/parameters';
import { dateTime } from '../../../platform/http/parameters';
import { timestamp, longText, reward, title } from '../shared-fields.dto';
import { exerciseTypes, gradePolicies, gradeReleases, revealPolicies } from '../course.lists';
import { RubricCriterion } from '../rubrics/criteria';
import type { ExerciseState } from '../learners/learner-states';
import { MyExercise, showMyExercise } from '../learners/own-state.dto';
import type { ExerciseRow } from './exercise.rows';
import { AnswerKey, ExerciseContent, NewExerciseContent, NewQuestionKeys, type Question } from './quiz';
import { namedEnum } from '../../../platform/http/named-enum';

const minutesPerWeek = 7 * 24 * 60;
const closesAtDescription = 'Attempts and submissions are refused after this time';
const fields = {
  title,
  description: longText(20_000),
  exerciseType: namedEnum('ExerciseType', exerciseTypes),
  content: ExerciseContent,
  maxScore: z.int().min(1).max(100_000),
  timeLimitMinutes: z.int().min(1).max(minutesPerWeek).nullable().meta({ description: '`null`: no time limit' }),
  attemptsAllowed: z.int().min(1).max(1_000),
  passingPercent: z.int().min(0).max(100),
  gradePolicy: namedEnum('GradePolicy', gradePolicies).meta({ description: 'Which attempt gives the final score' }),
  revealResults: namedEnum('RevealPolicy', revealPolicies).meta({
    description:
      'When students see which answers were right: once they have passed, once they have no attempt left, or only after `closesAt`. After `closesAt` they always see it',
  }),
  gradeRelease: namedEnum('GradeRelease', gradeReleases).meta({
    description:
      '`together`: until the teacher releases the grades, students see work as pending, without score, and get no coins. It cannot change after somebody has begun the exercise',
  }),
  teocoinReward: reward,
  closesAt: dateTime.nullable().meta({ description: closesAtDescription }),
};
const exampleQuestion = {
  id: 'q1',
  kind: 'single',
  text: 'What is PB29?',
  points: 5,
  options: [
    { id: 'o1', text: 'Phthalo' },
    { id: 'o2', text: 'Ultramarine' },
  ],
};
const exampleAnswerKey = { q1: { answer: 'o2', explanation: 'Pigment Blue 29 is the name of ultramarine.' } };
const exampleExercise = {
  title: 'Know your materials',
  description: 'A quiz on paper and pigments.',
  exerciseType: 'quiz' as const,
  content: { questions: [exampleQuestion as Question] },
  maxScore: 100,
  timeLimitMinutes: null,
  attemptsAllowed: 3,
  passingPercent: 60,
  gradePolicy: 'highest' as const,
  revealResults: 'after_pass' as const,
  gradeRelease: 'immediate' as const,
  teocoinReward: 15,
  closesAt: null,
};

export const NewExercise = z
  .strictObject({
    ...fields,
    content: NewExerciseContent,
    description: fields.description.default(''),
    answerKey: NewQuestionKeys.default({}),
    maxScore: fields.maxScore.default(100),
    timeLimitMinutes: fields.timeLimitMinutes.default(null),
    attemptsAllowed: fields.attemptsAllowed.default(3),
    passingPercent: fields.passingPercent.default(60),
    gradePolicy: fields.gradePolicy.default('highest'),
    revealResults: fields.revealResults.default('after_pass'),
    gradeRelease: fields.gradeRelease.default('immediate'),
    teocoinReward: fields.teocoinReward.default(15),
    closesAt: fields.closesAt.default(null),
  })
  .meta({ id: 'NewExercise', examples: [{ ...exampleExercise, answerKey: exampleAnswerKey }] });
export type NewExercise = z.output<typeof NewExercise>;

/** Content and answer key can be changed in one request because they must match each other. */
export const ExerciseChanges = z
  .strictObject({ ...fields, content: NewExerciseContent, answerKey: NewQuestionKeys })
  .partial()
  .meta({ id: 'ExerciseChanges', examples: [{ attemptsAllowed: 5 }] });
export type ExerciseChanges = z.output<typeof ExerciseChanges>;

export const NewAnswerKey = z
  .strictObject({ answerKey: NewQuestionKeys })
  .meta({ id: 'NewAnswerKey', examples: [{ answerKey: exampleAnswerKey }] });
export type NewAnswerKey = z.output<typeof NewAnswerKey>;

/** `version` is the version of the exercise. Only the teacher of the course and administrators get this response. */
export const ExerciseAnswerKey = z
  .strictObject({ exerciseId: z.int(), answerKey: AnswerKey, version: z.int() })
  .meta({ id: 'ExerciseAnswerKey', examples: [{ exerciseId: 31, answerKey: exampleAnswerKey, version: 1 }] });
export type ExerciseAnswerKey = z.output<typeof ExerciseAnswerKey>;

export const ExerciseQuery = pageQuery({
  isArchived: flag.default(false).meta({
    description: 'If `true`, only archived exercises are listed. For the teacher of the course and administrators',
    documentedAs: { type: 'boolean', default: false },
  }),
});
export type ExerciseQuery = z.output<typeof ExerciseQuery>;

/** An exercise without its answer key, even for the teacher (rule 7). */
export const Exercise = z
  .strictObject({
    id: z.int(),
    lessonId: z.int(),
    ...fields,
    closesAt: timestamp.nullable().meta({ description: closesAtDescription }),
    rubric: z.array(RubricCriterion).nullable().meta({ description: 'The criteria of the grade. null: it has none' }),
    gradesReleasedAt: timestamp.nullable().meta({ description: 'When the grades were released together' }),
    archivedAt: timestamp.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
    version: z.int(),
    mine: MyExercise.nullable().meta({ description: 'Your own state in the exercise' }),
  })
  .meta({
    id: 'Exercise',
    examples: [
      {
        id: 31,
        lessonId: 19,
        ...exampleExercise,
        rubric: null,
        gradesReleasedAt: null,
        archivedAt: null,
        createdAt: '2026-02-20T15:12:44.000Z',
        updatedAt: '2026-02-20T15:12:44.000Z',
        version: 1,
        mine: null,
      },
    ],
  });
export type Exercise = z.output<typeof Exercise>;
export const ExercisePage = pageOf(Exercise, 'ExercisePage');

/** The states of the caller by exercise id. Undefined if no module knows learners. */
export type ExerciseStates = ReadonlyMap<number, ExerciseState> | undefined;

export function showExercise(row: ExerciseRow, states: ExerciseStates, now: Date): Exercise {
  return {
    id: row.id,
    lessonId: row.lessonId,
    title: row.title,
    description: row.description,
    exerciseType: row.exerciseType,
    content: row.content,
    maxScore: row.maxScore,
    timeLimitMinutes: row.timeLimitMinutes,
    attemptsAllowed: row.attemptsAllowed,
    passingPercent: row.passingPercent,
    gradePolicy: row.gradePolicy,
    revealResults: row.revealResults,
    gradeRelease: row.gradeRelease,
    gradesReleasedAt: row.gradesReleasedAt?.toISOString() ?? null,
    teocoinReward: row.teocoinReward,
    closesAt: row.closesAt?.toISOString() ?? null,
    rubric: row.rubric,
    archivedAt: row.archivedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    version: row.version,
    mine: states ? showMyExercise(states.get(row.id), row, now) : null,
  };
}
