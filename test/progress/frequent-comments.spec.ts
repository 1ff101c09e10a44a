import { School, type Client } from '../support/school';
import { aLemon, assignment, aStudentWithExercise } from './exercises';

let school: School;
let teacher: Client;
beforeAll(async () => {
  school = await School.open();
});
beforeEach(async () => {
  teacher = await school.teacher();
});
afterAll(() => school.close());

const create = async (text: string) => (await teacher.post('/me/frequent-comments', { text })).body;
const list = async (client = teacher) => (await client.get('/me/frequent-comments')).body.data;

describe('frequent comments', () => {
  it('are created, changed and deleted by their owner', async () => {
    const comment = await create('  Squint.  ');
    expect(comment).toMatchObject({ text: 'Squint.', usedCount: 0, lastUsedAt: null });
    const path = `/me/frequent-comments/${comment.id}`;
    expect((await teacher.patch(path, { text: 'Half-close your eyes.' })).body.text).toBe('Half-close your eyes.');
    expect((await teacher.patch(path, {})).body.text).toBe('Half-close your eyes.');
    expect((await teacher.delete(path)).status).toBe(204);
    expect([(await teacher.delete(path)).body.code, await list()]).toEqual(['FREQUENT_COMMENT_NOT_FOUND', []]);
  });

  it('are seen and changed by nobody else, and students have none', async () => {
    const { id } = await create('Squint.');
    const other = await school.teacher();
    const student = await school.student();
    expect(await list(other)).toEqual([]);
    const codes = [
      await other.patch(`/me/frequent-comments/${id}`, { text: 'Mine' }),
      await other.delete(`/me/frequent-comments/${id}`),
      await student.post('/me/frequent-comments', { text: 'Mine' }),
    ].map(({ body }) => body.code);
    expect(codes).toEqual(['FREQUENT_COMMENT_NOT_FOUND', 'FREQUENT_COMMENT_NOT_FOUND', 'FORBIDDEN']);
  });

  it('are listed by their use in grades, and only those of the grader are counted', async () => {
    const [first, second] = [await create('First.'), await create('Second.')];
    const other = await school.teacher();
    const { id: foreign } = (await other.post('/me/frequent-comments', { text: 'Foreign.' })).body;
    expect((await list()).map(({ text }: any) => text)).toEqual(['Second.', 'First.']);
    const { student, exercise } = await aStudentWithExercise(school, teacher.id, assignment);
    const { id } = (await student.post(`/exercises/${exercise}/submissions`, aLemon)).body;
    const decision = { score: 80, status: 'approved', frequentCommentIds: [first.id, foreign, 999_999] };
    expect((await teacher.put(`/submissions/${id}/grade`, decision)).status).toBe(200);
    expect((await list()).map(({ text, usedCount }: any) => [text, usedCount])).toEqual([
      ['First.', 1],
      ['Second.', 0],
    ]);
    expect((await list(other))[0].usedCount).toBe(0);
    expect(second.usedCount).toBe(0);
  });

  it('are at most 200', async () => {
    const now = school.clock.now();
    await school.database.transaction(async () => {
      for (let count = 0; count < 200; count++)
        await school.database.run(
          'INSERT INTO progress_frequentcomment (owner_id, text, created_at) VALUES ($1, $2, $3)',
          [teacher.id, 'Squint.', now],
        );
    });
    expect((await create('One more.')).code).toBe('TOO_MANY_FREQUENT_COMMENTS');
  });
});
