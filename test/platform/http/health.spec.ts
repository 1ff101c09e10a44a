import { Readiness } from '../../../src/platform/http/health/readiness';
import { School } from '../../support/school';

let school: School;
beforeAll(async () => {
  school = await School.open();
});
afterAll(() => school.close());

it('/health/ready responds 200 while the database is reachable', async () => {
  expect((await school.visitor.get('//health/ready')).body).toEqual({ status: 'ok' });
});

it('the test school creates a student with an id', async () => {
  const student = await school.student();
  expect(student.id).toBeGreaterThan(0);
});

it('a stopping server responds 503 to /health/ready and closes each connection after its response', async () => {
  const stopping = await School.open();
  expect((await stopping.visitor.get('//health/live')).headers.connection).toBe('keep-alive');
  stopping.part(Readiness).stop();
  const response = await stopping.visitor.get('//health/ready');
  expect(response).toMatchObject({ status: 503, headers: { connection: 'close' }, body: { code: 'STOPPING' } });
  expect((await stopping.visitor.get('/courses')).headers.connection).toBe('close');
  await stopping.close();
});
