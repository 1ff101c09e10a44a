import { School } from '../../support/school';
import { bodiesBeyondLimit } from './openapi-body-sizes';
import { gaps } from './openapi-gaps';

let school: School;
beforeAll(async () => {
  school = await School.open();
});
afterAll(() => school.close());

test('the document of the school has a summary, a name and an example for everything', () => {
  expect(Object.keys(school.document.paths).length).toBeGreaterThan(10);
  expect(gaps(school.document)).toEqual([]);
});

test('every route takes the longest body that its schema allows, in any script', () => {
  expect(bodiesBeyondLimit(school.document)).toEqual([]);
});
