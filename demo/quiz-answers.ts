import type { AnswerKey, ExerciseContent, QuizAnswers } from '../src/modules/courses';
import type { DemoExercise, DemoQuestion } from './courses';
import type { Random } from './random';

type Question = NonNullable<ExerciseContent['questions']>[number];
type Answer = QuizAnswers[string];

const idOf = (index: number): string => `q${index + 1}`;

/** Splits an exercise into the content that students see and the answer key that they must not see (rule 7). */
export function splitQuestions({ questions, prompt }: DemoExercise): {
  content: ExerciseContent;
  answerKey: AnswerKey;
} {
  const content = {
    ...(prompt ? { prompt } : {}),
    ...(questions.length > 0 ? { questions: questions.map((question, at) => toQuestion(question, idOf(at))) } : {}),
  };
  return { content, answerKey: Object.fromEntries(questions.map((question, at) => [idOf(at), keyOf(question)])) };
}

function toQuestion(question: DemoQuestion, id: string): Question {
  const { kind, text, points } = question;
  return (
    'options' in question ? { id, kind, text, points, options: question.options } : { id, kind, text, points }
  ) as Question;
}

function keyOf(question: DemoQuestion): AnswerKey[string] {
  if (question.kind === 'short_answer') return { accepted: question.accepted };
  if (question.kind === 'numeric') return { answer: question.answer, tolerance: question.tolerance };
  return { answer: question.answer } as AnswerKey[string];
}

/** The answers of a student who knows the right answer to each question with the probability `skill`. */
export function answersOf({ questions }: DemoExercise, skill: number, random: Random): QuizAnswers {
  const answer = (question: DemoQuestion): Answer =>
    random.chance(skill) ? rightAnswer(question) : wrongAnswer(question);
  return Object.fromEntries(questions.map((question, at) => [idOf(at), answer(question)]));
}

const rightAnswer = (question: DemoQuestion): Answer =>
  question.kind === 'short_answer' ? (question.accepted[0] as string) : question.answer;

function wrongAnswer(question: DemoQuestion): Answer {
  if (question.kind === 'single') return (question.answer + 1) % question.options.length;
  if (question.kind === 'multiple') return [question.options.findIndex((_, at) => !question.answer.includes(at))];
  if (question.kind === 'true_false') return !question.answer;
  return question.kind === 'short_answer' ? 'no idea' : question.answer + 2 * question.tolerance + 1;
}
