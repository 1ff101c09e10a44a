import { statSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { School } from '../../support/school';

const MB = 1024 * 1024;

let school: School;
let file: string;
beforeAll(async () => {
  school = await School.open();
  file = school.url.slice('sqlite:'.length);
  await school.database.transaction(() => school.database.run('CREATE TABLE filler (words text)', []));
});
afterAll(() => school.close());

const fill = (megabytes: number): Promise<unknown> =>
  school.database.transaction(() =>
    school.database.run('INSERT INTO filler (words) VALUES ($1)', ['x'.repeat(megabytes * MB)]),
  );
const size = (path: string): number => statSync(path).size;

test('a write-ahead log that a commit has filled is copied into the file after the commit and not during it', async () => {
  const before = size(file);
  await fill(8);
  const [fileAtCommit, logAtCommit] = [size(file), size(`${file}-wal`)];
  await turn();
  expect({ fileAtCommit, isLogFull: logAtCommit > 8 * MB }).toEqual({ fileAtCommit: before, isLogFull: true });
  expect(size(file)).toBeGreaterThan(8 * MB);
});

test('a write-ahead log that was copied starts again and is truncated to four megabytes', async () => {
  await fill(8);
  await turn();
  await fill(0.01);
  expect(size(`${file}-wal`)).toBeLessThanOrEqual(4 * MB);
});

test('the next writer waits until the write-ahead log is copied, and then writes', async () => {
  const writes = [fill(8), fill(8), fill(0.01)];
  await Promise.all(writes);
  await turn();
  const rows = await school.database.rows({ count: Number }, 'SELECT count(*) AS count FROM filler', []);
  expect(rows[0]!.count).toBe(6);
});

test('a long transaction lets other work of the event loop run between its statements', async () => {
  const slow = `INSERT INTO filler (words) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
    SELECT 'x' FROM n WHERE i = 0`;
  let turns = 0;
  let runs = true;
  const count = (): void => void (runs && (turns++, setImmediate(count)));
  await school.database.transaction(async () => {
    setImmediate(count);
    for (let sent = 0; sent < 10; sent++) await school.database.run(slow, []);
  });
  runs = false;
  expect(turns).toBeGreaterThanOrEqual(8);
});
