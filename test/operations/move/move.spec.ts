import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { migrations } from '../../../migrations';
import { LedgerAudit } from '../../../src/modules/rewards';
import { toJsonbText } from '../../../src/operations/move/json-text';
import { migrate } from '../../../src/platform/database/schema/migrate';
import { moveDatabase, type MovedTable } from '../../../src/operations/move/move';
import { MoveRefused, ProofFailed } from '../../../src/operations/move/move.errors';
import { extension as badges } from '../../fixtures/badges';
import { endow } from '../../rewards/ledger-state';
import { emptyDatabaseUrl } from '../../support/database-url';
import { School, type Client } from '../../support/school';
import { emptySchool, runAndKillAtLine, withFile, withServer, createTemporaryFolder, listTables } from '../two-engines';

const { file, remove } = createTemporaryFolder();
afterAll(remove);

const password = 'six-pigments-2-brushes';
const now = '2026-01-31 12:00:00.120';
const move = (from: string, to: string, more: object = {}): Promise<MovedTable[]> =>
  moveDatabase({ from, to, migrations, ...more });
const refusal = async (work: Promise<unknown>): Promise<MoveRefused> => {
  const error = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MoveRefused);
  return error as MoveRefused;
};
const toDigestTexts = (moved: MovedTable[]): Record<string, string> =>
  Object.fromEntries(moved.map(({ table, rows, sha256 }) => [table, `${rows} ${sha256}`]));

/** A school with two people who have coins, and the used id of a deleted person. */
async function createSchool(name: string): Promise<string> {
  const url = `sqlite:${await emptySchool(file(name))}`;
  const school = await School.open({ url });
  for (const username of ['ann', 'bob', 'gone'])
    await school.visitor.post('/auth/register', {
      ...{ username, email: `${username}@mail.test`, password, role: 'student' },
    });
  const ann = (await school.visitor.post('/auth/login', { login: 'ann', password })).body.user.id as number;
  await endow(school, ann, 100);
  await school.settle();
  await school.close();
  withFile(file(name), (open) => {
    open.pragma('foreign_keys = ON');
    open.prepare("DELETE FROM users_user WHERE username = 'gone'").run();
    open.prepare('UPDATE users_user SET bio = ? WHERE username = ?').run('a\tb\\c\r\n‘Ärger’ 🎨 \\N', 'ann');
    open
      .prepare('UPDATE users_usersettings SET privacy_settings = ?')
      .run('{"bb": 1.50, "a": [1e2, "\\u00e9"], "é": {}}');
    open.prepare('UPDATE users_userprogress SET average_score = 0.1 + 0.2').run();
  });
  return url;
}

/** Signs in, sends coins, and expects that the audit finds nothing. */
async function expectUsable(url: string): Promise<void> {
  const school = await School.open({ url });
  const login = await school.visitor.post('/auth/login', { login: 'ann', password });
  const bob = (await school.visitor.post('/auth/login', { login: 'bob', password })).body.user.id as number;
  const authorization = `Bearer ${login.body.accessToken as string}`;
  const sent = await school.visitor.post('/coins/transfers', { recipientId: bob, amount: 7 }, { authorization });
  expect(sent.status).toBe(201);
  const { counts } = await school.part(LedgerAudit).run();
  expect(Object.values(counts).filter((count) => count > 0)).toEqual([]);
  const next: Client = await school.student({ username: `new${Math.random()}`.slice(0, 12) });
  // The id of the deleted person is not assigned again.
  expect(next.id).toBeGreaterThan(3);
  await school.close();
}

it('lists the problems of a refused move or restore under "Nothing was changed"', () => {
  const refused = new MoveRefused([
    { place: 'target', reason: 'the database is in use: stop the processes that use it' },
  ]);
  expect(refused.message).toBe(
    'Nothing was changed: 1 problem\n  target: the database is in use: stop the processes that use it',
  );
});

describe('a move', () => {
  it('keeps every row of every table when a database is moved there and back, and both copies are usable', async () => {
    const [start, there, back] = [
      await createSchool('start.db'),
      await emptyDatabaseUrl(),
      `sqlite:${file('back.db')}`,
    ];
    const sums = { coins: 'SELECT CAST(sum(teo_coins) AS text) FROM users_user' };
    const first = toDigestTexts(await move(start, there, { sums }));
    expect(first['rewards_teocointransaction']).toMatch(/^1 /);
    expect(toDigestTexts(await move(there, back, { sums }))).toEqual(first);
    expect(
      withFile(file('back.db'), (open) => open.prepare('SELECT bio FROM users_user ORDER BY id').pluck().get()),
    ).toBe('a\tb\\c\r\n‘Ärger’ 🎨 \\N');
    for (const url of [start, there, back]) await expectUsable(url);
    expect(readdirSync(path.dirname(file('')))).not.toContainEqual(expect.stringContaining('moving'));
  });

  it('leaves a moved database with the same schema as a migrated one, including triggers', async () => {
    const from = `sqlite:${await emptySchool(file('bare.db'))}`;
    const [to, migrated] = [await emptyDatabaseUrl(), await emptyDatabaseUrl()];
    await move(from, to);
    await migrate(migrated, migrations);
    const catalogue = (url: string) =>
      withServer(url, async (server) => {
        const constraints = await server.query(`SELECT conrelid::regclass::text AS t, conname, convalidated,
          pg_get_constraintdef(oid) AS d FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2`);
        const indexes = await server.query(
          `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`,
        );
        const triggers = await server.query(
          'SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1',
        );
        // Casts are removed, because PostgreSQL writes the casts of a list differently after a condition was read from its text.
        return JSON.stringify([constraints.rows, indexes.rows, triggers.rows]).replaceAll(
          /::text|::character varying|\[\]|[()]/g,
          '',
        );
      });
    expect(await catalogue(to)).toEqual(await catalogue(migrated));
    await move(to, `sqlite:${file('bare-back.db')}`);
    const schema = (name: string) =>
      withFile(file(name), (open) =>
        open.prepare("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2").all(),
      );
    expect(schema('bare-back.db')).toEqual(schema('bare.db'));
  });

  it('moves the tables of an extension module', async () => {
    const list = [...migrations, ...badges.migrations];
    const from = await emptySchool(file('badges.db'), list);
    const to = await emptyDatabaseUrl();
    const moved = await moveDatabase({ from: `sqlite:${from}`, to, migrations: list });
    expect(moved.map(({ table }) => table)).toEqual(expect.arrayContaining(['badges_badge', 'rewards_chain_cursor']));
    const { problems } = await refusal(move(`sqlite:${from}`, await emptyDatabaseUrl()));
    expect(problems.map(({ reason }) => reason).join()).toMatch(/Badges1764000100000/);
  });
});

describe('names beyond A to Z', () => {
  it('moves two people whose names differ only in the case of non-ASCII letters, because both engines keep them apart', async () => {
    const from = await emptySchool(file('two-cases.db'));
    withFile(from, (open) => {
      const person =
        open.prepare(`INSERT INTO users_user (id, username, email, password, date_joined, created_at, updated_at)
        VALUES (?, ?, ?, '!', ?, ?, ?)`);
      for (const [at, name] of ['Ärger', 'ärger', 'aİsha', 'aisha', '\u212Ai', 'ki'].entries())
        person.run(at + 1, name, `${at}@x`, now, now, now);
    });
    const there = await emptyDatabaseUrl();
    await move(`sqlite:${from}`, there);
    const back = file('two-cases-back.db');
    expect(toDigestTexts(await move(there, `sqlite:${back}`)).users_user).toMatch(/^6 /);
  });

  it('refuses names that collide in PostgreSQL because an index of an extension module uses lower() with a locale', async () => {
    class Labels1764000200000 implements MigrationInterface {
      name = 'Labels1764000200000';
      async up(runner: QueryRunner): Promise<void> {
        await runner.query('CREATE TABLE labels_label (id bigint PRIMARY KEY, name varchar(50) NOT NULL)');
        await runner.query('CREATE UNIQUE INDEX labels_label_nocase ON labels_label (lower(name))');
      }
      async down(runner: QueryRunner): Promise<void> {
        await runner.query('DROP TABLE labels_label');
      }
    }
    const list = [...migrations, Labels1764000200000];
    const from = await emptySchool(file('labels.db'), list);
    withFile(from, (open) => open.exec("INSERT INTO labels_label VALUES (1, 'Ärger'), (2, 'ärger')"));
    const moving = moveDatabase({ from: `sqlite:${from}`, to: await emptyDatabaseUrl(), migrations: list });
    expect((await refusal(moving)).message).toMatch(
      /labels_label\.name: equal in the target except for upper and lower case.*ärger/i,
    );
  });
});

describe('a database that cannot be moved', () => {
  it('refuses an SQLite file with all of its problems at once, and writes nothing', async () => {
    const from = await emptySchool(file('broken.db'));
    withFile(from, (open) => {
      for (const setting of ['foreign_keys = OFF', 'ignore_check_constraints = ON']) open.pragma(setting);
      const person =
        open.prepare(`INSERT INTO users_user (id, username, email, password, date_joined, created_at, updated_at, is_staff, bio)
        VALUES (?, ?, ?, '!', ?, ?, ?, ?, ?)`);
      person.run(1, 'Ärger', 'a@x', now, now, now, 0, 'a\0b');
      person.run(2, 'ärger', 'b@x', now, 'yesterday', now, 7, '');
      person.run(3, 'x'.repeat(151), 'c@x', '2026-02-30 00:00:00.000', now, now, 0, Buffer.from([1]));
      open.prepare("UPDATE users_user SET teo_coins = 3000000000, bio = CAST(x'ff41' AS text) WHERE id = 2").run();
      open
        .prepare(
          'INSERT INTO users_usersettings (user_id, privacy_settings, created_at, updated_at) VALUES (99, \'["\\u0000"]\', ?, ?)',
        )
        .run(now, now);
      open.prepare("UPDATE users_user SET role = 'emperor' WHERE id = 3").run();
    });
    const to = await emptyDatabaseUrl();
    const { message } = await refusal(move(`sqlite:${from}`, to));
    for (const expected of [
      /users_user\.bio: holds a NUL character \(1 row\), for example id 1/,
      /users_user\.bio: not valid UTF-8 \(1 row\), for example id 2/,
      /users_user\.bio: not text \(1 row\), for example id 3/,
      /users_user\.username: longer than 150 characters \(1 row\), for example id 3/,
      /users_user\.created_at: not a time.*id 2/,
      /users_user\.date_joined: not a time.*id 3/,
      /users_user\.is_staff: neither 0 nor 1.*id 2/,
      /users_user\.teo_coins: outside the range of int4.*id 2/,
      /users_usersettings\.privacy_settings: not JSON that PostgreSQL can store/,
      /users_usersettings: refers to missing rows of users_user \(1 row\), for example id 1/,
      /CHECK constraint failed in users_user/,
    ])
      expect(message).toMatch(expected);
    expect(await listTables(to)).toEqual([]);
  });

  it('refuses a PostgreSQL database with all of its problems at once, and writes nothing', async () => {
    const from = await emptyDatabaseUrl();
    await move(`sqlite:${await emptySchool(file('fine.db'))}`, from);
    await withServer(from, async (server) => {
      await server.query(`SET session_replication_role = replica;
        INSERT INTO users_user (id, username, email, password, date_joined, created_at, updated_at)
          VALUES (1, 'ann', 'a@x', '!', 'infinity', now(), now());
        INSERT INTO users_userprogress (user_id, average_score, updated_at) VALUES (99, 'NaN', '12345-01-01')`);
    });
    const { message } = await refusal(move(from, `sqlite:${file('never.db')}`));
    expect(message).toMatch(/users_user\.date_joined: outside the years 1 to 9999 \(1 row\), for example id 1/);
    expect(message).toMatch(/users_userprogress\.average_score: NaN/);
    expect(message).toMatch(/users_userprogress\.user_id: refers to missing rows of users_user/);
    expect(existsSync(file('never.db'))).toBe(false);
  });
});

describe('a move is refused', () => {
  it('refuses a target that has rows, and does not change it', async () => {
    const [start, there] = [await createSchool('twice.db'), await emptyDatabaseUrl()];
    await move(start, there);
    expect((await refusal(move(start, there))).message).toMatch(/users_user: this table of the target has rows/);
    const before = readFileSync(file('twice.db'));
    expect((await refusal(move(there, start))).message).toMatch(/users_user: this table of the target has rows/);
    expect(readFileSync(file('twice.db')).equals(before)).toBe(true);
  });

  it('refuses to move while another process uses the source or the target', async () => {
    const from = await emptySchool(file('used.db'));
    const to = await emptyDatabaseUrl();
    const user = await School.open({ url: `sqlite:${from}` });
    expect((await refusal(move(`sqlite:${from}`, to))).message).toMatch(/another process has the file open/);
    await user.close();
    await move(`sqlite:${from}`, to);
    await withServer(to, async (server) => {
      const back = `sqlite:${file('used-back.db')}`;
      expect((await refusal(move(to, back))).message).toMatch(/other sessions are connected/);
      await server.query('BEGIN; LOCK TABLE users_user IN ROW EXCLUSIVE MODE');
      expect((await refusal(move(to, back, { whileConnected: true }))).message).toMatch(
        /the database is being written to/,
      );
      await server.query('ROLLBACK');
      await move(to, back, { whileConnected: true });
      await server.query('BEGIN; LOCK TABLE users_user IN ACCESS SHARE MODE');
      expect((await refusal(move(`sqlite:${from}`, to))).message).toMatch(/target: the database is in use/);
      await server.query('ROLLBACK');
    });
  });

  it('refuses different migrations, a missing source file, equal engines and unknown engines', async () => {
    const old = await emptySchool(file('old.db'), migrations.slice(0, -1));
    expect((await refusal(move(`sqlite:${old}`, await emptyDatabaseUrl()))).message).toMatch(
      /the migration \w+\d{13} is missing/,
    );
    expect((await refusal(move(`sqlite:${file('lost.db')}`, await emptyDatabaseUrl()))).message).toMatch(
      /the file does not exist/,
    );
    expect((await refusal(move(`sqlite:${old}`, `sqlite:${file('x.db')}`))).message).toMatch(/same engine/);
    expect((await refusal(move('mysql://x', `sqlite:${old}`))).message).toMatch(/must start with/);
  });

  it('leaves no target when the copy differs from the source after everything was written', async () => {
    const from = `sqlite:${await emptySchool(file('unproved.db'))}`;
    const to = await emptyDatabaseUrl();
    const sums = { chance: 'SELECT CAST(random() AS text)' };
    await expect(move(from, to, { sums })).rejects.toThrow(ProofFailed);
    expect(await listTables(to)).toEqual([]);
    await move(from, to);
    await expect(move(to, `sqlite:${file('unproved-back.db')}`, { sums })).rejects.toThrow(
      /chance: .* in the source, .* in the copy/,
    );
    expect(existsSync(file('unproved-back.db'))).toBe(false);
  });
});

describe('a process that is killed', () => {
  it.each(['Copying rewards_teocoin', 'Building indexes', 'Verifying rewards_teocoin'])(
    'leaves the target unchanged when the process is killed at "%s", in both directions',
    async (line) => {
      const name = `killed-${line.replaceAll(' ', '-')}.db`;
      const [from, to] = [await createSchool(name), await emptyDatabaseUrl()];
      expect(await runAndKillAtLine(line, ['db:move', '--from', from, '--to', to])).toBe('SIGKILL');
      expect(await listTables(to)).toEqual([]);
      const moved = toDigestTexts(await move(from, to));
      const back = file(`back-${name}`);
      expect(await runAndKillAtLine(line, ['db:move', '--from', to, '--to', `sqlite:${back}`])).toBe('SIGKILL');
      expect(existsSync(back)).toBe(false);
      // whileConnected is needed, because the server notices the end of the killed process a moment later.
      expect(toDigestTexts(await move(to, `sqlite:${back}`, { whileConnected: true }))).toEqual(moved);
    },
  );
});

it('writes JSON in the same form as PostgreSQL', async () => {
  await withServer(await emptyDatabaseUrl(), async (server) => {
    const storable = fc.json({ stringUnit: 'binary' }).filter((text) => !text.includes('\\u0000'));
    const numbers = fc.stringMatching(/^-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?$/);
    const samples = [...fc.sample(storable, 300), ...fc.sample(numbers, 300), '{"b":1,"a":2,"aa":3,"é":4,"a":5}'];
    const { rows } = await server.query<{ written: string }>(
      'SELECT value::jsonb::text AS written FROM unnest($1::text[]) WITH ORDINALITY AS given (value, place) ORDER BY place',
      [samples],
    );
    expect(samples.map(toJsonbText)).toEqual(rows.map(({ written }) => written));
  });
});
