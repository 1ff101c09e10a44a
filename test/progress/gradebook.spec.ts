import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';
import { aLemon, allRight, anExercise, assignment, aStudentWithExercise, notEnough } from './exercises';

let school: School;
let teacher: Client;
let course: BuiltCourse;
let quiz: number;
let lemon: number;
let timed: number;
let ada: Client;
let bruno: Client;
let chiara: Client;

const rename = (person: Client, firstName: string, lastName: string) => person.patch('/me', { firstName, lastName });

/** Ada has passed the quiz and waits for a grade, Bruno has failed the quiz, and Chiara has begun a timed quiz. */
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
  course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
  quiz = await anExercise(school, course.lessons[0], { attemptsAllowed: 1 });
  lemon = await anExercise(school, course.lessons[1], assignment);
  timed = await anExercise(school, course.lessons[1], { timeLimitMinutes: 30 });
  ada = await anEnrolledStudent(school, course);
  bruno = await anEnrolledStudent(school, course);
  chiara = await anEnrolledStudent(school, course);
  await rename(ada, 'Ada', 'Zorn');
  await rename(bruno, '=Bruno', 'Albers');
  await rename(chiara, 'Chiara', 'Morandi');
  await ada.post(`/exercises/${quiz}/submissions`, { answers: allRight });
  await ada.post(`/exercises/${lemon}/submissions`, aLemon);
  await bruno.post(`/exercises/${quiz}/submissions`, { answers: notEnough });
  await chiara.post(`/exercises/${timed}/attempts`);
  const in2027 = new Date('2027-01-05T10:00:00.000Z');
  await school.clock.at(in2027, () => ada.put(`/lessons/${course.lessons[0]}/completion`, {}));
});
afterAll(() => school.close());

const usernamesOf = async (query = ''): Promise<string[]> => {
  const { body } = await teacher.get(`/courses/${course.id}/gradebook${query}`);
  return body.data.map(({ student }: { student: { username: string } }) => student.username);
};

describe('the gradebook of a course', () => {
  test('a teacher sees every exercise, and the status and score of each student', async () => {
    const { body } = await teacher.get(`/courses/${course.id}/gradebook?withTotal=true`);
    expect(body.exercises.map(({ id }: { id: number }) => id)).toEqual([quiz, lemon, timed]);
    expect(body.exercises[1]).toMatchObject({ lessonId: course.lessons[1], lessonTitle: 'Lesson 2', maxScore: 100 });
    expect(body.page).toEqual({ nextCursor: null, hasMore: false, total: 3 });
    expect(body.data).toMatchObject([
      {
        student: { id: bruno.id, name: '=Bruno Albers' },
        progressPercentage: 0,
        isCompleted: false,
        results: [{ exerciseId: quiz, status: 'failed', scorePercent: 50, attemptsUsed: 1 }],
      },
      {
        student: { name: 'Chiara Morandi' },
        results: [{ exerciseId: timed, status: 'started', scorePercent: null, attemptsUsed: 1 }],
      },
      {
        student: { name: 'Ada Zorn' },
        progressPercentage: 50,
        lastAccessedAt: '2027-01-05T10:00:00.000Z',
        results: [
          { exerciseId: quiz, status: 'passed', scorePercent: 100, attemptsUsed: 1 },
          { exerciseId: lemon, status: 'pending', scorePercent: null, attemptsUsed: 1 },
        ],
      },
    ]);
  });

  test.each(['name', 'progress', 'lastAccessedAt'])(
    'the pages sorted by %s contain each student once',
    async (sort) => {
      const whole = await usernamesOf(`?sort=${sort}`);
      expect(whole).toHaveLength(3);
      expect(await usernamesOf(`?sort=-${sort}`)).toEqual(whole.toReversed());
      for (const order of [sort, `-${sort}`]) {
        const found: string[] = [];
        let cursor = '';
        do {
          const { body } = await teacher.get(
            `/courses/${course.id}/gradebook?sort=${order}&limit=1${cursor && `&cursor=${cursor}`}`,
          );
          found.push(body.data[0].student.username);
          cursor = body.page.nextCursor ?? '';
        } while (cursor);
        expect(found).toEqual(order === sort ? whole : whole.toReversed());
      }
      expect(whole.at(-1)).toBe(ada.username);
    },
  );

  test('a search finds a part of the name or of the username, in any case, and takes % and _ literally', async () => {
    expect(await usernamesOf('?q=ZORN')).toEqual([ada.username]);
    expect(await usernamesOf('?q=ada%20z')).toEqual([ada.username]);
    expect(await usernamesOf(`?q=${bruno.username.toUpperCase()}`)).toEqual([bruno.username]);
    expect(await usernamesOf('?q=%25')).toEqual([]);
    expect(await usernamesOf('?q=_orn')).toEqual([]);
  });

  test('a page costs four statements for any number of students, with the check of the teacher', async () => {
    const page = await school.statements(() => teacher.get(`/courses/${course.id}/gradebook`));
    expect(page.statements).toHaveLength(4);
  });

  test('a student who left is not in the gradebook, and an empty course has an empty one', async () => {
    const { student, course: other } = await aStudentWithExercise(school, teacher.id);
    await student.delete(`/courses/${other.id}/enrollment`);
    const { body } = await teacher.get(`/courses/${other.id}/gradebook?withTotal=true`);
    expect(body).toMatchObject({ exercises: [{ title: 'Know your colours' }], data: [], page: { total: 0 } });
  });

  test('only the teacher of the course and administrators may read it', async () => {
    for (const path of ['gradebook', 'gradebook.csv']) {
      expect((await ada.get(`/courses/${course.id}/${path}`)).status).toBe(403);
      expect((await (await school.teacher()).get(`/courses/${course.id}/${path}`)).status).toBe(403);
      expect((await (await school.admin()).get(`/courses/${course.id}/${path}`)).status).toBe(200);
      expect((await teacher.get(`/courses/999999/${path}`)).status).toBe(404);
    }
  });

  test('a cursor of another order is refused with 422', async () => {
    const { body } = await teacher.get(`/courses/${course.id}/gradebook?limit=1&sort=name`);
    const { nextCursor } = body.page;
    expect(await teacher.get(`/courses/${course.id}/gradebook?sort=progress&cursor=${nextCursor}`)).toMatchObject({
      status: 422,
    });
  });
});

describe('the gradebook as a file', () => {
  test('it has a line for each student, and no text can become a formula', async () => {
    const { headers, body } = await teacher.get(`/courses/${course.id}/gradebook.csv`);
    expect([headers['content-type'], headers['cache-control']]).toEqual(['text/csv; charset=utf-8', 'no-store']);
    expect(headers['content-disposition']).toBe(`attachment; filename="gradebook-${course.id}.csv"`);
    const lines = (body as string).split('\r\n');
    const titles = 'Know your colours,Know your colours,Know your colours';
    expect(lines[0]).toBe(`Student id,Username,Name,Progress %,Completed at,Last accessed at,${titles}`);
    expect(lines[1]).toContain(`${bruno.id},${bruno.username},'=Bruno Albers,0,,`);
    expect(lines[1]).toMatch(/,50,,$/);
    expect(lines[2]).toMatch(/,,,started$/);
    expect(lines[3]).toMatch(/2027-01-05T10:00:00.000Z,100,pending,$/);
    expect(lines.slice(4)).toEqual(['']);
  });

  test('it takes the search and the order of the page', async () => {
    const { body } = await teacher.get(`/courses/${course.id}/gradebook.csv?q=zorn&sort=-progress`);
    expect((body as string).split('\r\n')).toHaveLength(3);
  });
});
