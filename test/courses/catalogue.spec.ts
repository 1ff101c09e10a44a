import { forgedCursor } from '../support/forged-cursor';
import { School, type Client } from '../support/school';
import { aCourse, aDraft, outcome, succeeds } from './course-builders';

let school: School;
let elena: Client;
let marco: Client;
const dateOfDay = (day: number) => new Date(Date.UTC(2026, 2, day));

/** Reads every page of the catalogue and returns the titles in its order. */
async function listTitles(query: string, limit = 100): Promise<string[]> {
  const titles: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const path: string = `/courses?limit=${limit}&${query}${cursor && `&cursor=${cursor}`}`;
    const body = await succeeds(school.visitor.get(path));
    titles.push(...body.data.map(({ title }: { title: string }) => title));
    cursor = body.page.nextCursor;
  }
  return titles;
}

const search = (text: string) => listTitles(`sort=title&q=${encodeURIComponent(text)}`);

async function publishCourse(day: number, teacher: Client, more: Record<string, unknown>): Promise<number> {
  school.clock.stopAt(dateOfDay(day));
  const { id } = await aCourse(teacher, more);
  school.clock.stopAt(null);
  return id;
}

beforeAll(async () => {
  school = await School.open();
  [elena, marco] = [await school.teacher({ username: 'elena' }), await school.teacher({ username: 'marco' })];
  await school.database.transaction(() =>
    school.database.run("UPDATE users_user SET first_name = 'Elena', last_name = 'Marchetti' WHERE id = $1", [
      elena.id,
    ]),
  );
  const watercolor = { category: 'watercolor', level: 'beginner' };
  await publishCourse(1, elena, { ...watercolor, title: 'Ash and Ink', description: 'Ink, 100% black.' });
  const basics = await publishCourse(2, elena, { ...watercolor, title: 'Basics', description: 'Water & colour.' });
  await publishCourse(2, marco, { ...watercolor, title: 'Basics', level: 'expert', description: 'For "masters".' });
  await publishCourse(2, marco, { title: 'Clay', category: 'ceramics', level: 'beginner', description: 'Handbuilt.' });
  const clay = await publishCourse(3, marco, {
    title: 'Clay',
    category: 'ceramics',
    level: 'expert',
    description: 'Été: glazes.',
  });
  await aDraft(elena, { title: 'Draft of watercolour' });
  const archived = await publishCourse(4, elena, { title: 'Archived' });
  const withdrawn = await publishCourse(4, elena, { title: 'Withdrawn' });
  const students = [await school.student(), await school.student()];
  for (const student of students) await succeeds(student.post(`/courses/${clay}/enrollment`));
  await succeeds(students[0]!.post(`/courses/${basics}/enrollment`));
  await succeeds(students[0]!.post(`/courses/${archived}/enrollment`));
  await succeeds(elena.delete(`/courses/${archived}`));
  await succeeds(elena.delete(`/courses/${withdrawn}/publication`));
  await succeeds(marco.patch(`/courses/${clay}`, { maxEnrollments: 5 }));
});
afterAll(() => school.close());

describe('the catalogue', () => {
  test('the catalogue shows visitors every published course with its teacher and its counts', async () => {
    const { data, page } = await succeeds(school.visitor.get('/courses'));
    expect(page).toEqual({ nextCursor: null, hasMore: false });
    expect(data[0]).toEqual({
      id: expect.any(Number),
      title: 'Clay',
      description: 'Été: glazes.',
      category: 'ceramics',
      level: 'expert',
      teocoinReward: 50,
      durationHours: 0,
      thumbnail: '',
      publishedAt: dateOfDay(3).toISOString(),
      maxEnrollments: 5,
      enrolledCount: 2,
      seatsLeft: 3,
      lessonCount: 1,
      teacher: { id: marco.id, username: 'marco', name: 'marco' },
      mine: null,
    });
    expect(data.at(-1)).toMatchObject({ title: 'Ash and Ink', seatsLeft: null, teacher: { name: 'Elena Marchetti' } });
    expect(data).toHaveLength(5);
  });

  test('the catalogue shows 0 free seats after the limit was lowered below the number of students', async () => {
    const [popular] = (await succeeds(school.visitor.get('/courses?sort=popular'))).data;
    await succeeds(marco.patch(`/courses/${popular.id}`, { maxEnrollments: 1 }));
    const [course] = (await succeeds(school.visitor.get('/courses?sort=popular&limit=1'))).data;
    expect(course).toMatchObject({ enrolledCount: 2, maxEnrollments: 1, seatsLeft: 0 });
    await succeeds(marco.patch(`/courses/${popular.id}`, { maxEnrollments: 5 }));
  });

  test.each([
    ['newest', ['Clay', 'Clay', 'Basics', 'Basics', 'Ash and Ink']],
    ['popular', ['Clay', 'Basics', 'Clay', 'Basics', 'Ash and Ink']],
    ['title', ['Ash and Ink', 'Basics', 'Basics', 'Clay', 'Clay']],
  ])(
    'the catalogue sorted by %s gives every course exactly once, also when sort values are equal',
    async (sort, expected) => {
      expect(await listTitles(`sort=${sort}`)).toEqual(expected);
      for (const limit of [1, 2, 3]) expect(await listTitles(`sort=${sort}`, limit)).toEqual(expected);
      const ids = [];
      for (let cursor = ''; ids.length < 5;) {
        const { data, page } = await succeeds(school.visitor.get(`/courses?sort=${sort}&limit=1${cursor}`));
        ids.push(data[0].id);
        cursor = `&cursor=${page.nextCursor}`;
      }
      expect(new Set(ids).size).toBe(5);
    },
  );

  test('the catalogue is sorted by newest unless the request says otherwise', async () => {
    expect(await listTitles('')).toEqual(await listTitles('sort=newest'));
  });

  test('the catalogue can be filtered, and counts the courses if a total is requested', async () => {
    expect(await listTitles('category=ceramics')).toEqual(['Clay', 'Clay']);
    expect(await listTitles('level=beginner&sort=title')).toEqual(['Ash and Ink', 'Basics', 'Clay']);
    expect(await listTitles(`teacherId=${elena.id}&sort=title`)).toEqual(['Ash and Ink', 'Basics']);
    expect(await listTitles(`teacherId=${marco.id}&category=watercolor&level=expert`)).toEqual(['Basics']);
    expect(await listTitles('category=mosaic')).toEqual([]);
    expect(await listTitles('teacherId=999999')).toEqual([]);
    const { page } = await succeeds(school.visitor.get('/courses?category=ceramics&limit=1&withTotal=true'));
    expect(page).toMatchObject({ hasMore: true, total: 2 });
    const next = `/courses?category=ceramics&limit=1&withTotal=true&cursor=${page.nextCursor}`;
    expect((await succeeds(school.visitor.get(next))).page).toEqual({ nextCursor: null, hasMore: false, total: 2 });
  });

  test.each(['category=cooking', 'level=', 'sort=price', 'teacherId=0', 'limit=0', 'limit=101', 'published=false'])(
    'the catalogue refuses the query %s with 422',
    async (query) => {
      expect(await outcome(school.visitor.get(`/courses?${query}`))).toEqual([422, 'VALIDATION_FAILED']);
    },
  );

  test('the catalogue refuses a cursor of another sort order and an invented cursor with INVALID_CURSOR', async () => {
    const { page } = await succeeds(school.visitor.get('/courses?sort=popular&limit=1'));
    expect(await outcome(school.visitor.get(`/courses?sort=newest&cursor=${page.nextCursor}`))).toEqual([
      422,
      'INVALID_CURSOR',
    ]);
    for (const [sort, ...value] of [
      ['popular', 'courses:newest', '2026-01-01T00:00:00.000Z', 1],
      ['popular', 'courses:popular', 2 ** 40, 1],
      ['popular', 'courses:popular', 1],
      ['newest', 'courses:newest', 'yesterday', 1],
      ['title', 'courses:title', 'a\0', 1],
    ]) {
      const first = await succeeds(school.visitor.get(`/courses?sort=${sort}&limit=1`));
      const cursor = forgedCursor(first.page.nextCursor, ...value);
      expect(await outcome(school.visitor.get(`/courses?sort=${sort}&cursor=${cursor}`))).toEqual([
        422,
        'INVALID_CURSOR',
      ]);
    }
  });

  test('a page of the catalogue costs two statements, one more with a total, and one while nothing changes', async () => {
    const countStatements = async (query: string) =>
      (await school.statements(() => school.visitor.get(`/courses?${query}`))).statements.length;
    await succeeds(elena.patch('/me', { firstName: 'Helena' }));
    for (const [query, count] of [
      ['q=water&category=watercolor&sort=popular', 2],
      ['withTotal=true', 3],
    ] as const) {
      expect(await countStatements(query)).toBe(count);
      expect(await countStatements(query)).toBe(1);
    }
    await succeeds(elena.patch('/me', { firstName: 'Elena' }));
  });
});

describe('the text search of the catalogue', () => {
  test.each<[string, string[]]>([
    ['clay', ['Clay', 'Clay']],
    ['CLAY', ['Clay', 'Clay']],
    ['cla', ['Clay', 'Clay']],
    ['lay', []],
    ['glazes', ['Clay']],
    ['basics water', ['Basics']],
    ['clay water', []],
    ['été', ['Clay']],
    ['ink', ['Ash and Ink']],
    ['100%', ['Ash and Ink']],
    ['"masters"', ['Basics']],
    ['water & colour', ['Basics']],
    ["master's", []],
    ['clay:*', ['Clay', 'Clay']],
    ['NOT clay', []],
    ['water | clay', []],
    ['cl*y', []],
    ["clay' OR '1'='1", []],
    ['withdrawn', []],
    ['archived', []],
    ['draft', []],
  ])('the search for %j finds %j', async (text, expected) => {
    expect(await search(text)).toEqual(expected);
  });

  test.each(['', ' ', '%', '*', '"', "''", '&|!()', '\\', '<->', '🎨'])(
    'the search for %j holds no word and returns every course',
    async (text) => {
      expect(await search(text)).toHaveLength(5);
    },
  );

  test('search results have pages and a total', async () => {
    const first = await succeeds(school.visitor.get('/courses?q=basics&limit=1&withTotal=true'));
    expect(first.page).toMatchObject({ hasMore: true, total: 2 });
    const second = await succeeds(school.visitor.get(`/courses?q=basics&limit=1&cursor=${first.page.nextCursor}`));
    expect([second.page.hasMore, second.data[0].id === first.data[0].id]).toEqual([false, false]);
  });

  test('the search finds the new title of a renamed course, and no longer the old one', async () => {
    const [course] = (await succeeds(school.visitor.get('/courses?q=ash'))).data;
    await succeeds(elena.patch(`/courses/${course.id}`, { title: 'Soot and Ink' }));
    expect([await search('ash'), await search('soot')]).toEqual([[], ['Soot and Ink']]);
    await succeeds(elena.patch(`/courses/${course.id}`, { title: 'Ash and Ink' }));
  });

  test.each(['%00', 'a%00b'])('a search text with U+0000 (%s) is refused with 422', async (text) => {
    expect(await outcome(school.visitor.get(`/courses?q=${text}`))).toEqual([422, 'VALIDATION_FAILED']);
  });

  test('a search text of 201 characters is refused with 422, and one of 198 is accepted', async () => {
    expect(await outcome(school.visitor.get(`/courses?q=${'a'.repeat(201)}`))).toEqual([422, 'VALIDATION_FAILED']);
    expect(await search('ab '.repeat(66))).toEqual([]);
  });
});

describe('a school without courses', () => {
  test('a school without courses has an empty catalogue', async () => {
    const empty = await School.open();
    const response = await empty.visitor.get('/courses?withTotal=true&q=clay');
    expect(response.body).toEqual({ data: [], page: { nextCursor: null, hasMore: false, total: 0 } });
    await empty.close();
  });
});
