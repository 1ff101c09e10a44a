import { setTimeout as sleep } from 'node:timers/promises';
import { Signals, type Keys } from '../../../src/platform/signals/signals';
import { School } from '../../support/school';

it('a subscriber still receives signals after one with an invalid format', async () => {
  const school = await School.open();
  const [signals, { dialect }] = [school.part(Signals), school.database];
  const heard: Keys[] = [];
  signals.subscribe('exhibitions', (keys) => heard.push(keys));
  const untilHeard = async (count: number): Promise<void> => {
    for (let tries = 0; heard.length < count && tries < 200; tries++) await sleep(25);
  };
  await untilHeard(1);
  for (const text of ['', 'nonsense', 'null', '{"topic":"exhibitions","keys":7}']) await dialect.signal!(text);
  await school.database.transaction(() => Promise.resolve(signals.send('exhibitions', [3, 4])));
  await untilHeard(2);
  expect(heard).toEqual([null, [3, 4]]);
  await school.close();
});
