import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { DatabaseUnavailable } from '../../../src/platform/errors/unavailable.errors';
import { School, type Client } from '../../support/school';

let school: School;
let file: string;
let ada: Client;
const fatal = jest.spyOn(Logger.prototype, 'fatal').mockImplementation(() => undefined);
beforeEach(async () => {
  school = await School.open();
  file = school.url.slice('sqlite:'.length);
  ada = await school.student();
  fatal.mockClear();
});
afterEach(() => school.close());

const takeAway = (): void => renameSync(file, `${file}-away`);

it.each([
  ['deleted', () => rmSync(file)],
  ['moved away', () => takeAway()],
  ['replaced by a copy of it', () => (takeAway(), copyFileSync(`${file}-away`, file))],
])(
  'after the database file was %s, writes get a 503, readiness fails and one fatal log line says why',
  async (_, happens) => {
    happens();
    for (let index = 0; index < 3; index++) {
      const { status, body } = await ada.patch('/me', { bio: `lost ${index}` });
      expect([status, body.code]).toEqual([503, 'DATABASE_UNAVAILABLE']);
    }
    expect((await ada.get('//health/ready')).status).toBe(503);
    expect((await ada.get('//health/live')).status).toBe(200);
    expect(fatal).toHaveBeenCalledTimes(1);
    expect(fatal.mock.calls[0]![0]).toContain(`${file} was deleted or replaced while it was open. Writes are refused`);
  },
);

it('a commit into a file that was deleted meanwhile is not acknowledged', async () => {
  const work = school.database.transaction(async () => {
    await school.database.run('UPDATE users_user SET bio = $1 WHERE id = $2', ['lost', ada.id]);
    rmSync(file);
  });
  await expect(work).rejects.toThrow(DatabaseUnavailable);
});

it('writes work again when the database file is back', async () => {
  takeAway();
  expect((await ada.patch('/me', { bio: 'no' })).status).toBe(503);
  renameSync(`${file}-away`, file);
  expect((await ada.patch('/me', { bio: 'back' })).body.bio).toBe('back');
  expect((await ada.get('//health/ready')).status).toBe(200);
});
