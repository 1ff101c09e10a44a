import { AuditLog } from '../../../src/platform/audit/audit-log';
import { AuditSealing } from '../../../src/platform/audit/audit-sealing';
import { AuditVerification } from '../../../src/platform/audit/audit-verification';
import { School } from '../../support/school';

let school: School;
beforeAll(async () => {
  school = await School.open();
});
afterAll(() => school.close());

/** Records an entry in a transaction that stays open until `end` is called. */
async function recordAndWait(): Promise<{ end: () => void; committed: Promise<void> }> {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  let committed = Promise.resolve();
  await new Promise<void>((written, fail) => {
    committed = school.database.transaction(async () => {
      await insertEntry('test.waited');
      written();
      await ended;
    });
    committed.catch(fail);
  });
  return { end, committed };
}

async function insertEntry(action: string): Promise<void> {
  school.part(AuditLog).record({ action, object: ['tests', 1] });
  await school.database.flush();
}

const record = (): Promise<void> => school.database.transaction(() => insertEntry('test.passed'));

test('neither writers nor the sealing wait for an open transaction, and its entry is sealed later', async () => {
  const late = await recordAndWait();
  await Promise.all(Array.from({ length: 20 }, record));
  const first = await school.part(AuditSealing).sealAll();
  late.end();
  await late.committed;
  const second = await school.part(AuditSealing).sealAll();
  expect(second).toMatchObject({ sealed: 1, sequence: first!.sequence + 1 });
  expect(await school.part(AuditVerification).verify()).toEqual({
    verified: second!.sequence,
    unsealed: 0,
    firstBreak: null,
  });
});

test('two sealings at the same time give each entry one place', async () => {
  await Promise.all(Array.from({ length: 20 }, record));
  const results = await Promise.allSettled([1, 2, 3].map(() => school.part(AuditSealing).sealAll()));
  expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
  expect(await school.part(AuditVerification).verify()).toMatchObject({ unsealed: 0, firstBreak: null });
});
