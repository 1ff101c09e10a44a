import { SiweMessage } from 'siwe';
import { CredentialsDropped } from '../../src/modules/users';
import { EventBus } from '../../src/platform/events/event-bus';
import { WalletChallenges } from '../../src/modules/chain/wallets/wallet-challenges';
import { testEngine } from '../support/database-url';
import type { Client, School } from '../support/school';
import {
  createWallet,
  requestChallenge,
  chainEnvironment,
  statementKindsOf,
  countRows,
  changeRows,
  linkWallet,
  newKey,
  schoolOnChain,
  signNewChallenge,
} from './unreachable-chain';

let school: School;
let ann: Client;
let bob: Client;
beforeAll(async () => {
  school = await schoolOnChain();
}, 60_000);
// Signed in today. Tests that advance the clock do so in the past, so that tokens do not expire.
beforeEach(async () => {
  [ann, bob] = [await school.student(), await school.student()];
});
afterEach(() => school.clock.stopAt(null));
afterAll(() => school.close());

const countActiveWallets = (): Promise<number> => countRows(school, 'rewards_wallet', 'unlinked_at IS NULL');
const minutes = (count: number): number => count * 60_000;
const advanceClock = (ms: number): void => school.clock.stopAt(new Date(school.clock.now().getTime() + ms));

describe('the challenge to sign', () => {
  test('a method that the path of the challenge does not support gets 405, not an error about the id of a wallet', async () => {
    const { status, body, headers } = await ann.delete('/me/wallets/challenge');
    expect([status, body.code, headers.allow]).toEqual([405, 'METHOD_NOT_ALLOWED', 'POST']);
    expect(headers['x-trace-id']).toBe(body.traceId);
  });

  test('the challenge names the school, the chain, the account and its expiry', async () => {
    school.clock.stopAt(new Date('2025-03-01T09:30:00Z'));
    const key = newKey();
    const { status, body } = await ann.post('/me/wallets/challenge', { address: key.address.toLowerCase() });
    expect([status, body.expiresAt]).toEqual([200, '2025-03-01T09:40:00.000Z']);
    expect(body.nonce).toMatch(/^[0-9a-f]{32}$/);
    expect(body.message.split('\n')).toEqual([
      'school.test:3000 wants you to sign in with your Ethereum account:',
      key.address,
      '',
      `Link this wallet to the TeoArt account ${ann.username} (${ann.id}).`,
      '',
      ...['URI: http://school.test:3000', 'Version: 1', 'Chain ID: 31337', `Nonce: ${body.nonce}`],
      ...['Issued At: 2025-03-01T09:30:00.000Z', 'Expiration Time: 2025-03-01T09:40:00.000Z'],
    ]);
  });

  test('each challenge has a different nonce', async () => {
    const { address } = newKey();
    const challenges = await Promise.all(Array.from({ length: 10 }, () => requestChallenge(ann, address)));
    expect(new Set(challenges.map(({ nonce }) => nonce)).size).toBe(10);
  });

  test('the challenge names the account by its id if the imported username does not fit', async () => {
    await changeRows(school, 'UPDATE users_user SET username = $2 WHERE id = $1', [ann.id, `Ænne "${ann.id}"`]);
    const { body } = await ann.post('/me/wallets/challenge', { address: newKey().address });
    expect(new SiweMessage(body.message).statement).toBe(`Link this wallet to the TeoArt account ${ann.id}.`);
  });

  test.each([
    ['an empty address', '', '/body/address'],
    ['a too short address', '0x1234', '/body/address'],
    ['an address with a wrong checksum', '0x70997970c51812dc3A010C7d01b50e0d17dc79C8', '/body/address'],
  ])('a challenge for %s is refused with 422', async (_, address, pointer) => {
    const { status, body } = await ann.post('/me/wallets/challenge', { address });
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'VALIDATION_FAILED', pointer]);
  });

  test.each(['CHAIN_CONTRACT', 'CHAIN_TREASURY'])(
    'a challenge for the address of %s is refused with 422',
    async (name) => {
      const { status, body } = await ann.post('/me/wallets/challenge', { address: chainEnvironment[name] });
      expect([status, body.code]).toEqual([422, 'WALLET_ADDRESS_RESERVED']);
    },
  );

  test('a person has at most twenty open challenges, and the oldest is deleted', async () => {
    const key = newKey();
    const first = await signNewChallenge(ann, key);
    for (let count = 0; count < 20; count++) await requestChallenge(ann, key.address);
    expect(await countRows(school, 'rewards_wallet_challenge', `user_id = ${ann.id}`)).toBe(20);
    expect((await ann.post('/me/wallets', first)).body.code).toBe('WALLET_CHALLENGE_NOT_FOUND');
  });

  test('a challenge is deleted a day after it expired', async () => {
    await requestChallenge(ann, newKey().address);
    const mine = `user_id = ${ann.id}`;
    advanceClock(minutes(10 + 24 * 60 - 1));
    await school.job('rewards:expire-wallet-challenges');
    expect(await countRows(school, 'rewards_wallet_challenge', mine)).toBe(1);
    advanceClock(minutes(2));
    expect(await school.job('rewards:expire-wallet-challenges')).toMatchObject({ deleted: expect.any(Number) });
    expect(await countRows(school, 'rewards_wallet_challenge', mine)).toBe(0);
  });
});

describe('linking with a signed message', () => {
  test('a signed message links the wallet and shows the end of its cool-down', async () => {
    school.clock.stopAt(new Date('2025-03-01T09:30:00Z'));
    const key = newKey();
    const { status, body } = await linkWallet(ann, key);
    expect([status, body]).toEqual([
      201,
      {
        ...{ id: expect.any(Number), address: key.address },
        ...{ linkedAt: '2025-03-01T09:30:00.000Z', withdrawableAt: '2025-03-02T09:30:00.000Z' },
      },
    ]);
    expect((await ann.get('/me/wallets')).body.data).toEqual([body]);
  });

  test('a signed message can be used once, even after the wallet was unlinked', async () => {
    const signed = await signNewChallenge(ann, newKey());
    const { body } = await ann.post('/me/wallets', signed);
    await ann.delete(`/me/wallets/${body.id}`);
    const again = await ann.post('/me/wallets', signed);
    expect([again.status, again.body.code]).toEqual([409, 'WALLET_CHALLENGE_USED']);
  });

  test('eight concurrent requests with a signed message link the wallet once', async () => {
    const signed = await signNewChallenge(ann, newKey());
    const responses = await Promise.all(Array.from({ length: 8 }, () => ann.post('/me/wallets', signed)));
    expect(responses.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
  });

  test('a challenge is consumed once even without the lock of the person', async () => {
    const { nonce, message } = await requestChallenge(ann, newKey().address);
    const consume = () =>
      school.database.transaction(() => school.part(WalletChallenges).consume(ann.id, nonce, message));
    const results = await Promise.allSettled(Array.from({ length: 8 }, consume));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a repeated Idempotency-Key returns the first response of linking', async () => {
    const signed = await signNewChallenge(ann, newKey());
    const send = () => ann.post('/me/wallets', signed, { 'idempotency-key': 'k' });
    const [first, again] = [await send(), await send()];
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([201, first.body, 'true']);
  });

  test('the message of another person gets the same error as an unknown message', async () => {
    const key = newKey();
    const signed = await signNewChallenge(ann, key);
    const foreign = await bob.post('/me/wallets', signed);
    const { nonce } = new SiweMessage(signed.message);
    const message = signed.message.replace(nonce, 'f'.repeat(32));
    const unknown = await bob.post('/me/wallets', { message, signature: await key.signMessage(message) });
    for (const { status, body } of [foreign, unknown])
      expect([status, { ...body, traceId: '' }]).toEqual([422, { ...unknown.body, traceId: '' }]);
    expect(unknown.body.code).toBe('WALLET_CHALLENGE_NOT_FOUND');
    expect((await ann.post('/me/wallets', signed)).status).toBe(201);
  });

  test('a signed message is accepted until it expires', async () => {
    school.clock.stopAt(new Date('2025-03-01T09:30:00Z'));
    const [late, inTime] = [await signNewChallenge(ann, newKey()), await signNewChallenge(ann, newKey())];
    advanceClock(minutes(10) - 1);
    expect((await ann.post('/me/wallets', inTime)).status).toBe(201);
    advanceClock(1);
    const response = await ann.post('/me/wallets', late);
    expect([response.status, response.body.code]).toEqual([422, 'WALLET_CHALLENGE_EXPIRED']);
  });

  const changes: [string, Partial<SiweMessage>, string][] = [
    ['another domain', { domain: 'evil.test' }, 'domain: "school.test:3000" expected, not "evil.test"'],
    ['another chain', { chainId: 1 }, 'chainId: 31337 expected, not 1'],
    ['another statement', { statement: 'Give everything away.' }, 'statement: '],
    ['another page', { uri: 'http://school.test:3000/admin' }, 'uri: '],
    ['a later end', { expirationTime: '2099-01-01T00:00:00.000Z' }, 'expirationTime: '],
    ['an earlier issue', { issuedAt: '2020-01-01T00:00:00.000Z' }, 'issuedAt: '],
    ['a resource more', { resources: ['https://evil.test'] }, 'resources: nothing expected, not ["https://evil.test"]'],
    ['a scheme', { scheme: 'https' }, 'scheme: nothing expected, not "https"'],
  ];
  test.each(changes)('a signed message with %s is refused', async (_, change, expectedMessage) => {
    const key = newKey();
    const { message } = await requestChallenge(ann, key.address);
    const changed = new SiweMessage(Object.assign(new SiweMessage(message), change)).prepareMessage();
    const response = await ann.post('/me/wallets', { message: changed, signature: await key.signMessage(changed) });
    expect([response.status, response.body.code]).toEqual([422, 'WALLET_MESSAGE_DIFFERS']);
    expect(response.body.errors).toEqual([
      { pointer: '/body/message', message: expect.stringContaining(expectedMessage), rule: 'wallet_message' },
    ]);
    expect(await countRows(school, 'rewards_wallet', `user_id = ${ann.id}`)).toBe(0);
  });

  test('a signed message for another address than requested is refused', async () => {
    const [requestedKey, otherKey] = [newKey(), newKey()];
    const { message } = await requestChallenge(ann, requestedKey.address);
    const changed = message.replace(requestedKey.address, otherKey.address);
    const response = await ann.post('/me/wallets', {
      message: changed,
      signature: await otherKey.signMessage(changed),
    });
    expect(response.body).toMatchObject({ code: 'WALLET_MESSAGE_DIFFERS', errors: [{ pointer: '/body/message' }] });
  });

  test.each([
    ['another text', (): string => 'Hello'],
    ['an additional line', (message: string): string => `${message}\nResources`],
    ['a short nonce', (message: string): string => message.replace(/Nonce: \w+/, 'Nonce: abc')],
    [
      'an address without its checksum',
      (message: string): string => message.replace(/0x\w{40}/, (address) => address.toLowerCase()),
    ],
  ])('a message with %s is malformed', async (_, change) => {
    const key = newKey();
    const { message } = await requestChallenge(ann, key.address);
    const changed = change(message);
    const response = await ann.post('/me/wallets', { message: changed, signature: await key.signMessage(changed) });
    expect([response.status, response.body.code]).toEqual([422, 'WALLET_MESSAGE_MALFORMED']);
  });

  test('a wrong signature is refused with 422 and not printed', async () => {
    const printed = jest.spyOn(console, 'error');
    const key = newKey();
    const { message } = await requestChallenge(ann, key.address);
    const good = await key.signMessage(message);
    const bad = [
      await newKey().signMessage(message),
      await key.signMessage(`${message} `),
      ...['0x', 'signed', good.slice(0, -2), `${good}00`, good.replace('0x', '')],
      ...[`0x${'00'.repeat(65)}`, `0x${'ff'.repeat(65)}`, `${good.slice(0, -2)}05`, `0x${'5'.repeat(128)}1b`],
    ];
    for (const signature of bad) {
      const response = await ann.post('/me/wallets', { message, signature });
      expect([signature, response.status, response.body.code]).toEqual([signature, 422, 'WALLET_SIGNATURE_INVALID']);
    }
    expect(printed).not.toHaveBeenCalled();
    // The failed requests have not consumed the challenge.
    expect((await ann.post('/me/wallets', { message, signature: good })).status).toBe(201);
  });

  test('an address that has become the treasury cannot be linked', async () => {
    const key = newKey();
    const signed = await signNewChallenge(ann, key);
    const address = key.address.toLowerCase();
    await changeRows(
      school,
      `INSERT INTO rewards_hot_wallet (address, first_nonce, next_nonce, head_nonce, final_nonce) VALUES ($1, 0, 0, 0, 0)`,
      [address],
    );
    const response = await ann.post('/me/wallets', signed);
    expect([response.status, response.body.code]).toEqual([422, 'WALLET_ADDRESS_RESERVED']);
  });
});

describe('owners of an address', () => {
  test('an address that is linked cannot be linked again, not even by its owner', async () => {
    const key = newKey();
    const wallet = await createWallet(ann, key);
    for (const person of [ann, bob]) {
      const { status, body } = await linkWallet(person, key);
      expect([status, body.code]).toEqual([409, 'WALLET_ALREADY_LINKED']);
    }
    expect((await ann.delete(`/me/wallets/${wallet}`)).status).toBe(204);
    expect((await linkWallet(bob, key)).status).toBe(201);
    expect((await ann.get('/me/wallets')).body.data).toEqual([]);
  });

  test('of two people who link an address concurrently one succeeds', async () => {
    for (let round = 0; round < 5; round++) {
      const key = newKey();
      const before = await countActiveWallets();
      const [signedByAnn, signedByBob] = [await signNewChallenge(ann, key), await signNewChallenge(bob, key)];
      const responses = await Promise.all([ann.post('/me/wallets', signedByAnn), bob.post('/me/wallets', signedByBob)]);
      expect(responses.map(({ status }) => status).sort()).toEqual([201, 409]);
      expect(await countActiveWallets()).toBe(before + 1);
      const [winner, linked] = responses[0].status === 201 ? [ann, responses[0]] : [bob, responses[1]];
      await winner.delete(`/me/wallets/${linked.body.id}`);
    }
  });

  test('a person can link at most five wallets, even with concurrent requests', async () => {
    const signed = await Promise.all(Array.from({ length: 8 }, () => signNewChallenge(ann, newKey())));
    const responses = await Promise.all(signed.map((message) => ann.post('/me/wallets', message)));
    expect(responses.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(responses.filter(({ body }) => body.code === 'TOO_MANY_WALLETS')).toHaveLength(3);
    const { data, page } = (await ann.get('/me/wallets')).body;
    expect([data.length, page]).toEqual([5, { nextCursor: null, hasMore: false }]);
    const ids = data.map(({ id }: { id: number }) => id);
    expect(ids).toEqual(ids.toSorted((first: number, second: number) => second - first));
    await ann.delete(`/me/wallets/${data[0].id}`);
    expect((await linkWallet(ann, newKey())).status).toBe(201);
  });

  test('a wallet that is linked again begins a new cool-down', async () => {
    school.clock.stopAt(new Date('2025-03-01T09:30:00Z'));
    const key = newKey();
    await ann.delete(`/me/wallets/${await createWallet(ann, key)}`);
    advanceClock(minutes(60));
    expect((await linkWallet(ann, key)).body.withdrawableAt).toBe('2025-03-02T10:30:00.000Z');
  });

  test('a wallet of another person cannot be unlinked, and an own wallet only once', async () => {
    const wallet = await createWallet(ann);
    expect((await bob.delete(`/me/wallets/${wallet}`)).body.code).toBe('WALLET_NOT_FOUND');
    expect((await ann.delete(`/me/wallets/${wallet}`)).status).toBe(204);
    expect((await ann.delete(`/me/wallets/${wallet}`)).status).toBe(404);
  });
});

test('the list of wallets costs one statement, and linking a wallet at most ten', async () => {
  const signed = await signNewChallenge(ann, newKey());
  const linking = await statementKindsOf(school, ann, () => ann.post('/me/wallets', signed));
  const [begin, lock] = testEngine() === 'postgres' ? ['START', ['SELECT']] : ['BEGIN', []];
  expect(linking).toEqual([
    ...[begin, ...lock, 'SELECT', 'UPDATE', 'SELECT', 'SELECT', 'INSERT', 'UPDATE', 'SELECT', 'COMMIT'],
  ]);
  expect(await statementKindsOf(school, ann, () => ann.get('/me/wallets'))).toEqual(['SELECT']);
});

describe('the address of a person with a wallet', () => {
  test('must be verified before a wallet is linked or coins are withdrawn, in a school that sends mail', async () => {
    const other = await schoolOnChain({ MAIL_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'school@school.test' });
    const person = await other.student();
    expect((await linkWallet(person, newKey())).body).toMatchObject({ status: 409, code: 'EMAIL_NOT_VERIFIED' });
    const withdrawal = await person.post('/coins/withdrawals', { walletId: 1, amount: 10 });
    expect(withdrawal.body).toMatchObject({ status: 409, code: 'EMAIL_NOT_VERIFIED' });
    await other.close();
  });

  test('unlinks the wallets if its owner proves it and somebody else had set the credentials', async () => {
    await createWallet(ann);
    await createWallet(ann);
    await createWallet(bob);
    await school.database.transaction(() => school.part(EventBus).publish(new CredentialsDropped({ userId: ann.id })));
    expect((await ann.get('/me/wallets')).body.data).toEqual([]);
    expect((await bob.get('/me/wallets')).body.data).toHaveLength(1);
  });
});
