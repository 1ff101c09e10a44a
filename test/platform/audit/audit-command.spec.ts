import { AuditSealing } from '../../../src/platform/audit/audit-sealing';
import { freshDatabaseUrl } from '../../support/database-url';
import { School } from '../../support/school';
import { cli } from '../../support/server';

/** Each command starts a process. */
jest.setTimeout(300_000);
const password = 'six pigments and two brushes';

test('audit:verify proves the chain, and fails for a head that the log does not have', async () => {
  const url = await freshDatabaseUrl();
  await cli(url, ['admin:create', '--username', 'ada', '--email', 'ada@school.test'], password);
  const school = await School.open({ url });
  const head = await school.part(AuditSealing).sealAll();
  const actors = await school.database.rows({ kind: String }, 'SELECT actor_kind AS kind FROM platform_auditentry');
  await school.close();
  expect(actors).toEqual([{ kind: 'command' }]);
  expect(await cli(url, ['audit:verify', '--head', `1:${head!.hash}`])).toContain(
    '1 entries are verified, 0 are not sealed yet',
  );
  const otherHead = ['audit:verify', '--head', `1:${'0'.repeat(64)}`];
  await expect(cli(url, otherHead)).rejects.toThrow(/exited with 1:[^]*broken at entry 1: the entry has another hash/);
});
