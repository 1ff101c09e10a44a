import { Config } from '../../config/config';
import { UploadSlots } from './upload-slots';

const slotsFor = (count: number): UploadSlots =>
  new UploadSlots(new Config({ NODE_ENV: 'test', FILE_UPLOADS_AT_ONCE: String(count) }));
const withoutEnd = (): Promise<never> => new Promise(() => undefined);
const once = (slots: UploadSlots, personId: number): Promise<string> =>
  slots.use(personId, () => Promise.resolve('done'));

it('UploadSlots lets a person send three files at once, and others their own', async () => {
  const slots = slotsFor(10);
  for (let count = 0; count < 3; count++) void slots.use(1, withoutEnd);
  await expect(once(slots, 1)).rejects.toMatchObject({ code: 'TOO_MANY_UPLOADS' });
  expect(await once(slots, 2)).toBe('done');
});

it('UploadSlots refuses more uploads than the process receives at once, and frees the place of one that failed', async () => {
  const slots = slotsFor(2);
  void slots.use(1, withoutEnd);
  let fail = (_error: Error): void => undefined;
  const failing = slots.use(2, () => new Promise((_resolve, reject) => (fail = reject)));
  await expect(once(slots, 3)).rejects.toMatchObject({ code: 'UPLOADS_BUSY' });
  fail(new Error('ended'));
  await expect(failing).rejects.toThrow('ended');
  expect(await once(slots, 3)).toBe('done');
});
