import { setTimeout as sleep } from 'node:timers/promises';
import { int, textOf } from '../../../src/platform/database/columns';
import { FileStore } from '../../../src/platform/files/store/file-store';
import { FindingSources } from '../../../src/platform/findings/finding-sources';
import { School, type Client } from '../../support/school';
import { Server } from '../../support/server';
import { formType, formWith, newFileFolder, picture } from '../../support/stored-files';

const kills = process.env.TEST_LONG ? 100 : 4;
const uploadsInEachRound = 6;

const { settings } = newFileFolder();
let school: School;
let people: Client[];
beforeAll(async () => {
  school = await School.open({ environment: settings });
});
afterAll(() => school.close());

/** Returns the id of a file whose upload the server has acknowledged, or null. */
async function send(server: Server, person: Client, form: Buffer): Promise<number | null> {
  try {
    const response = await server.fetch('/api/v1/files?purpose=profile-image', {
      method: 'POST',
      headers: { 'content-type': formType, authorization: `Bearer ${person.token}` },
      body: new Uint8Array(form),
    });
    return response.status === 201 ? ((await response.json()) as { id: number }).id : null;
  } catch {
    return null;
  }
}

const count = async (fromSql: string): Promise<number> =>
  (await school.database.row({ count: int }, `SELECT count(*) AS count FROM ${fromSql}`))!.count;

/** The process is killed after a random time, so at any step of some of the uploads. */
async function killRound(form: Buffer): Promise<number[]> {
  const server = await Server.start(school.url, { ...settings, WORKER: 'off' });
  const uploads = people.map((person) => send(server, person, form));
  await Promise.race([sleep(Math.random() * 600), Promise.all(uploads)]);
  await server.kill();
  return (await Promise.all(uploads)).filter((id) => id !== null);
}

test(
  `after ${kills} kills during uploads, the job leaves a row with its objects for each acknowledged file, and nothing else`,
  async () => {
    const form = formWith(await picture(1600, 1200).jpeg().toBuffer());
    const acknowledged: number[] = [];
    for (let round = 0; round < kills; round++) {
      people = await Promise.all(Array.from({ length: uploadsInEachRound }, () => school.student()));
      acknowledged.push(...(await killRound(form)));
    }
    // What was being received expires after an hour, and a clean file after a day.
    await school.clock.at(new Date(Date.now() + 2 * 3_600_000), () => school.job('files:tidy'));
    const states = await school.database.rows(
      { id: int, state: textOf() },
      'SELECT id, state FROM platform_storedfile',
    );
    expect(states.every(({ state }) => state === 'clean')).toBe(true);
    const kept = new Set(states.map(({ id }) => id));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    const objects = await school.part(FileStore).list('', 10_000);
    expect(objects).toHaveLength(4 * kept.size);
    await school.job('files:verify');
    expect(await count(`platform_storedfile WHERE problem <> ''`)).toBe(0);
    const findings = await school.part(FindingSources).collect();
    expect(findings.filter(({ kind }) => /files|objects/.test(kind))).toEqual([]);
  },
  60_000 + kills * 10_000,
);
