import { migrations } from '../../../migrations';
import { moveDatabase } from '../../../src/operations/move/move';
import { AuditSealing } from '../../../src/platform/audit/audit-sealing';
import { AuditVerification } from '../../../src/platform/audit/audit-verification';
import { emptyDatabaseUrl } from '../../support/database-url';
import { School } from '../../support/school';
import { createTemporaryFolder, emptySchool } from '../two-engines';

const { file, remove } = createTemporaryFolder();
afterAll(remove);

/** Acts, seals what was recorded and verifies the chain. @returns the number of entries in the chain */
async function actAndSeal(url: string, names: string): Promise<number> {
  const school = await School.open({ url });
  const admin = await school.person('admin', { username: `${names}-admin` });
  const student = await school.student({ username: `${names}-student` });
  await admin.post('/rewards/manual', { userId: student.id, amount: 5, reason: 'Hung the exhibition' });
  await school.part(AuditSealing).sealAll();
  const { verified, firstBreak } = await school.part(AuditVerification).verify();
  await school.close();
  expect(firstBreak).toBeNull();
  return verified;
}

test('the chain of the audit log stays whole when a school moves to the other engine and back, and it continues there', async () => {
  const first = `sqlite:${await emptySchool(file('first.sqlite3'))}`;
  const server = await emptyDatabaseUrl();
  const last = `sqlite:${file('last.sqlite3')}`;
  const counts = [await actAndSeal(first, 'first')];
  await moveDatabase({ from: first, to: server, migrations });
  counts.push(await actAndSeal(server, 'server'));
  await moveDatabase({ from: server, to: last, migrations });
  counts.push(await actAndSeal(last, 'last'));
  expect(counts[0]).toBeGreaterThan(0);
  expect(counts[1]).toBeGreaterThan(counts[0]!);
  expect(counts[2]).toBeGreaterThan(counts[1]!);
});
