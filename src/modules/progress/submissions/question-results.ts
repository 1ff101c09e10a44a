import { z } from 'zod';
import { orderFor, PictureRegion, Question, readAnswers, type AnswerKey } from '../../courses';
import { isAnswered, type QuestionGrade } from '../grades/quiz-grading';
import type { SubmissionRow } from './submission-row';
import { namedEnum } from '../../../platform/http/named-enum';
import { keysOfAskedQuestions } from '../grades/asked-questions';

const hidden = 'null: not shown yet, according to `revealResults` of the exercise';

export const questionResultExample = {
  id: 'q1',
  question: {
    id: 'q1',
    kind: 'single' as const,
    text: 'What is PB29?',
    points: 5,
    options: [
      { id: 'o1', text: 'Phthalo' },
      { id: 'o2', text: 'Ultramarine' },
    ],
  },
  points: 5,
  maxPoints: 5,
  correct: true,
  rightAnswer: 'o2',
  explanation: 'Pigment Blue 29 is the name of ultramarine.',
};

export const QuestionResult = z
  .strictObject({
    id: z.string().meta({ description: 'Id of the question' }),
    question: Question.meta({ description: 'The question as it was answered' }),
    points: z
      .number()
      .nullable()
      .meta({ description: `${hidden}. Also null if the question is not graded automatically` }),
    maxPoints: z.number(),
    correct: z
      .union([z.boolean(), namedEnum('QuestionMark', ['partial', 'unanswered'])])
      .nullable()
      .meta({ description: `\`unanswered\`: no answer was given. ${hidden}` }),
    rightAnswer: z
      .union([
        z.boolean(),
        z.number(),
        z.string(),
        z.array(z.string()),
        z.array(PictureRegion),
        z.record(z.string(), z.union([z.string(), z.array(z.string())])),
      ])
      .nullable()
      .meta({
        description: `The id of the right option, a list of ids, a boolean, a number, a colour, a list of accepted texts or of regions of the picture, or an object: the accepted texts by blank, the right choice by prompt. null for an essay. ${hidden}`,
      }),
    explanation: z
      .string()
      .nullable()
      .meta({ description: 'Shown together with the right answer. null: hidden, or the teacher has given none' }),
  })
  .meta({ id: 'QuestionResult', examples: [questionResultExample] });
export type QuestionResult = z.output<typeof QuestionResult>;

/** Points, correctness, right answer and explanation are null unless the person may see them (rule 7). */
export function showQuestions(row: SubmissionRow, canSeeResults: boolean): QuestionResult[] {
  const questions = row.askedContent.questions ?? [];
  const answers = readAnswers(row.askedContent, row.handIn.answers ?? {});
  const keys = keysOfAskedQuestions(row);
  const grades = new Map(row.grading.questions?.map((grade) => [grade.id, grade]));
  return questions.map((question) => {
    const shown = { id: question.id, question: orderFor(row.studentId, question), maxPoints: question.points };
    if (!canSeeResults) return { ...shown, points: null, correct: null, rightAnswer: null, explanation: null };
    const key = keys[question.id];
    const grade = grades.get(question.id);
    const correct = toCorrect(grade, isAnswered(answers[question.id]));
    const explanation = key?.explanation ?? null;
    return { ...shown, points: grade?.points ?? null, correct, rightAnswer: toRightAnswer(key), explanation };
  });
}

/** Grades that were stored earlier call an unanswered question wrong. */
function toCorrect(grade: QuestionGrade | undefined, isAnswered: boolean): QuestionResult['correct'] {
  if (!isAnswered) return 'unanswered';
  return grade?.correct ?? null;
}

/** The members of the keys that hold the right answer. Every key has at most one of them. */
const rightMembers = ['answer', 'accepted', 'colour', 'spots', 'blanks', 'matches', 'order'];

function toRightAnswer(key: AnswerKey[string] | undefined): QuestionResult['rightAnswer'] {
  const members = new Map<string, unknown>(Object.entries(key ?? {}));
  const name = rightMembers.find((member) => members.has(member));
  return name ? (members.get(name) as QuestionResult['rightAnswer']) : null;
}
