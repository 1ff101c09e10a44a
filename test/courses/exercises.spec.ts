import { School, type Client } from '../support/school';
import {
  aCourse,
  aDraft,
  aLesson,
  anExercise,
  outcome,
  pointers,
  quiz,
  secretAnswer,
  statuses,
  succeeds,
} from './course-builders';
import { eventRecorder, publishedBy } from './event-recorder';

let school: School;
let teacher: Client;
let otherTeacher: Client;
let student: Client;
let admin: Client;
let courseId: number;
let lessonId: number;
let learner: Client;
beforeAll(async () => {
  school = await School.open({ extensions: [eventRecorder] });
  [teacher, otherTeacher, student, admin] = [
    await school.teacher(),
    await school.teacher(),
    await school.student(),
    await school.admin(),
  ];
  ({ id: courseId, lessonId } = await aCourse(teacher));
  learner = await school.student();
  await succeeds(learner.post(`/courses/${courseId}/enrollment`));
});
afterAll(() => school.close());

const read = (id: number, reader: Client = teacher) => succeeds(reader.get(`/exercises/${id}`));
const readKey = (id: number, reader: Client = teacher) => reader.get(`/exercises/${id}/answer-key`);
const correctKey = { q1: { answer: 'o2' }, q2: { accepted: [secretAnswer] } };

describe('a new exercise', () => {
  test('a new exercise has the default settings of the school', async () => {
    const response = await teacher.post(`/lessons/${lessonId}/exercises`, quiz());
    const { answerKey: _, ...shown } = quiz();
    expect(response).toMatchObject({ status: 201, headers: { etag: expect.stringMatching(/^"v1-/) } });
    expect(response.body).toEqual({
      id: expect.any(Number),
      lessonId,
      ...shown,
      content: {
        questions: [
          {
            ...(shown.content as { questions: object[] }).questions[0],
            options: [
              { id: 'o1', text: 'Phthalo blue' },
              { id: 'o2', text: 'Ultramarine' },
            ],
          },
          (shown.content as { questions: object[] }).questions[1],
        ],
      },
      mine: {
        attemptsUsed: 0,
        attemptsLeft: 3,
        scorePercent: null,
        bestScorePercent: null,
        hasPassed: false,
        openAttempt: null,
        latestSubmission: null,
        serverTime: null,
      },
      description: '',
      maxScore: 100,
      timeLimitMinutes: null,
      attemptsAllowed: 3,
      passingPercent: 60,
      gradePolicy: 'highest',
      revealResults: 'after_pass',
      gradeRelease: 'immediate',
      gradesReleasedAt: null,
      rubric: null,
      teocoinReward: 15,
      closesAt: null,
      archivedAt: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      version: 1,
    });
    expect(await read(response.body.id)).toEqual(response.body);
  });

  test('a new exercise can have settings of its own', async () => {
    const settings = {
      maxScore: 20,
      timeLimitMinutes: 30,
      attemptsAllowed: 1,
      passingPercent: 0,
      gradePolicy: 'average',
      teocoinReward: 0,
      closesAt: '2027-01-31T22:59:59.000Z',
      description: 'Ten minutes.',
    };
    expect(await anExercise(teacher, lessonId, settings)).toMatchObject(settings);
  });

  test('an exercise with work to hand in has an empty answer key', async () => {
    const work = { title: 'Nine washes', exerciseType: 'practice', content: { prompt: 'Paint nine washes.' } };
    const { id } = await succeeds(teacher.post(`/lessons/${lessonId}/exercises`, work));
    expect((await readKey(id)).body.answerKey).toEqual({});
  });

  test.each<[string, object, string]>([
    ['no title', { title: '' }, '/body/title'],
    ['an unknown type', { exerciseType: 'exam' }, '/body/exerciseType'],
    ['no content', { content: undefined }, '/body/content'],
    ['empty content', { content: {} }, '/body/content'],
    ['a quiz without a question', { content: { prompt: 'Think.' }, answerKey: {} }, '/body/content/questions'],
    ['a question without its key', { answerKey: { q1: { answer: 1 } } }, '/body/answerKey/q2'],
    ['a key past the options', { answerKey: { ...correctKey, q1: { answer: 2 } } }, '/body/answerKey/q1/answer'],
    ['a key without a question', { answerKey: { ...correctKey, q9: { answer: 0 } } }, '/body/answerKey/q9'],
    ['0 allowed attempts', { attemptsAllowed: 0 }, '/body/attemptsAllowed'],
    ['a passing score of 101 percent', { passingPercent: 101 }, '/body/passingPercent'],
    ['a negative passing score', { passingPercent: -1 }, '/body/passingPercent'],
    ['a time limit of 0 minutes', { timeLimitMinutes: 0 }, '/body/timeLimitMinutes'],
    ['a maximum score of 0', { maxScore: 0 }, '/body/maxScore'],
    ['an unknown policy', { gradePolicy: 'best' }, '/body/gradePolicy'],
    ['a day that does not exist', { closesAt: '2027-02-30T10:00:00Z' }, '/body/closesAt'],
    ['a year that PostgreSQL cannot store', { closesAt: '0000-02-20T10:00:00Z' }, '/body/closesAt'],
    ['a year after 9999 in UTC', { closesAt: '9999-12-31T23:59:59-12:00' }, '/body/closesAt'],
    ['a time without a zone', { closesAt: '2027-02-20T10:00:00' }, '/body/closesAt'],
    ['a negative reward', { teocoinReward: -1 }, '/body/teocoinReward'],
    ['an unknown member', { lessonId: 1 }, '/body/lessonId'],
    [
      'the answer inside the question',
      { content: { questions: [{ id: 'q1', kind: 'true_false', text: 'So?', points: 1, answer: true }] } },
      '/body/content/questions/0/answer',
    ],
  ])('a new exercise with %s is refused with 422', async (_, more, pointer) => {
    const response = await teacher.post(`/lessons/${lessonId}/exercises`, quiz(more as Record<string, unknown>));
    expect([response.status, pointers(response.body)]).toEqual([422, [pointer]]);
  });

  test('only the teacher of the course and administrators can add an exercise to a lesson', async () => {
    const draft = await aLesson(teacher, (await aDraft(teacher)).id);
    const add = (actor: Client, id: number) => outcome(actor.post(`/lessons/${id}/exercises`, quiz()));
    expect(await add(otherTeacher, lessonId)).toEqual([403, 'FORBIDDEN']);
    expect(await add(learner, lessonId)).toEqual([403, 'FORBIDDEN']);
    expect(await add(otherTeacher, draft.id)).toEqual([404, 'LESSON_NOT_FOUND']);
    expect(await add(admin, draft.id)).toEqual([201]);
    expect(await add(teacher, 999_999)).toEqual([404, 'LESSON_NOT_FOUND']);
  });
});

describe('reading an exercise', () => {
  test('enrolled students, the teacher and administrators can read an exercise, and others get 403', async () => {
    const { id } = await anExercise(teacher, lessonId);
    const tryRead = (actor: Client) => outcome(actor.get(`/exercises/${id}`));
    expect(await Promise.all([learner, teacher, admin].map(tryRead))).toEqual([[200], [200], [200]]);
    expect(await tryRead(student)).toEqual([403, 'ENROLLMENT_REQUIRED']);
    expect(await tryRead(otherTeacher)).toEqual([403, 'ENROLLMENT_REQUIRED']);
    expect(await outcome(student.get(`/lessons/${lessonId}/exercises`))).toEqual([403, 'ENROLLMENT_REQUIRED']);
    const hidden = await aLesson(teacher, courseId, { isPublished: false });
    const unseen = await anExercise(teacher, hidden.id);
    expect(await outcome(learner.get(`/exercises/${unseen.id}`))).toEqual([404, 'EXERCISE_NOT_FOUND']);
    expect(await outcome(learner.get(`/lessons/${hidden.id}/exercises`))).toEqual([404, 'LESSON_NOT_FOUND']);
  });

  test('the exercises of a lesson are listed in pages, the first created first', async () => {
    const { id } = await aLesson(teacher, courseId);
    const created = [await anExercise(teacher, id), await anExercise(teacher, id), await anExercise(teacher, id)];
    const list = (query: string) => succeeds(learner.get(`/lessons/${id}/exercises?${query}`));
    const first = await list('limit=2&withTotal=true');
    const second = await list(`limit=2&cursor=${first.page.nextCursor}`);
    expect([...first.data, ...second.data]).toEqual(created);
    expect([first.page.total, second.page.hasMore]).toEqual([3, false]);
    expect((await succeeds(learner.get(`/lessons/${(await aLesson(teacher, courseId)).id}/exercises`))).data).toEqual(
      [],
    );
  });
});

describe('the answer key', () => {
  test('only the teacher of the course and administrators can read the answer key', async () => {
    const { id } = await anExercise(teacher, lessonId);
    expect((await readKey(id)).body).toEqual({ exerciseId: id, answerKey: correctKey, version: 1 });
    expect((await readKey(id, admin)).status).toBe(200);
    expect(await outcome(readKey(id, learner))).toEqual([403, 'FORBIDDEN']);
    expect(await outcome(readKey(id, otherTeacher))).toEqual([403, 'FORBIDDEN']);
    expect(await outcome(readKey(id, school.visitor))).toEqual([401, 'UNAUTHENTICATED']);
    const hidden = await anExercise(teacher, (await aLesson(teacher, (await aDraft(teacher)).id)).id);
    expect(await outcome(readKey(hidden.id, otherTeacher))).toEqual([404, 'EXERCISE_NOT_FOUND']);
    expect(await outcome(readKey(999_999))).toEqual([404, 'EXERCISE_NOT_FOUND']);
  });

  test('no GET route returns the answer key to a student or another teacher', async () => {
    const { id } = await anExercise(teacher, lessonId);
    const addresses = Object.keys(school.document.paths).filter(
      (path) => (school.document.paths[path] as object & { get?: object }).get && !path.includes('stream'),
    );
    const idFor = (path: string): number => {
      if (path.startsWith('/api/v1/exercises')) return id;
      return path.startsWith('/api/v1/lessons') ? lessonId : courseId;
    };
    const requests: [string, number][] = [];
    for (const path of addresses) {
      const url = path.replace('{id}', String(idFor(path))).replace(/\{\w+\}/g, '1');
      for (const reader of [learner, student, otherTeacher]) {
        const response = await reader.get(`/${url}`);
        expect([url, JSON.stringify(response.body ?? '').includes(secretAnswer)]).toEqual([url, false]);
        if (reader === learner) requests.push([path.replace('/api/v1', ''), response.status]);
      }
    }
    // The routes that show the exercise must return 200 because a search in error responses would prove nothing.
    expect(requests).toEqual(
      expect.arrayContaining([
        ['/exercises/{id}', 200],
        ['/lessons/{id}', 200],
        ['/lessons/{id}/exercises', 200],
        ['/courses/{id}', 200],
        ['/exercises/{id}/answer-key', 403],
      ]),
    );
    expect(JSON.stringify((await readKey(id)).body)).toContain(secretAnswer);
  });

  test('no response to a creation or change of an exercise holds the answer key', async () => {
    const response = await teacher.post(`/lessons/${lessonId}/exercises`, quiz());
    const { id } = response.body;
    const responses = [
      response,
      await teacher.patch(`/exercises/${id}`, { answerKey: correctKey, title: 'Again' }),
      await learner.patch(`/exercises/${id}`, { answerKey: correctKey }),
      await teacher.patch(`/exercises/${id}`, { answerKey: { q1: { answer: 9 }, q2: { accepted: [secretAnswer] } } }),
    ];
    expect(responses.map(({ status, body }) => [status, JSON.stringify(body).includes(secretAnswer)])).toEqual([
      [201, false],
      [200, false],
      [403, false],
      [422, false],
    ]);
  });

  test('replacing the answer key publishes an event that does not hold the key', async () => {
    const { id } = await anExercise(teacher, lessonId);
    const replace = (answerKey: object, headers = {}) =>
      teacher.put(`/exercises/${id}/answer-key`, { answerKey }, headers);
    const { etag } = (await readKey(id)).headers;
    const better = { ...correctKey, q1: { answer: 'o1' } };
    expect(await publishedBy(school, () => succeeds(replace(better, { 'if-match': etag! })))).toEqual([
      ['AnswerKeyChanged', { exerciseId: id }],
    ]);
    expect((await readKey(id)).body).toEqual({ exerciseId: id, answerKey: better, version: 2 });
    expect(await outcome(replace(correctKey, { 'if-match': etag! }))).toEqual([412, 'PRECONDITION_FAILED']);
    expect(pointers((await replace({ q1: { answer: 0 } })).body)).toEqual(['/body/answerKey/q2']);
    const sorted = { q2: better.q2, q1: better.q1 };
    expect(await publishedBy(school, () => succeeds(replace(sorted)))).toEqual([]);
    expect(await outcome(otherTeacher.put(`/exercises/${id}/answer-key`, { answerKey: correctKey }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    expect(await outcome(learner.put(`/exercises/${id}/answer-key`, { answerKey: correctKey }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
  });
});

describe('changing an exercise', () => {
  test('a change increments the version of an exercise, and a request with an older If-Match gets 412', async () => {
    const { id } = await anExercise(teacher, lessonId, { closesAt: '2027-01-01T02:00:00+02:00' });
    const { etag } = (await teacher.get(`/exercises/${id}`)).headers;
    const edit = (title: string) => teacher.patch(`/exercises/${id}`, { title }, { 'if-match': etag! });
    const responses = await Promise.all([edit('One'), edit('Two'), edit('Three')]);
    expect(statuses(responses)).toEqual([200, 412, 412]);
    expect(await read(id)).toMatchObject({ version: 2, closesAt: '2027-01-01T00:00:00.000Z' });
    expect(await succeeds(teacher.patch(`/exercises/${id}`, { closesAt: null, attemptsAllowed: 5 }))).toMatchObject({
      closesAt: null,
      attemptsAllowed: 5,
      version: 3,
    });
  });

  test('a change after which content and answer key do not match is refused with 422', async () => {
    const { id } = await anExercise(teacher, lessonId);
    const content = { questions: [{ id: 'q1', kind: 'true_false', text: 'Fresco is wet.', points: 1 }] };
    const contentOnly = await teacher.patch(`/exercises/${id}`, { content });
    expect([contentOnly.status, pointers(contentOnly.body)]).toEqual([
      422,
      ['/body/answerKey/q1/answer', '/body/answerKey/q2'],
    ]);
    const answerKey = { q1: { answer: true } };
    const changeBoth = () => succeeds(teacher.patch(`/exercises/${id}`, { content, answerKey }));
    expect(await publishedBy(school, changeBoth)).toEqual([['AnswerKeyChanged', { exerciseId: id }]]);
    expect((await readKey(id)).body.answerKey).toEqual(answerKey);
    expect(await publishedBy(school, () => succeeds(teacher.patch(`/exercises/${id}`, { title: 'New' })))).toEqual([]);
  });

  test('only the teacher of the course and administrators can change an exercise', async () => {
    const { id } = await anExercise(teacher, lessonId);
    const rename = (actor: Client, exerciseId = id) =>
      outcome(actor.patch(`/exercises/${exerciseId}`, { title: 'Mine' }));
    expect(await rename(otherTeacher)).toEqual([403, 'FORBIDDEN']);
    expect(await rename(learner)).toEqual([403, 'FORBIDDEN']);
    expect(await rename(admin)).toEqual([200]);
    expect(await rename(teacher, 999_999)).toEqual([404, 'EXERCISE_NOT_FOUND']);
    expect(await outcome(otherTeacher.delete(`/exercises/${id}`))).toEqual([403, 'FORBIDDEN']);
  });
});

describe('removing an exercise', () => {
  test('an exercise that no student has tried is deleted', async () => {
    const { id } = await anExercise(teacher, lessonId);
    expect(await succeeds(teacher.delete(`/exercises/${id}`))).toEqual({ status: 'deleted' });
    expect(await outcome(teacher.get(`/exercises/${id}`))).toEqual([404, 'EXERCISE_NOT_FOUND']);
  });

  test('an exercise that a student has tried is archived, and can be restored', async () => {
    const { id } = await anExercise(teacher, lessonId);
    await school.database.transaction(() =>
      school.database.run(
        `INSERT INTO progress_exerciseresult (student_id, exercise_id, attempts_used, updated_at) VALUES ($1, $2, 1, $3)`,
        [learner.id, id, school.clock.now()],
      ),
    );
    expect(await succeeds(teacher.delete(`/exercises/${id}`))).toEqual({ status: 'archived' });
    expect(await succeeds(teacher.delete(`/exercises/${id}`))).toEqual({ status: 'archived' });
    expect(await outcome(learner.get(`/exercises/${id}`))).toEqual([404, 'EXERCISE_NOT_FOUND']);
    expect(await read(id)).toMatchObject({ archivedAt: expect.any(String), version: 2 });
    expect(await outcome(teacher.patch(`/exercises/${id}`, { title: 'No' }))).toEqual([409, 'ARCHIVED']);
    const list = (actor: Client) => actor.get(`/lessons/${lessonId}/exercises?isArchived=true`);
    expect((await succeeds(list(teacher))).data.map(({ id }: { id: number }) => id)).toEqual([id]);
    expect(await outcome(list(learner))).toEqual([403, 'FORBIDDEN']);
    expect(await succeeds(teacher.delete(`/lessons/${lessonId}/publication`))).toMatchObject({ isPublished: false });
    expect(await succeeds(teacher.delete(`/lessons/${lessonId}`))).toEqual({ status: 'archived' });
    await succeeds(teacher.put(`/lessons/${lessonId}/restoration`));
    await succeeds(teacher.put(`/lessons/${lessonId}/publication`));
    expect(await succeeds(teacher.put(`/exercises/${id}/restoration`))).toMatchObject({ archivedAt: null, version: 3 });
    expect(await outcome(learner.get(`/exercises/${id}`))).toEqual([200]);
  });

  test('the last exercise of a published quiz lesson without content cannot be removed', async () => {
    const { id } = await aDraft(teacher);
    const empty = await aLesson(teacher, id, { lessonType: 'quiz', content: '', isPublished: false });
    const publish = () => outcome(teacher.put(`/lessons/${empty.id}/publication`));
    expect(await publish()).toEqual([409, 'LESSON_NOT_SERVABLE']);
    const [first, second] = [await anExercise(teacher, empty.id), await anExercise(teacher, empty.id)];
    expect(await publish()).toEqual([200]);
    expect(await outcome(teacher.delete(`/exercises/${first.id}`))).toEqual([200]);
    expect(await outcome(teacher.delete(`/exercises/${second.id}`))).toEqual([409, 'LESSON_NOT_SERVABLE']);
    expect(await outcome(teacher.get(`/exercises/${second.id}`))).toEqual([200]);
    await succeeds(teacher.delete(`/lessons/${empty.id}/publication`));
    expect(await outcome(teacher.delete(`/exercises/${second.id}`))).toEqual([200]);
  });
});
