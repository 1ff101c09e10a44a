import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileStore } from '../../../src/platform/files/store/file-store';
import { FindingSources } from '../../../src/platform/findings/finding-sources';
import { School, type Client } from '../../support/school';
import { Server } from '../../support/server';
import { largeVideo, newFileFolder, readContent } from '../../support/stored-files';

const kills = process.env.TEST_LONG ? 100 : 3;
const uploadsAtOnce = 2;
const video = largeVideo(10 * 1_048_576);

const { settings } = newFileFolder();
let school: School;
beforeAll(async () => {
  school = await School.open({ environment: settings });
});
afterAll(() => school.close());

/** What a client of tus remembers between its attempts. */
interface Film {
  owner: Client;
  id: number | null;
  isSent: boolean;
}

async function newFilm(): Promise<Film> {
  return { owner: await school.teacher(), id: null, isSent: false };
}

/** Sends the film with a client that others have written, until it is sent or the connection ends. */
async function send(server: Server, film: Film): Promise<void> {
  // The package is an ES module.
  const { Upload } = await import('tus-js-client');
  await new Promise<void>((resolve) => {
    const upload: InstanceType<typeof Upload> = new Upload(video, {
      endpoint: `${server.url}/api/v1/uploads?purpose=lesson-video`,
      uploadUrl: film.id === null ? null : `${server.url}/api/v1/uploads/${film.id}`,
      headers: { authorization: `Bearer ${film.owner.token}` },
      metadata: { filename: 'Übung.mp4' },
      chunkSize: 2_000_000,
      retryDelays: null,
      onUploadUrlAvailable: () => (film.id = Number(upload.url!.split('/').at(-1))),
      onSuccess: () => {
        film.isSent = true;
        resolve();
      },
      onError: () => resolve(),
    });
    upload.start();
  });
}

async function round(films: readonly Film[], killAfterMs: number | null): Promise<void> {
  const server = await Server.start(school.url, { ...settings, WORKER: 'off' });
  const uploads = films.filter(({ isSent }) => !isSent).map((film) => send(server, film));
  await (killAfterMs === null ? Promise.all(uploads) : sleep(killAfterMs));
  await server.kill();
  await Promise.all(uploads);
}

test(
  `after ${kills} kills, each large file continues where the server was, and is stored whole`,
  async () => {
    const films: Film[] = [];
    for (let count = 0; count < kills; count++) {
      while (films.filter(({ isSent }) => !isSent).length < uploadsAtOnce) films.push(await newFilm());
      await round(films, Math.random() * 500);
    }
    await round(films, null);
    expect(films.every(({ isSent }) => isSent)).toBe(true);
    for (let count = 0; count < films.length; count += 10) await school.job('files:assemble');
    for (const { owner, id } of films) {
      const { body } = await owner.get(`/files/${id}`);
      expect(body).toMatchObject({ status: 'clean', fileName: 'Übung.mp4' });
      const stored = await readContent(school, body.variants[0].url);
      expect(sha256(stored.bytes)).toBe(sha256(video));
    }
    await school.clock.at(new Date(Date.now() + 2 * 3_600_000), () => school.job('files:tidy'));
    expect(await school.part(FileStore).list('', 10_000)).toHaveLength(films.length);
    await school.job('files:verify');
    const findings = await school.part(FindingSources).collect();
    expect(findings.filter(({ kind }) => /files|objects/.test(kind))).toEqual([]);
  },
  120_000 + kills * 10_000,
);

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
