import { Metrics } from '../../src/platform/metrics/metrics';
import { LearnerData } from '../../src/modules/progress/learner/learner-data';
import { Attempts } from '../../src/modules/progress/attempts/attempts';
import { Files } from '../../src/platform/files/files';
import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';
import { picture, readContent, upload } from '../support/stored-files';
import { anExercise, assignment } from './exercises';

let school: School;
let teacher: Client;
let course: BuiltCourse;
let exercise: number;
let student: Client;
beforeAll(async () => {
  school = await School.open();
  teacher = await school.teacher();
  course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
  exercise = await anExercise(school, course.lessons[0], { ...assignment, attemptsAllowed: 20 });
  student = await anEnrolledStudent(school, course);
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

async function uploaded(owner: Client = student, purpose = 'artwork'): Promise<number> {
  const { body } = await upload(school, owner, { bytes: await picture().jpeg().toBuffer(), purpose });
  return body.id as number;
}
const handIn = (artworks: object[], more: object = {}) =>
  student.post(`/exercises/${exercise}/submissions`, { work: { ...more, artworks } });

test('pictures are handed in in order, and the student and the teacher see them', async () => {
  const [first, second] = [await uploaded(), await uploaded()];
  const { status, body } = await handIn([{ fileId: second, caption: ' Sketch ' }, { fileId: first }]);
  expect(status).toBe(201);
  expect(body).toMatchObject({ status: 'pending', work: null });
  expect(body.artworks).toMatchObject([{ caption: 'Sketch' }, { caption: '' }]);
  for (const reader of [student, teacher]) {
    const { body: read } = await reader.get(`/submissions/${body.id}`);
    expect(read.artworks).toEqual(body.artworks);
    expect(read.thumbnailUrl).toContain(`/files/${second}/content?variant=320&`);
    expect(read.artworks[1].largeUrl).toContain(`/files/${first}/content?variant=1920&`);
    const shown = await readContent(school, read.artworks[0].mediumUrl as string);
    expect(shown).toMatchObject({ status: 200, headers: { 'content-type': 'image/webp' } });
    expect((await reader.get(`/files/${first}`)).status).toBe(200);
  }
  const stranger = await anEnrolledStudent(school, course);
  for (const other of [stranger, await school.teacher()]) expect((await other.get(`/files/${first}`)).status).toBe(404);
  for (const list of [
    await student.get('/me/submissions'),
    await teacher.get(`/exercises/${exercise}/submissions`),
    await teacher.get('/me/grading'),
  ])
    expect(JSON.stringify(list.body)).toContain(`/files/${second}/content?variant=320&`);
});

test('a grade shows the pictures, and regrading keeps them', async () => {
  const { body } = await handIn([{ fileId: await uploaded() }], { text: 'On paper' });
  expect(body.work).toEqual({ text: 'On paper' });
  const graded = await teacher.put(`/submissions/${body.id}/grade`, { score: 8, status: 'approved' });
  expect(graded.body.artworks).toHaveLength(1);
});

test('the file of another person, of another purpose, a used and an unknown one are refused, and no attempt is used', async () => {
  const used = await uploaded();
  const before = (await handIn([{ fileId: used }])).body;
  const refused = [await uploaded(teacher), await uploaded(student, 'profile-image'), used, 999_999];
  for (const fileId of refused)
    expect((await handIn([{ fileId: await uploaded() }, { fileId }])).body).toMatchObject({ code: 'FILE_NOT_USABLE' });
  const after = (await handIn([{ fileId: await uploaded() }])).body;
  expect(after.attemptNumber).toBe(before.attemptNumber + 1);
});

test('no picture, eleven, the same picture twice, and a long caption are refused', async () => {
  const eleven = Array.from({ length: 11 }, (_, index) => ({ fileId: index + 1 }));
  for (const artworks of [[], eleven, [{ fileId: 1 }, { fileId: 1 }], [{ fileId: 1, caption: 'x'.repeat(501) }]])
    expect((await handIn(artworks)).status).toBe(422);
});

test('a saved attempt remembers pictures, and the hand-in attaches them', async () => {
  const { body: attempt } = await student.post(`/exercises/${exercise}/attempts`);
  const fileId = await uploaded();
  const saved = await student.patch(`/attempts/${attempt.id}`, { work: { artworks: [{ fileId, caption: 'One' }] } });
  expect(saved.body.work).toEqual({ artworks: [{ fileId, caption: 'One' }] });
  expect((await student.get(`/files/${fileId}`)).body.status).toBe('clean');
  const { body } = await student.post(`/attempts/${attempt.id}/submission`, {});
  expect(body.artworks).toMatchObject([{ caption: 'One' }]);
  expect((await student.get(`/files/${fileId}`)).body.status).toBe('attached');
});

test('an overdue attempt is handed in with the pictures that can still be used', async () => {
  const timed = await anExercise(school, course.lessons[0], { ...assignment, timeLimitMinutes: 30 });
  const { body: attempt } = await student.post(`/exercises/${timed}/attempts`);
  const [lost, kept] = [await uploaded(teacher), await uploaded()];
  await student.patch(`/attempts/${attempt.id}`, { work: { artworks: [{ fileId: lost }, { fileId: kept }] } });
  await school.clock.at(new Date(Date.now() + 3_600_000), () =>
    school.part(Attempts).closeOverdue(attempt.id as number),
  );
  const { body } = await student.get(`/attempts/${attempt.id}`);
  const submission = await student.get(`/submissions/${body.submissionId}`);
  expect(submission.body.artworks).toHaveLength(1);
  expect(submission.body.artworks[0].largeUrl).toContain(`/files/${kept}/`);
  expect(await school.part(Metrics).toText()).toContain('teoart_artworks_left_out_total 1\n');
});

test('ten pictures cost two statements in a hand-in and one in a read', async () => {
  const count = async <T>(work: () => Promise<T>): Promise<{ result: T; total: number }> => {
    const { result, statements } = await school.statements(work);
    return { result, total: statements.filter((sql) => !/platform_outbox|rewards_/.test(sql)).length };
  };
  await handIn([{ fileId: await uploaded() }]);
  const without = await count(() => student.post(`/exercises/${exercise}/submissions`, { work: { text: 'On paper' } }));
  const artworks: { fileId: number }[] = [];
  for (let number = 0; number < 10; number++) artworks.push({ fileId: await uploaded() });
  const withTen = await count(() => handIn(artworks));
  expect(withTen.result.body.artworks).toHaveLength(10);
  expect(withTen.total).toBe(without.total + 2);
  expect((await count(() => student.get(`/submissions/${withTen.result.body.id}`))).total).toBe(2);
  expect((await count(() => student.get('/me/submissions'))).total).toBe(1);
});

test('the versions of a work show the pictures and what changed in the grade', async () => {
  const own = await anExercise(school, course.lessons[0], { ...assignment, attemptsAllowed: 5 });
  const ids: number[] = [];
  for (const score of [40, 55.5, null]) {
    const { body } = await student.post(`/exercises/${own}/submissions`, {
      work: { artworks: [{ fileId: await uploaded() }] },
    });
    ids.push(body.id as number);
    if (score !== null) await teacher.put(`/submissions/${body.id}/grade`, { score, status: 'needs_revision' });
  }
  const { result, statements } = await school.statements(() => student.get(`/exercises/${own}/versions`));
  expect(statements).toHaveLength(2);
  expect(result.body.data).toMatchObject([
    { id: ids[0], score: 40, scoreChange: null, statusBefore: null },
    { id: ids[1], score: 55.5, scoreChange: 15.5, statusBefore: 'needs_revision' },
    { id: ids[2], score: null, scoreChange: null, statusBefore: 'needs_revision' },
  ]);
  for (const { artworks } of result.body.data) expect(artworks).toHaveLength(1);
  const path = `/exercises/${own}/versions?studentId=${student.id}`;
  const ofTeacher = await school.statements(() => teacher.get(path));
  expect(ofTeacher.statements).toHaveLength(3);
  expect(ofTeacher.result.body.data).toEqual(result.body.data);
  const { body: first } = await teacher.get(`${path}&limit=2&withTotal=true`);
  expect(first.page.total).toBe(3);
  const { body: rest } = await teacher.get(`${path}&limit=2&cursor=${first.page.nextCursor}`);
  expect([...first.data, ...rest.data]).toEqual(result.body.data);
  const other = await anEnrolledStudent(school, course);
  expect((await other.get(path)).status).toBe(403);
  expect((await other.get(`/exercises/${own}/versions`)).body.data).toEqual([]);
  expect((await other.get('/exercises/999999/versions')).status).toBe(404);
});

test('when the student leaves, the pictures and their pins are removed; before, they are in the copy of the data', async () => {
  const leaver = await anEnrolledStudent(school, course);
  const fileId = await uploaded(leaver);
  const { body } = await leaver.post(`/exercises/${exercise}/submissions`, {
    work: { artworks: [{ fileId, caption: 'Mine' }] },
  });
  const pinBody = { artworkId: body.artworks[0].id, x: 0.1, y: 0.2, text: 'Here' };
  expect((await leaver.post(`/submissions/${body.id}/pins`, pinBody)).status).toBe(201);
  const data = school.part(LearnerData);
  const exported = await data.export(leaver.id);
  expect(exported.artworks).toMatchObject([{ submissionId: body.id, caption: 'Mine' }]);
  expect(exported.pins).toMatchObject([{ text: 'Here' }]);
  expect(JSON.stringify(exported)).not.toContain('file:');
  await school.database.transaction(async () => {
    await data.erase(leaver.id);
    await school.part(Files).forgetOwner(leaver.id);
  });
  const { body: read } = await teacher.get(`/submissions/${body.id}`);
  expect(read.artworks).toEqual([]);
  expect((await teacher.get(`/submissions/${body.id}/pins`)).body.data).toEqual([]);
  expect((await teacher.get(`/files/${fileId}`)).status).toBe(404);
});
