import { aPublishedCourse } from '../../support/courses';
import { Client, School } from '../../support/school';

interface Operation {
  responses: Record<string, { headers?: Record<string, unknown> }>;
}

let school: School;
let student: Client;
beforeAll(async () => {
  school = await School.open();
  student = await school.student();
});
afterAll(() => school.close());

test('every response 201 of the document has the header Location', () => {
  const operations = Object.entries(school.document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({ path, method, operation })),
  );
  const created = operations.filter(({ operation }) => operation.responses['201']);
  expect(created.length).toBeGreaterThan(10);
  for (const { path, method, operation } of created)
    expect([method, path, Object.keys(operation.responses['201']!.headers ?? {})]).toEqual([
      method,
      path,
      expect.arrayContaining(['Location']),
    ]);
});

test('Location is the URL of the new object, also if the request is repeated with its key', async () => {
  const course = await aPublishedCourse(school, (await school.teacher()).id);
  const headers = { 'idempotency-key': 'enrol-once' };
  const first = await student.post(`/courses/${course.id}/enrollment`, undefined, headers);
  const again = await student.post(`/courses/${course.id}/enrollment`, undefined, headers);
  expect(first.headers.location).toBe(`/api/v1/me/enrollments/${first.body.id}`);
  expect(again.headers).toMatchObject({ location: first.headers.location, 'idempotency-replayed': 'true' });
  const shown = await student.get(first.headers.location!.slice('/api/v1'.length));
  expect(shown.body).toMatchObject({ ...first.body, courseTitle: expect.any(String) });
});

test('an error has no Location', async () => {
  const { status, headers } = await student.post('/coins/transfers', { recipientId: student.id, amount: 1 });
  expect([status, headers.location]).toEqual([422, undefined]);
});

test('another person gets 404 for an enrolment, and the list can be filtered by course', async () => {
  const teacher = await school.teacher();
  const courses = [await aPublishedCourse(school, teacher.id), await aPublishedCourse(school, teacher.id)];
  const person = await school.student();
  const ids = [];
  for (const { id } of courses) ids.push((await person.post(`/courses/${id}/enrollment`)).body.id);
  expect((await student.get(`/me/enrollments/${ids[0]}`)).body.code).toBe('ENROLLMENT_NOT_FOUND');
  const { data, page } = (await person.get(`/me/enrollments?courseId=${courses[0]!.id}&withTotal=true`)).body;
  expect([data.map(({ id }: { id: number }) => id), page.total]).toEqual([[ids[0]], 1]);
  await person.delete(`/courses/${courses[0]!.id}/enrollment`);
  expect((await person.get(`/me/enrollments/${ids[0]}`)).status).toBe(404);
});
