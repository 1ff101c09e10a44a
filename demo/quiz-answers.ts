import type { NewExerciseContent, NewQuestionKeys, QuizAnswers } from '../src/modules/courses';
import type { DemoExercise, DemoQuestion } from './courses';
import type { Random } from './random';

type Question = NonNullable<NewExerciseContent['questions']>[number];
type Answer = QuizAnswers[string];

const idOf = (index: number): string => `q${index + 1}`;

/** Splits an exercise into the content that students see and the answer key that they must not see (rule 7). */
export function splitQuestions({ questions, prompt }: DemoExercise): {
  content: NewExerciseContent;
  answerKey: NewQuestionKeys;
} {
  const content: NewExerciseContent = {};
  if (prompt) content.prompt = prompt;
  if (questions.length > 0) content.questions = questions.map((question, index) => toQuestion(question, idOf(index)));
  const keys = questions.map((question, index) => [idOf(index), toKey(question)]);
  return { content, answerKey: Object.fromEntries(keys) as NewQuestionKeys };
}

function toQuestion(question: DemoQuestion, id: string): Question {
  const { kind, text, points } = question;
  const fields = { id, kind, text, points };
  return ('options' in question ? { ...fields, options: question.options } : fields) as Question;
}

function toKey(question: DemoQuestion): NewQuestionKeys[string] {
  if (question.kind === 'short_answer') return { accepted: question.accepted };
  if (question.kind === 'numeric') return { answer: question.answer, tolerance: question.tolerance };
  return { answer: question.answer } as NewQuestionKeys[string];
}

/** Creates the answers of a student. Each answer is right with the probability `skill`. */
export function createAnswers({ questions }: DemoExercise, skill: number, random: Random): QuizAnswers {
  const answer = (question: DemoQuestion): Answer =>
    random.chance(skill) ? rightAnswer(question) : wrongAnswer(question);
  return Object.fromEntries(questions.map((question, index) => [idOf(index), answer(question)]));
}

const rightAnswer = (question: DemoQuestion): Answer =>
  question.kind === 'short_answer' ? (question.accepted[0] as string) : question.answer;

function wrongAnswer(question: DemoQuestion): Answer {
  if (question.kind === 'single') return (question.answer + 1) % question.options.length;
  if (question.kind === 'multiple') return [question.options.findIndex((_, index) => !question.answer.includes(index))];
  if (question.kind === 'true_false') return !question.answer;
  if (question.kind === 'short_answer') return 'no idea';
  return question.answer + 2 * question.tolerance + 1;
}
