import { Readable } from 'node:stream';
import { Config } from '../../../src/platform/config/config';
import { json } from '../../../src/platform/database/columns';
import { FileStore } from '../../../src/platform/files/store/file-store';
import { VirusScanner } from '../../../src/platform/files/scanner/virus-scanner';
import { FindingSources } from '../../../src/platform/findings/finding-sources';
import { startChildScript } from '../../support/child-script';
import { clamTestFile, FakeClamd, missingClamd } from '../../support/clamd';
import { School, type Client } from '../../support/school';
import { newFileFolder, picture, registerPurpose, upload } from '../../support/stored-files';

const pdf = (words: string): Buffer => Buffer.from(`%PDF-1.4\n1 0 obj<<>>endobj\n% ${words}\ntrailer<<>>\n%%EOF\n`);

describe('a school with a virus scanner', () => {
  let clamd: FakeClamd;
  let school: School;
  let student: Client;
  beforeAll(async () => {
    clamd = await FakeClamd.start();
    const environment = { ...newFileFolder().settings, CLAMD_URL: clamd.url, CLAMD_TIMEOUT_MS: '200' };
    school = await School.open({ environment });
    registerPurpose(school, 'test');
    student = await school.student();
  });
  beforeEach(() => {
    clamd.behaviour = 'works';
  });
  afterAll(async () => {
    await school.close();
    await clamd.stop();
  });

  const send = async (bytes: Buffer): Promise<{ status: number; body: any; headers: any }> =>
    upload(school, student, { bytes, purpose: 'test' });
  const objects = async (): Promise<unknown[]> => school.part(FileStore).list('', 100);

  test('it reads all bytes of each file before anything of it is kept', async () => {
    const bytes = await picture(900, 900).png().toBuffer();
    expect((await send(bytes)).status).toBe(201);
    expect(clamd.sizes.at(-1)).toBe(bytes.length);
  });

  test('a harmful file is refused, counted and in the audit log, and nothing of it is kept', async () => {
    const before = await objects();
    expect(await send(pdf('harmful'))).toMatchObject({ status: 422, body: { code: 'FILE_INFECTED' } });
    expect(await objects()).toEqual(before);
    const [entry] = await school.database.rows(
      { detail: json },
      `SELECT detail FROM platform_auditentry WHERE action = 'files.infected-file-refused'`,
    );
    expect(entry?.detail).toEqual({ purpose: 'test', signature: 'Test.Signature' });
    const { body } = await school.app.inject({ url: '/metrics' });
    expect(body).toContain('teoart_file_uploads_total{result="FILE_INFECTED"} 1');
  });

  test.each(['hangs', 'closes', 'refuses'] as const)(
    'a scanner that %s gives 503 and a finding, keeps nothing, and a retry works',
    async (behaviour) => {
      const before = await objects();
      clamd.behaviour = behaviour;
      expect(await send(pdf('good'))).toMatchObject({
        status: 503,
        body: { code: 'VIRUS_SCANNER_UNAVAILABLE' },
        headers: { 'retry-after': '60' },
      });
      expect(await objects()).toEqual(before);
      const kinds = (await school.part(FindingSources).collect()).map(({ kind }) => kind);
      expect(kinds).toContain('virus-scanner-away');
      clamd.behaviour = 'works';
      expect((await send(pdf('good'))).status).toBe(201);
    },
  );
});

test('the address of the scanner is checked at the start', () => {
  const withAddress = (url: string) => () => new Config({ NODE_ENV: 'test', CLAMD_URL: url });
  for (const url of ['tcp://host:3310', 'tcp://[::1]:3310', 'unix:/run/clamd.ctl'])
    expect(withAddress(url)).not.toThrow();
  for (const url of ['host:3310', 'tcp://host', 'tcp://host:99999', 'unix:clamd.ctl'])
    expect(withAddress(url)).toThrow('CLAMD_URL');
});

const describeWithClamd = missingClamd ? describe.skip : describe;
describeWithClamd(`the real clamd${missingClamd ? ` (skipped: ${missingClamd})` : ''}`, () => {
  test('it finds a program within a PDF and an archive, accepts others, and refuses what is too long', async () => {
    const clamd = await startChildScript('clamd.mjs');
    const scanner = new VirusScanner(new Config({ NODE_ENV: 'test', CLAMD_URL: clamd.firstLine }));
    const check = (bytes: Buffer): Promise<void> => scanner.check(() => Readable.from(inParts(bytes)));
    for (const name of ['clam.exe', 'clam.pdf', 'clam.impl.zip'])
      await expect(check(clamTestFile(name))).rejects.toMatchObject({
        signature: expect.stringMatching(/^Test\.File/),
      });
    await expect(check(Buffer.alloc(10_000_000))).resolves.toBeUndefined();
    await expect(check(Buffer.alloc(30_000_000))).rejects.toMatchObject({ code: 'VIRUS_SCANNER_UNAVAILABLE' });
    await clamd.end();
  });
});

function* inParts(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
