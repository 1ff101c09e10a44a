import type { Actor } from '../../../src/platform/auth/actor';
import { ActorCache } from '../../../src/platform/auth/actor-directory';
import { School } from '../../support/school';

let school: School;
let cache: ActorCache;
beforeAll(async () => {
  school = await School.open();
  cache = school.part(ActorCache);
});
afterAll(() => school.close());

const actor = (id: number, role: Actor['role'] = 'student'): Actor => {
  return {
    id,
    username: `person${id}`,
    role,
    isApproved: true,
    sessionId: `session of ${id}`,
    provenAt: null,
    mustAddSecondFactor: false,
    scopes: null,
  };
};
const revoke = (id: number) => school.database.transaction(async () => cache.revoke(id));

/** A load that has read its row and returns only when `arrive` is called. */
function slowLoad(found: Actor): { load: () => Promise<Actor>; arrive: () => void } {
  let arrive!: () => void;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  return { load: () => arrived.then(() => found), arrive };
}

test('the actor cache loads an actor once', async () => {
  const load = jest.fn(async () => actor(1));
  for (const _ of [1, 2, 3]) expect(await cache.getOrLoad('session of 1', load)).toEqual(actor(1));
  expect(load).toHaveBeenCalledTimes(1);
});

test('a revocation reloads the revoked actor and no other', async () => {
  const [one, other] = [jest.fn(async () => actor(2)), jest.fn(async () => actor(3))];
  const ask = () => Promise.all([cache.getOrLoad('session of 2', one), cache.getOrLoad('session of 3', other)]);
  await ask();
  await revoke(2);
  await ask();
  expect([one, other].map((load) => load.mock.calls.length)).toEqual([2, 1]);
});

test('an actor whose load began before a revocation is not cached', async () => {
  const { load, arrive } = slowLoad(actor(4, 'teacher'));
  const asked = cache.getOrLoad('session of 4', load);
  await revoke(4);
  arrive();
  await asked;
  expect(await cache.getOrLoad('session of 4', async () => null)).toBeNull();
});

test('a revocation that is rolled back keeps the cached actor', async () => {
  const load = jest.fn(async () => actor(5));
  await cache.getOrLoad('session of 5', load);
  const undone = school.database.transaction(async () => {
    cache.revoke(5);
    throw new Error('taken back');
  });
  await expect(undone).rejects.toThrow('taken back');
  await cache.getOrLoad('session of 5', load);
  expect(load).toHaveBeenCalledTimes(1);
});
