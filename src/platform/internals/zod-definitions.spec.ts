import { z } from 'zod';
import { rule } from '../http/rules';
import { discriminatorOf, isTrimmed, namedRulesOf } from './zod-definitions';

test('the rules of a schema are those that refine added with a name', () => {
  const even = z
    .int()
    .refine((value) => value % 2 === 0, rule('even', 'Must be even'))
    .refine((value) => value !== 4, 'Must not be 4');
  expect(namedRulesOf(even)).toEqual([{ rule: 'even', message: 'Must be even' }]);
  expect(namedRulesOf(z.string())).toEqual([]);
});

test('a text that is trimmed is told from one that is not', () => {
  expect([z.string().trim().min(1), z.string().min(1)].map(isTrimmed)).toEqual([true, false]);
});

test('the tag of a union has a value for each of its schemas', () => {
  const shape = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('dot') }),
    z.object({ kind: z.enum(['line', 'curve']) }),
  ]);
  expect(discriminatorOf(shape)).toEqual({ name: 'kind', values: [['dot'], ['line', 'curve']] });
  expect(discriminatorOf(z.union([z.string(), z.null()]))).toBeUndefined();
});
