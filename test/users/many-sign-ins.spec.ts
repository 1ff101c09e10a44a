import { Passwords } from '../../src/modules/users';
import { PasswordVerifier } from '../../src/modules/users/sign-in/password-verifier';
import { int } from '../../src/platform/database/columns';
import { School, type Client } from '../support/school';
import { goodPassword, register, signIn, statusesOf } from './user-fixtures';

/** Of all sign-ins only these send statements. */
const maxRunning = 3;
const poolSize = maxRunning + 2;

let school: School;
let people: Client[];
beforeAll(async () => {
  school = await School.open({ environment: { TRUST_PROXY_HOPS: '1', DATABASE_POOL_SIZE: `${poolSize}` } });
  people = [];
  for (let index = 0; index < 100; index++) people.push(await school.student());
});
afterAll(() => school.close());
afterEach(() => jest.restoreAllMocks());

/** A promise that the test resolves. */
function createGate(): { open: () => void; isOpen: Promise<void> } {
  let open!: () => void;
  return { isOpen: new Promise<void>((resolve) => (open = resolve)), open };
}

/** Every password is right. @returns the function that waits until `count` passwords are being compared */
function acceptPasswords(gate: Promise<void>): (count: number) => Promise<void> {
  const waiting: { count: number; resolve: () => void }[] = [];
  const passwords = school.part(Passwords);
  jest.spyOn(passwords, 'isWeak').mockReturnValue(false);
  const compare = jest.spyOn(passwords, 'isCorrect').mockImplementation(async () => {
    for (const { count, resolve } of waiting) if (compare.mock.calls.length >= count) resolve();
    await gate;
    return true;
  });
  return (count) => new Promise<void>((resolve) => waiting.push({ count, resolve }));
}

const signInAll = () => Promise.all(people.map(({ username }) => signIn(school, username)));
const readAsMany = (client: Client) => Promise.all(Array.from({ length: 20 }, () => client.get('/me')));

test('of 100 sign-ins at once three send statements, and the others wait for their turn', async () => {
  const gate = createGate();
  const compared = acceptPasswords(gate.isOpen)(maxRunning);
  const responses = signInAll();
  await compared;
  const attempts = await school.database.row(
    { count: int },
    "SELECT count(*) AS count FROM users_loginattempt WHERE attempts > 0 AND network = '*'",
  );
  expect(attempts).toEqual({ count: maxRunning });
  gate.open();
  expect(new Set(statusesOf(await responses))).toEqual(new Set([200]));
});

test('reads of others get a connection while 100 sign-ins wait for a lock', async () => {
  const compared = acceptPasswords(Promise.resolve())(maxRunning);
  const [locked, gate] = [createGate(), createGate()];
  const locking = school.database.transaction(async () => {
    await school.database.run('UPDATE users_user SET last_login = last_login');
    locked.open();
    await gate.isOpen;
  });
  await locked.isOpen;
  const responses = signInAll();
  // On SQLite the sign-ins already wait with the count of their attempt, because only one transaction writes.
  if (school.database.dialect.engine === 'postgres') await compared;
  expect(new Set(statusesOf(await readAsMany(people[0]!)))).toEqual(new Set([200]));
  gate.open();
  await locking;
  expect(new Set(statusesOf(await responses))).toEqual(new Set([200]));
});

test('delayed sign-ins to an account under attack do not delay the sign-ins of others', async () => {
  const [victim, other] = [await register(school), await register(school)];
  const verifier = school.part(PasswordVerifier) as unknown as { pause(): Promise<void> };
  const gate = createGate();
  const pause = jest.spyOn(verifier, 'pause').mockResolvedValue();
  const guess = (index: number) =>
    signIn(school, victim.username, 'a wrong password', { 'x-forwarded-for': `2001:db8:${index}00::1` });
  for (let index = 0; index < 20; index++) await guess(index);
  const allDelayed = createGate();
  pause.mockImplementation(() => {
    if (pause.mock.calls.length === maxRunning) allDelayed.open();
    return gate.isOpen;
  });
  const delayed = Promise.all(Array.from({ length: maxRunning }, (_, index) => guess(30 + index)));
  await allDelayed.isOpen;
  expect((await signIn(school, other.username, goodPassword)).status).toBe(200);
  gate.open();
  expect(statusesOf(await delayed)).toEqual([401, 401, 401]);
});
