import type { ApiResponse, Client } from '../support/school';

type Body = Record<string, unknown>;

/** Returns the body of the response. A status other than 201 fails the test. */
async function create(author: Client, path: string, body: Body): Promise<Body & { id: number }> {
  const response = await author.post(path, body);
  if (response.status !== 201) throw new Error(`POST ${path}: ${response.status} ${JSON.stringify(response.body)}`);
  return response.body as Body & { id: number };
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

/** A right answer that no student may ever read. No other text in these tests holds this word. */
export const secretAnswer = 'xylography';

export const quiz = (more: Body = {}): Body => ({
  title: 'Know your materials',
  exerciseType: 'quiz',
  content: {
    questions: [
      { id: 'q1', kind: 'single', text: 'What is PB29?', points: 5, options: ['Phthalo blue', 'Ultramarine'] },
      { id: 'q2', kind: 'short_answer', text: 'How do we call a print from wood?', points: 5 },
    ],
  },
  answerKey: { q1: { answer: 1 }, q2: { accepted: [secretAnswer] } },
  ...more,
});

export const aDraft = (author: Client, more?: Body) => create(author, '/courses', course(more));
export const aLesson = (author: Client, courseId: number, more?: Body) =>
  create(author, `/courses/${courseId}/lessons`, lesson(more));
export const anExercise = (author: Client, lessonId: number, more?: Body) =>
  create(author, `/lessons/${lessonId}/exercises`, quiz(more));

/** A published course with one lesson. */
export async function aCourse(author: Client, more?: Body): Promise<{ id: number; lessonId: number }> {
  const { id } = await aDraft(author, more);
  const { id: lessonId } = await aLesson(author, id);
  await succeeds(author.put(`/courses/${id}/publication`));
  return { id, lessonId };
}

/** Returns the body of a response. An error status fails the test. */
export async function succeeds(request: ReturnType<Client['get']>): Promise<ApiResponse['body']> {
  const response = await request;
  if (response.status > 299) throw new Error(`The request failed: ${response.status} ${JSON.stringify(response.body)}`);
  return response.body;
}

/** The status of a response and its error code, if it has one. */
export async function outcome(request: ReturnType<Client['get']>): Promise<[number, string?]> {
  const { status, body } = await request;
  return body?.code ? [status, body.code] : [status];
}

/** The statuses of several responses in ascending order. */
export const statuses = (responses: ApiResponse[]): number[] =>
  responses.map(({ status }) => status).sort((left, right) => left - right);

/** The JSON pointers of the errors in a response body. */
export const pointers = (body: { errors?: { pointer: string }[] }): string[] =>
  (body.errors ?? []).map(({ pointer }) => pointer);
