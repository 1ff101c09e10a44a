import type { Client, School } from '../support/school';
import { aSchoolAtWork, done, idFor, partsOf, type Cast, type Things } from './cast';
import { addressOf, routesOf } from './routes';

/** A test that walks every route as another student, so it also covers the places that are added later. */
let school: School;
let cast: Cast;
let things: Things;
const marks = {
  first_name: 'Markfirst',
  last_name: 'Marklast',
  bio: 'Markbiography',
  profile_image: 'markpicture.png',
};
beforeAll(async () => {
  ({ school, cast, things } = await aSchoolAtWork());
  await school.database.transaction(() =>
    school.database.run(
      'UPDATE users_user SET first_name = $2, last_name = $3, bio = $4, profile_image = $5 WHERE id = $1',
      [cast.student.id, ...Object.values(marks)],
    ),
  );
});
afterAll(() => school.close());

const choose = (privacySettings: object) => done(cast.student.patch('/me/settings', { privacySettings }));
const pathOf = (part: string): string => `/users/${cast.student.id}${part}`;

/** The paths whose response to the viewer contains the text. Every id of a person is that of the student. */
async function pathsThatShow(viewer: Client, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const route of routesOf(school.document).filter(({ method }) => method === 'GET')) {
    const isOfPerson = route.template.includes('/users/{id}');
    const ids = isOfPerson ? { id: cast.student.id } : partsOf(route.template, things, cast);
    if (!isOfPerson && route.template.includes('{id}')) ids.id ??= idFor(route.template, things, cast);
    const query = route.template.endsWith('/users/lookup') ? `?username=${cast.student.username}` : '';
    const { body } = await viewer.get(`${addressOf(route, ids)}${query}`);
    if (JSON.stringify(body ?? '').includes(text)) found.push(route.template.replace('/api/v1', ''));
  }
  return found;
}

/** What other students see, with the most open settings and with the closed ones. The other student shares no course. */
test('a student who shows everything is seen by name, and one who shows nothing nowhere', async () => {
  await choose({ profile: 'everyone', progress: 'everyone', achievements: 'everyone' });
  for (const mark of [marks.first_name, marks.last_name, marks.bio])
    expect(await pathsThatShow(cast.otherStudent, mark)).toEqual(['/users/{id}']);
  expect(await pathsThatShow(cast.otherStudent, marks.profile_image)).toEqual(['/users/lookup', '/users/{id}']);
  expect(await pathsThatShow(cast.otherStudent, `"username":"${cast.student.username}"`)).toEqual(
    expect.arrayContaining(['/leaderboard', '/users/lookup', '/users/{id}']),
  );
  for (const part of ['/progress', '/achievements'])
    expect((await cast.otherStudent.get(pathOf(part))).status).toBe(200);

  await choose({
    profile: 'nobody',
    progress: 'nobody',
    achievements: 'nobody',
    hideFromLeaderboard: true,
    hideFromLookup: true,
  });
  for (const mark of Object.values(marks)) expect(await pathsThatShow(cast.otherStudent, mark)).toEqual([]);
  const named = await pathsThatShow(cast.otherStudent, `"username":"${cast.student.username}"`);
  expect(named).not.toContain('/leaderboard');
  expect(named).not.toContain('/users/lookup');
  for (const part of ['/progress', '/achievements'])
    expect((await cast.otherStudent.get(pathOf(part))).body).toMatchObject({ status: 403, code: 'FORBIDDEN' });
});

test('staff and the student see what the student shows to nobody', async () => {
  await choose({ profile: 'nobody', progress: 'nobody', achievements: 'nobody' });
  for (const viewer of [cast.student, cast.otherTeacher, cast.admin]) {
    expect((await viewer.get(pathOf(''))).body).toMatchObject({
      firstName: marks.first_name,
      profileImage: marks.profile_image,
    });
    expect((await viewer.get(pathOf('/progress'))).body).toEqual({
      coursesCompleted: expect.any(Number),
      lessonsCompleted: expect.any(Number),
      exercisesCompleted: expect.any(Number),
      streakDays: expect.any(Number),
    });
    expect((await viewer.get(pathOf('/achievements'))).body.earned[0]).toEqual({
      type: expect.any(String),
      title: expect.any(String),
      description: expect.any(String),
      earnedAt: expect.any(String),
    });
  }
  expect((await cast.unapprovedTeacher.get(pathOf('/progress'))).status).toBe(403);
  await choose({ hideFromLookup: false });
  const found = await done(cast.otherStudent.get(`/users/lookup?username=${cast.student.username}`));
  expect(found).toMatchObject({ id: cast.student.id, profileImage: null });
});

test('classmates are people who share a course, as long as both are enrolled', async () => {
  await choose({ profile: 'classmates', progress: 'classmates', achievements: 'classmates' });
  const read = async () => [
    (await cast.otherStudent.get(pathOf(''))).body.firstName,
    (await cast.otherStudent.get(pathOf('/progress'))).status,
    (await cast.otherStudent.get(pathOf('/achievements'))).status,
  ];
  expect(await read()).toEqual([undefined, 403, 403]);
  await done(cast.otherStudent.post(`/courses/${things.course}/enrollment`));
  expect(await read()).toEqual([marks.first_name, 200, 200]);
  await done(cast.otherStudent.delete(`/courses/${things.course}/enrollment`));
  expect(await read()).toEqual([undefined, 403, 403]);
});

test('a closed account and an unknown person get the same response', async () => {
  const closed = await school.student();
  await done(cast.admin.delete(`/users/${closed.id}/activation`));
  for (const id of [closed.id, 999_999])
    for (const part of ['', '/progress', '/achievements'])
      expect((await cast.otherStudent.get(`/users/${id}${part}`)).body).toMatchObject({
        status: 404,
        code: 'USER_NOT_FOUND',
      });
});
