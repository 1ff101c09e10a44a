import { aPublishedCourse } from '../support/courses';
import type { Client } from '../support/school';
import { collect, linesOf, ListeningSchool } from './client-fixtures';

let listening: ListeningSchool;
let teacher: Client;
const titles = ['Ochre', 'Umber', 'Sienna', 'Azurite', 'Malachite'];
beforeAll(async () => {
  listening = await ListeningSchool.open();
  teacher = await listening.school.teacher();
  for (const title of titles) await aPublishedCourse(listening.school, teacher.id, { title });
});
afterAll(() => listening.close());

describe('a list', () => {
  it('is read page by page, each when the loop comes to it', async () => {
    const { api, sent } = listening.recordedClient();
    const sizes: number[] = [];
    for await (const { data } of api.listCourses.pages({ limit: 2, sort: 'title' })) sizes.push(data.length);
    expect(sizes).toEqual([2, 2, 1]);
    expect(sent).toHaveLength(3);
  });

  it('gives all its items in order, with the largest pages that the server allows', async () => {
    const { api, sent } = listening.recordedClient();
    const found: string[] = [];
    for await (const { title } of api.listCourses.all({ sort: 'title' })) found.push(title);
    expect(found).toEqual([...titles].sort());
    expect(linesOf(sent)).toEqual(['GET /courses?limit=100&sort=title 200']);
  });

  it('is not read further after the loop has ended', async () => {
    const { api, sent } = listening.recordedClient();
    for await (const { id } of api.listCourses.all({ limit: 2 })) {
      expect(id).toBeGreaterThan(0);
      break;
    }
    expect(sent).toHaveLength(1);
  });

  it('without items gives none', async () => {
    const { api } = listening.recordedClient();
    const found = await collect(api.listCourses.all({ q: 'glassblowing' }));
    expect(found).toEqual([]);
  });
});

describe('a problem', () => {
  it('has one of the codes of its operation', async () => {
    const { api } = await listening.clientOf(teacher);
    const student = await listening.school.student();
    const failWith = async (recipientId: number, amount: number): Promise<string> => {
      const outcome = await api.transferCoins.try({ body: { recipientId, amount } });
      if (outcome.ok) return 'sent';
      // @ts-expect-error This operation cannot have this problem.
      if (outcome.problem.code === 'COURSE_FULL') return 'never';
      if (outcome.problem.code !== 'VALIDATION_FAILED') return outcome.problem.code;
      return outcome.problem.errors!.map(({ pointer }) => pointer).join();
    };
    expect(await failWith(teacher.id, 1)).toBe('TRANSFER_TO_ONESELF');
    expect(await failWith(student.id, 1)).toBe('INSUFFICIENT_BALANCE');
    expect(await failWith(student.id, -1)).toBe('/body/amount');
  });

  it('is thrown as a ProblemError with its code and the response', async () => {
    const { api } = listening.recordedClient();
    const call = api.getCourse({ id: 999_999 });
    await expect(call).rejects.toMatchObject({ name: 'ProblemError', problem: { status: 404 } });
  });

  it('that is the page of a proxy, or of a newer server, is UNEXPECTED_RESPONSE', async () => {
    const page = listening.recordedClient({ fetch: async () => new Response('<h1>Bad gateway</h1>', { status: 502 }) });
    expect(await page.api.listCourses.try()).toMatchObject({
      problem: { code: 'UNEXPECTED_RESPONSE', status: 502, received: '<h1>Bad gateway</h1>' },
    });
    const body = '{"code":"COURSE_ON_FIRE","title":"The course is on fire"}';
    const newer = listening.recordedClient({ fetch: async () => new Response(body, { status: 409 }) });
    expect(await newer.api.listCourses.try()).toMatchObject({
      problem: { code: 'UNEXPECTED_RESPONSE', title: 'The course is on fire', received: { code: 'COURSE_ON_FIRE' } },
    });
  });
});

describe('an edit', () => {
  it('sends the ETag that the client saw last, and the next edit that of its response', async () => {
    const { api, sent } = await listening.clientOf(teacher);
    const course = await api.createCourse({
      body: { title: 'Lapis', description: 'Blue.', category: 'painting', level: 'beginner' },
    });
    await api.updateCourse({ id: course.id, body: { title: 'Lapis lazuli' } });
    await api.getCourse({ id: course.id });
    await api.updateCourse({ id: course.id, body: { title: 'Ultramarine' } });
    await api.updateCourse({ id: course.id, body: { title: 'Ultramarine blue' } });
    const etags = sent.map(({ headers }) => headers.get('if-match')?.split('-')[0] ?? null);
    expect(etags).toEqual([null, null, null, '"v2', '"v3']);
  });

  it('of an old version fails with PRECONDITION_FAILED, and of the version that was read again it succeeds', async () => {
    const [mine, other] = [await listening.clientOf(teacher), await listening.clientOf(teacher)];
    const { id } = await aPublishedCourse(listening.school, teacher.id);
    const seen = await mine.api.getCourse({ id });
    await other.api.updateCourse({ id, body: { title: 'Faster' } });
    expect(await mine.api.updateCourse.try({ id, body: { title: 'Slower' } })).toMatchObject({
      ok: false,
      problem: { code: 'PRECONDITION_FAILED', status: 412 },
    });
    await mine.api.getCourse({ id });
    const stale = await mine.api.updateCourse.try({ id, body: { title: 'Stale' } }, { basedOn: seen });
    expect(stale).toMatchObject({ ok: false, problem: { code: 'PRECONDITION_FAILED' } });
    expect(await mine.api.updateCourse({ id, body: { title: 'Slower' } })).toMatchObject({ title: 'Slower' });
    expect(await mine.api.updateCourse({ id, body: { title: 'Forced' } }, { ifMatch: null })).toMatchObject({
      title: 'Forced',
    });
  });

  it('of a part of a resource sends the ETag of the resource', async () => {
    const { api, sent } = await listening.clientOf(teacher);
    const { id } = await aPublishedCourse(listening.school, teacher.id);
    await api.getCourse({ id });
    await api.unpublishCourse({ id });
    await api.updateCourse({ id, body: { title: 'Withdrawn' } });
    expect(sent.map(({ headers }) => headers.get('if-match')?.split('-')[0])).toEqual([undefined, '"v1', '"v2']);
  });

  it('based on a copy is refused, because a copy has no version', async () => {
    const { api } = await listening.clientOf(teacher);
    const { id } = await aPublishedCourse(listening.school, teacher.id);
    const copy = { ...(await api.getCourse({ id })) };
    expect(api.etagOf(copy)).toBeUndefined();
    await expect(api.updateCourse({ id, body: { title: 'Copied' } }, { basedOn: copy })).rejects.toThrow(TypeError);
  });
});
