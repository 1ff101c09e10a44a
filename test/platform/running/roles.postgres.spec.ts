import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { onServer } from '../../support/postgres-databases';
import { School } from '../../support/school';

/** Roles belong to the whole cluster, which other tests use too, so these have unique names. */
const mark = randomUUID().slice(0, 8);
const named = (text: string): string => text.replaceAll(/\bteoart(?=[_\s;]|$)/g, `teoart_${mark}`);
const [atServer = '', atDatabase = ''] = named(readFileSync(path.join(__dirname, '../../../docker/roles.sql'), 'utf8'))
  .replaceAll(/:'\w+'/g, "'secret'")
  .split(/^\\connect .*$/m);
const urlAs = (role: string): string =>
  Object.assign(new URL(process.env.TEST_POSTGRES_URL!), {
    ...{ pathname: named('teoart'), username: role && named(role), password: 'secret' },
  }).href;
const superuserUrl = (): string =>
  Object.assign(new URL(process.env.TEST_POSTGRES_URL!), { pathname: named('teoart') }).href;

const statementsOf = (sql: string): string[] =>
  sql
    .replaceAll(/^--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter(Boolean);

async function run(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statementsOf(sql)) await client.query(statement);
  } finally {
    await client.end();
  }
}

let school: School | undefined;
beforeAll(async () => {
  await onServer(async (client) => {
    for (const statement of statementsOf(atServer)) await client.query(statement);
  });
  await run(superuserUrl(), atDatabase);
  const environment = { DATABASE_DIRECT_URL: urlAs('teoart_owner') };
  school = await School.open({ url: urlAs('teoart_app'), environment });
});
afterAll(async () => {
  await school?.close();
  await onServer(async (client) => {
    await client.query(named('DROP DATABASE IF EXISTS teoart WITH (FORCE)'));
    for (const role of ['teoart_owner', 'teoart_app']) await client.query(`DROP ROLE IF EXISTS ${named(role)}`);
  });
});

test('the application runs with a role that is not a superuser and owns nothing', async () => {
  const [ann, bob, admin] = [await school!.student(), await school!.student(), await school!.admin()];
  expect((await admin.post('/rewards/manual', { userId: ann.id, amount: 5, reason: 'Well hung' })).status).toBe(201);
  expect((await ann.post('/coins/transfers', { recipientId: bob.id, amount: 5 })).status).toBe(201);
  await school!.settle();
  expect(await school!.job('rewards:audit')).toBeDefined();
  expect((await admin.get('/operations/database')).status).toBe(200);
});

test.each([
  ['ALTER TABLE rewards_teocointransaction DISABLE TRIGGER ALL'],
  ['DROP TRIGGER rewards_ledger_update ON rewards_teocointransaction'],
  [
    'CREATE OR REPLACE FUNCTION rewards_refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
  ],
  ['TRUNCATE rewards_teocointransaction'],
  ["SET session_replication_role = 'replica'"],
  ['CREATE TABLE mine (id int)'],
])('the role of the application may not %s', async (statement) => {
  const client = new Client({ connectionString: urlAs('teoart_app') });
  await client.connect();
  try {
    await expect(client.query(statement)).rejects.toThrow(/permission denied|must be owner/);
  } finally {
    await client.end();
  }
});
