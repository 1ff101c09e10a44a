import { testEngine } from '../support/database-url';
import { ComparedLedger } from './compared-ledger';
import { scale } from './scale';

/*
 * Runs random operations on the coins of 12 people. The result of each operation is compared with the reference ledger.
 *
 * After each operation, two statements check that the balance, the last sequence and the earned total of each person equal those of
 * the reference, and that the new rows equal its new rows in every column (I1–I6). If the reference refuses an operation, the ledger
 * must refuse it with the same code and add no row (I8). One operation in fifty tries to change or delete a row and must be
 * refused (I7).
 * After each 1,000th operation and at the end, the whole table must equal that of the reference, so that no old row was changed or
 * lost (I7), and the audit must find no violation.
 *
 * A new school is opened for every 10,000 operations.
 */
const operationCount = scale({ sqlite: 20_000, postgres: 10_000, long: 1_000_000 });
const operationsPerSchool = 10_000;
const seed = Number(scale.seed);

test(`${operationCount} random operations have the same results as the reference ledger (${testEngine()})`, async () => {
  const outcomeCounts = { done: 0, refused: 0, unchanged: 0 };
  for (let from = 0; from < operationCount; from += operationsPerSchool) {
    const ledger = await ComparedLedger.open(seed + from);
    try {
      for (let number = from; number < from + operationsPerSchool; number++) {
        await ledger.step().catch((error: Error) => {
          throw new Error(`Operation ${number} of seed ${seed}: ${error.message}`, { cause: error });
        });
        if (number % 1_000 === 999) await ledger.compareAll();
      }
      const outcomes = Object.keys(outcomeCounts) as (keyof typeof outcomeCounts)[];
      for (const outcome of outcomes) outcomeCounts[outcome] += ledger.outcomeCounts[outcome];
    } finally {
      await ledger.close();
    }
  }
  // The test proves little if too few operations succeed or too few are refused, so both must be frequent.
  expect(outcomeCounts.done + outcomeCounts.refused + outcomeCounts.unchanged).toBe(operationCount);
  expect(outcomeCounts.done).toBeGreaterThan(operationCount / 2);
  expect(outcomeCounts.refused).toBeGreaterThan(operationCount / 20);
  expect(outcomeCounts.unchanged).toBeGreaterThan(operationCount / 50);
}, 3_600_000);
