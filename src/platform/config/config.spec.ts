import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Config, databaseAlone } from './config';

const folder = mkdtempSync(path.join(tmpdir(), 'teoart-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('names another database wholly: neither a pooler, nor a replica, nor a secret of the own one stays', () => {
  const secret = path.join(folder, 'url');
  writeFileSync(secret, 'postgres://school@database/teoart\n');
  const own = { NODE_ENV: 'test', DATABASE_URL_FILE: secret, DATABASE_DIRECT_URL_FILE: secret };
  const replicas = { DATABASE_REPLICA_URLS: 'postgres://school@replica/teoart' };
  expect(new Config({ ...own, ...replicas })).toMatchObject({ directUrl: 'postgres://school@database/teoart' });
  const config = new Config({ ...own, ...replicas, ...databaseAlone('sqlite:copy.sqlite3') });
  expect(config).toMatchObject({ databaseUrl: 'sqlite:copy.sqlite3', directUrl: 'sqlite:copy.sqlite3' });
  expect(config.settings.DATABASE_REPLICA_URLS).toEqual([]);
});
