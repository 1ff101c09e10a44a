import { testEngine } from '../support/database-url';
import { JudgedLedger } from './compared-ledger';
import { scale } from './scale';

/*
 * Random operations on 12 people, each judged by the reference model. What is checked when:
 *
 * After every operation, with two statements: everybody's balance, last sequence and earned total equal the reference's, and the
 * rows that are new are exactly its rows, in every column (I1–I6). A refusal is the reference's refusal, and nothing is
 * new after it (I8). One operation in fifty tries to change or delete a row, and must be refused (I7).
 * After every thousandth and at the end: the whole table equals the reference's, row by row, so that nothing old was changed or lost
 * (I7), and the audit finds nothing.
 *
 * A new school is opened for every 10,000 operations.
 */
const operations = scale({ sqlite: 20_000, postgres: 10_000, long: 1_000_000 });
const perSchool = 10_000;
const seed = Number(scale.seed);

test(`${operations} random operations agree with the reference (${testEngine()})`, async () => {
  const tally = { done: 0, refused: 0, nothing: 0 };
  for (let from = 0; from < operations; from += perSchool) {
    const ledger = await JudgedLedger.open(seed + from);
    try {
      for (let at = from; at < from + perSchool; at++) {
        await ledger.step().catch((error: Error) => {
          throw new Error(`Operation ${at} of seed ${seed}: ${error.message}`, { cause: error });
        });
        if (at % 1_000 === 999) await ledger.proveAll();
      }
      for (const outcome of Object.keys(tally) as (keyof typeof tally)[]) tally[outcome] += ledger.tally[outcome];
    } finally {
      await ledger.close();
    }
  }
  // A mix in which hardly anything happens, or is refused, would prove little.
  expect(tally.done + tally.refused + tally.nothing).toBe(operations);
  expect(tally.done).toBeGreaterThan(operations / 2);
  expect(tally.refused).toBeGreaterThan(operations / 20);
  expect(tally.nothing).toBeGreaterThan(operations / 50);
}, 3_600_000);
