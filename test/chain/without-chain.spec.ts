import { School, type Client } from '../support/school';
import { endow, expectNoViolations } from '../rewards/ledger-state';
import { newKey } from './unreachable-chain';

let school: School;
let ann: Client;
beforeAll(async () => {
  school = await School.open();
  ann = await school.student();
  await endow(school, ann.id, 100);
}, 60_000);
afterAll(() => school.close());

describe('a school without a chain', () => {
  test.each([
    ['POST', '/me/wallets/challenge', { address: newKey().address }],
    ['POST', '/me/wallets', { message: 'x', signature: 'y' }],
    ['POST', '/me/wallets', {}],
    ['GET', '/me/wallets', undefined],
    ['DELETE', '/me/wallets/1', undefined],
    ['POST', '/coins/withdrawals', { walletId: 1, amount: 10 }],
    ['GET', '/coins/withdrawals', undefined],
    ['GET', '/coins/withdrawals/1', undefined],
    ['DELETE', '/coins/withdrawals/1', undefined],
    ['GET', '/me/deposits', undefined],
    ['GET', '/coins/chain', undefined],
  ] as const)('without a chain, %s %s %j returns 501', async (method, path, body) => {
    const response = await ann.send(method, path, body);
    expect([response.status, response.body.code]).toEqual([501, 'CHAIN_NOT_CONFIGURED']);
    expect(response.headers['retry-after']).toBeUndefined();
    expect((await school.visitor.send(method, path, body)).status).toBe(401);
  });

  test('without a chain, transfers, balances and the audit work', async () => {
    const bob = await school.student();
    expect((await ann.post('/coins/transfers', { recipientId: bob.id, amount: 5 })).status).toBe(201);
    expect((await bob.get('/me/coins')).body.balance).toBe(5);
    expect((await bob.get('/me/coins/transactions')).body.data).toHaveLength(1);
    await school.job('rewards:expire-wallet-challenges');
    await expectNoViolations(school);
  });
});
