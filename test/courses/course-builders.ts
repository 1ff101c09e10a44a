import type { Answer, Client } from '../support/school';

type Body = Record<string, unknown>;

/** What the API answers to the one who writes it; anything but 201 fails the test. */
async function made(author: Client, path: string, body: Body): Promise<Body & { id: number }> {
  const answer = await author.post(path, body);
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as Body & { id: number };
}

export const course = (more: Body = {}): Body => ({
  title: 'Watercolor Basics',
  description: 'Six pigments and two brushes.',
  category: 'watercolor',
  level: 'beginner',
  ...more,
});

export const lesson = (more: Body = {}): Body => ({
  title: 'Paper',
  content: 'Spend your money on paper.',
  lessonType: 'theory',
  ...more,
});

/** What no student may ever read; it is in no other text of these tests. */
export const secret = 'xylography';

export const quiz = (more: Body = {}): Body => ({
  title: 'Know your materials',
  exerciseType: 'quiz',
  content: {
    questions: [
      { id: 'q1', kind: 'single', text: 'What is PB29?', points: 5, options: ['Phthalo blue', 'Ultramarine'] },
      { id: 'q2', kind: 'short_answer', text: 'How do we call a print from wood?', points: 5 },
    ],
  },
  answerKey: { q1: { answer: 1 }, q2: { accepted: [secret] } },
  ...more,
});

export const aDraft = (author: Client, more?: Body) => made(author, '/courses', course(more));
export const aLesson = (author: Client, courseId: number, more?: Body) =>
  made(author, `/courses/${courseId}/lessons`, lesson(more));
export const anExercise = (author: Client, lessonId: number, more?: Body) =>
  made(author, `/lessons/${lessonId}/exercises`, quiz(more));

/** A published course with one lesson. */
export async function aCourse(author: Client, more?: Body): Promise<{ id: number; lessonId: number }> {
  const { id } = await aDraft(author, more);
  const { id: lessonId } = await aLesson(author, id);
  await succeeds(author.put(`/courses/${id}/publication`));
  return { id, lessonId };
}

/** The body of an answer; any refusal fails the test. */
export async function succeeds(asking: ReturnType<Client['get']>): Promise<Answer['body']> {
  const answer = await asking;
  if (answer.status > 299) throw new Error(`refused: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Status and code, or status alone. */
export async function outcome(asking: ReturnType<Client['get']>): Promise<[number, string?]> {
  const { status, body } = await asking;
  return body?.code ? [status, body.code] : [status];
}

/** The statuses of several answers, lowest first. */
export const statuses = (answers: Answer[]): number[] =>
  answers.map(({ status }) => status).sort((one, other) => one - other);

/** Where a refusal points. */
export const pointers = (body: { errors?: { pointer: string }[] }): string[] =>
  (body.errors ?? []).map(({ pointer }) => pointer);
