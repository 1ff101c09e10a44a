import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Config, otherDatabaseSettings } from './config';

const folder = mkdtempSync(path.join(tmpdir(), 'teoart-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('otherDatabaseSettings clears the pooler, the replicas and the secret files of the configured database', () => {
  const secret = path.join(folder, 'url');
  writeFileSync(secret, 'postgres://school@database/teoart\n');
  const own = { NODE_ENV: 'test', DATABASE_URL_FILE: secret, DATABASE_DIRECT_URL_FILE: secret };
  const replicas = { DATABASE_REPLICA_URLS: 'postgres://school@replica/teoart' };
  expect(new Config({ ...own, ...replicas })).toMatchObject({ directUrl: 'postgres://school@database/teoart' });
  const config = new Config({ ...own, ...replicas, ...otherDatabaseSettings('sqlite:copy.sqlite3') });
  expect(config).toMatchObject({ databaseUrl: 'sqlite:copy.sqlite3', directUrl: 'sqlite:copy.sqlite3' });
  expect(config.settings.DATABASE_REPLICA_URLS).toEqual([]);
});

describe('in production', () => {
  const secret = 'Zk3vQ9sT1mX7bR5nL2wY8cH4pD6gJ0fA';
  const good = {
    NODE_ENV: 'production',
    AUTH_SECRET: secret,
    TRUST_PROXY_HOPS: '0',
    PUBLIC_URL: 'https://school.example',
  };

  it('production accepts a strong secret, a number of proxies and an https address', () => {
    expect(new Config(good).trustProxyHops).toBe(0);
    expect(new Config({ ...good, AUTH_SECRET: 'c0ffee'.repeat(3) + '0123456789abcdef' })).toBeDefined();
  });

  it.each([
    ['AUTH_SECRET', undefined, 'AUTH_SECRET: required in production'],
    ['AUTH_SECRET', 'a'.repeat(32), 'AUTH_SECRET: too easy to guess'],
    ['AUTH_SECRET', 'secret'.repeat(8), 'AUTH_SECRET: too easy to guess'],
    ['AUTH_SECRET', '0123456789'.repeat(4), 'AUTH_SECRET: too easy to guess'],
    ['TRUST_PROXY_HOPS', undefined, 'TRUST_PROXY_HOPS: required in production'],
    ['TRUST_PROXY_HOPS', '', 'TRUST_PROXY_HOPS: required in production'],
    ['PUBLIC_URL', undefined, 'PUBLIC_URL: must be the https address'],
    ['PUBLIC_URL', 'http://localhost', 'PUBLIC_URL: must be the https address'],
    ['DEMO_SCHOOL', 'on', 'DEMO_SCHOOL: not allowed in production'],
  ])('production refuses %s=%s and names the problem', (name, value, problem) => {
    expect(() => new Config({ ...good, [name]: value })).toThrow(problem);
    expect(() => new Config({ ...good, [name]: value, NODE_ENV: 'development' })).not.toThrow();
  });

  it('production lists all missing settings in one error', () => {
    expect(() => new Config({ NODE_ENV: 'production' })).toThrow(/AUTH_SECRET[^]*TRUST_PROXY_HOPS[^]*PUBLIC_URL/);
  });
});
