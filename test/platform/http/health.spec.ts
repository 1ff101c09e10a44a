import { Readiness } from '../../../src/platform/http/readiness';
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

it('says so when it stops, and ends each connection with the answer: none may hold the process', async () => {
  const stopping = await School.open();
  expect((await stopping.visitor.get('//health/live')).headers.connection).toBe('keep-alive');
  stopping.part(Readiness).stop();
  const answer = await stopping.visitor.get('//health/ready');
  expect(answer).toMatchObject({ status: 503, headers: { connection: 'close' }, body: { code: 'STOPPING' } });
  expect((await stopping.visitor.get('/courses')).headers.connection).toBe('close');
  await stopping.close();
});
