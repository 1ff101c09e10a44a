import { School } from '../../support/school';
import { findBodiesBeyondLimit } from './openapi-body-sizes';
import { findGaps } from './openapi-gaps';

let school: School;
beforeAll(async () => {
  school = await School.open();
});
afterAll(() => school.close());

test('every operation of the school has a summary, and every JSON schema has a name and an example', () => {
  expect(Object.keys(school.document.paths).length).toBeGreaterThan(10);
  expect(findGaps(school.document)).toEqual([]);
});

test('the body limit of every route fits the longest body that its schema allows, in any script', () => {
  expect(findBodiesBeyondLimit(school.document)).toEqual([]);
});
