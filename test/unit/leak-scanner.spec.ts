import { authSecret, LeakScanner } from '../support/leak-scanner';

const request = { method: 'GET', url: '/api/v1/courses', body: undefined, token: 'a', username: 'ann' };
const token = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMSIsInNpZCI6.${'x'.repeat(43)}`;

test.each([
  ['a secret of the school', authSecret],
  ['a hash of a password', '$argon2id$v=19$m=47104'],
  ['a hash of a password from Django', 'pbkdf2_sha256$870000$salt'],
  ['an access token', token],
  ['an API key', `teoart_7_${'k'.repeat(43)}`],
  ['the address of somebody else', 'ben@school.test'],
])('%s is found in a response and in the log', (_name, text) => {
  const scanner = new LeakScanner();
  expect(() => scanner.requireNoLeak(request, `{"name":"${text}"}`)).toThrow('contains');
  scanner.write(`{"msg":"${text}"}\n`);
  expect(() => scanner.requireCleanLog()).toThrow('The log contains');
  expect(() => scanner.requireCleanLog()).not.toThrow();
});

test('a password that was sent is found, also later', () => {
  const scanner = new LeakScanner();
  const password = 'boats in the early fog';
  const signIn = { ...request, method: 'POST', url: '/api/v1/auth/login', body: JSON.stringify({ password }) };
  scanner.requireNoLeak(signIn, JSON.stringify({ accessToken: token, user: { email: 'ben@mail.test' } }));
  expect(() => scanner.requireNoLeak(request, password)).toThrow(password);
  scanner.write(password);
  expect(() => scanner.requireCleanLog()).toThrow(password);
});

test('people see their own address, one in a response about their account, and administrators see all in their lists', () => {
  const scanner = new LeakScanner();
  scanner.requireNoLeak(request, 'ann@school.test');
  scanner.requireNoLeak({ ...request, url: '/api/v1/me' }, 'renamed@school.test');
  scanner.requireNoLeak({ ...request, url: '/api/v1/users?limit=2' }, 'ben@school.test, cleo@school.test');
  const two = 'renamed@school.test, ben@school.test';
  expect(() => scanner.requireNoLeak({ ...request, url: '/api/v1/me' }, two)).toThrow('ben@school.test');
});
