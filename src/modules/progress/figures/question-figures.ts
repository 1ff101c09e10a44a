import type { Question } from '../../courses';
import { isAnswered } from '../grades/quiz-grading';
import type { AnsweredQuiz } from './course-figures.query';

export interface QuestionCounts {
  answeredCount: number;
  rightCount: number;
  partlyRightCount: number;
}

/**
 * Counts the answers of each question. A question that was left out is not answered, and so it is not wrong either. Submissions from
 * before a question was added do not count for it.
 */
export function countAnswers(questions: readonly Question[], quizzes: readonly AnsweredQuiz[]): QuestionCounts[] {
  const counts = new Map(questions.map(({ id }) => [id, { answeredCount: 0, rightCount: 0, partlyRightCount: 0 }]));
  for (const { handIn, grading } of quizzes)
    for (const { id, correct } of grading.questions ?? []) {
      const count = counts.get(id);
      if (!count || !isAnswered(handIn.answers?.[id])) continue;
      count.answeredCount++;
      if (correct === true) count.rightCount++;
      if (correct === 'partial') count.partlyRightCount++;
    }
  return questions.map(({ id }) => counts.get(id)!);
}
