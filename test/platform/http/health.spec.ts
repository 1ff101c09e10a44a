import { School } from '../../support/school';

let school: School;
beforeAll(async () => {
  school = await School.open();
});
afterAll(() => school.close());

it('is ready while the database answers', async () => {
  expect((await school.visitor.get('//health/ready')).body).toEqual({ status: 'ok' });
});

it('makes people who can sign in', async () => {
  const student = await school.student();
  expect(student.id).toBeGreaterThan(0);
});
