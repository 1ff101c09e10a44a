import { DepositCredits } from '../../src/modules/chain/deposits/deposit-credits';
import { bool, int, nullable, text } from '../../src/platform/database/columns';
import type { Client, School } from '../support/school';
import { balanceOf, endow, expectNoLedgerViolations, rowsOf } from '../rewards/ledger-state';
import {
  insertDeposit,
  createWallet,
  statementKindsOf,
  countRows,
  changeRows,
  newKey,
  schoolOnChain,
} from './unreachable-chain';

/** The largest balance that a person can have. */
const maxBalance = 2_147_483_647;

let school: School;
let ann: Client;
let bob: Client;
beforeAll(async () => {
  school = await schoolOnChain();
}, 60_000);
beforeEach(async () => {
  [ann, bob] = [await school.student(), await school.student()];
});
afterEach(() => expectNoLedgerViolations(school));
afterAll(() => school.close());

const getDeposit = async (id: number) =>
  (await school.database.row(
    { state: text, userId: nullable(int), ledgerId: nullable(int), txHash: text, amount: int },
    `SELECT state, user_id AS "userId", ledger_id AS "ledgerId", tx_hash AS "txHash", amount FROM rewards_deposit WHERE id = $1`,
    [id],
  ))!;
/** Credits like the poller does when a block is final. */
async function creditDeposits(owned: [id: number, userId: number][]): Promise<number[]> {
  const deposits = await Promise.all(
    owned.map(async ([id, userId]) => {
      const { amount, txHash } = await getDeposit(id);
      return { id, userId, amount, txHash };
    }),
  );
  return (await school.part(DepositCredits).credit(deposits)).map(({ id }) => id);
}
const listDeposits = async (person: Client) => (await person.get('/me/deposits')).body.data;

describe('deposits and linking a wallet', () => {
  test('linking a wallet credits its earlier deposits and notifies the person', async () => {
    const [key, otherKey] = [newKey(), newKey()];
    const first = await insertDeposit(school, key.address, 120);
    const foreign = await insertDeposit(school, otherKey.address, 7);
    const second = await insertDeposit(school, key.address, 30);
    await createWallet(ann, key);
    expect(await balanceOf(school, ann.id)).toBe(150);
    const rows = await rowsOf(school, ann.id);
    expect(rows.map(({ type, amount }) => [type, amount])).toEqual([
      ['deposit', 120],
      ['deposit', 30],
    ]);
    expect([await getDeposit(first), await getDeposit(second), await getDeposit(foreign)]).toMatchObject([
      { state: 'credited', userId: ann.id, ledgerId: rows[0]!.id },
      { state: 'credited', userId: ann.id, ledgerId: rows[1]!.id },
      { state: 'unattributed', userId: null, ledgerId: null },
    ]);
    const mirrored = await school.database.row(
      { hash: text, confirmed: bool },
      `SELECT blockchain_tx_hash AS hash, is_blockchain_confirmed AS confirmed FROM rewards_teocointransaction WHERE id = $1`,
      [rows[0]!.id],
    );
    expect(mirrored).toEqual({ hash: (await getDeposit(first)).txHash, confirmed: true });
    await school.settle();
    const notifications = (await ann.get('/me/notifications?type=deposit_credited')).body.data;
    expect(notifications.map(({ relatedObjectId }: { relatedObjectId: number }) => relatedObjectId).sort()).toEqual(
      [first, second].sort(),
    );
  });

  test('linking a wallet shows its deposits that are not final, and unlinking hides them', async () => {
    const key = newKey();
    const id = await insertDeposit(school, key.address, 120, { state: 'seen' });
    const wallet = await createWallet(ann, key);
    expect(await listDeposits(ann)).toMatchObject([{ id, status: 'seen', creditedAt: null }]);
    expect(await balanceOf(school, ann.id)).toBe(0);
    await ann.delete(`/me/wallets/${wallet}`);
    expect(await listDeposits(ann)).toEqual([]);
    await createWallet(bob, key);
    expect(await listDeposits(bob)).toMatchObject([{ id, status: 'seen' }]);
  });

  test('linking a wallet again credits nothing twice, even for another person', async () => {
    const key = newKey();
    await insertDeposit(school, key.address, 120);
    await ann.delete(`/me/wallets/${await createWallet(ann, key)}`);
    await createWallet(bob, key);
    expect([await balanceOf(school, ann.id), await balanceOf(school, bob.id)]).toEqual([120, 0]);
    expect(await listDeposits(ann)).toMatchObject([{ amount: 120, status: 'credited' }]);
  });

  test('linking a wallet succeeds if one deposit would exceed the balance limit: that one waits, the others are credited', async () => {
    const key = newKey();
    await endow(school, ann.id, maxBalance - 100);
    const [small, large, last] = [
      await insertDeposit(school, key.address, 60),
      await insertDeposit(school, key.address, 41),
      await insertDeposit(school, key.address, 40),
    ];
    const wallet = await createWallet(ann, key);
    expect(await balanceOf(school, ann.id)).toBe(maxBalance);
    const states = await Promise.all([small, large, last].map(async (id) => (await getDeposit(id)).state));
    expect(states).toEqual(['credited', 'unattributed', 'credited']);
    expect((await listDeposits(ann))[1]).toMatchObject({ id: large, status: 'unattributed', creditedAt: null });
    await ann.delete(`/me/wallets/${wallet}`);
    expect((await getDeposit(large)).userId).toBeNull();
    await createWallet(bob, key);
    expect(await balanceOf(school, bob.id)).toBe(41);
  });
});

describe('crediting several deposits', () => {
  test('a batch credits each deposit once to its owner and skips those above the balance limit', async () => {
    await endow(school, bob.id, maxBalance);
    const [sender, other] = [newKey().address, newKey().address];
    const seen = { state: 'seen' } as const;
    const ids = [
      ...[await insertDeposit(school, other, 5, seen), await insertDeposit(school, sender, 1, seen)],
      ...[await insertDeposit(school, sender, 2, seen), await insertDeposit(school, other, 3_000_000_000, seen)],
    ] as [number, number, number, number];
    const owned: [number, number][] = [
      [ids[0], bob.id],
      [ids[1], ann.id],
      [ids[2], ann.id],
      [ids[3], ann.id],
    ];
    expect(await creditDeposits(owned)).toEqual([ids[1], ids[2]]);
    expect(await Promise.all(ids.map(async (id) => (await getDeposit(id)).state))).toEqual([
      ...['unattributed', 'credited', 'credited', 'unattributed'],
    ]);
    expect([await balanceOf(school, ann.id), await balanceOf(school, bob.id)]).toEqual([3, maxBalance]);
    expect(await creditDeposits(owned)).toEqual([]);
  });

  test('eight concurrent credits of a deposit credit it once', async () => {
    const id = await insertDeposit(school, newKey().address, 9, { state: 'seen' });
    const credited = await Promise.all(Array.from({ length: 8 }, () => creditDeposits([[id, ann.id]])));
    expect(credited.flat()).toEqual([id]);
    expect(await balanceOf(school, ann.id)).toBe(9);
  });

  test('concurrent credits of a deposit to two people credit one of them', async () => {
    for (let round = 1; round <= 5; round++) {
      const id = await insertDeposit(school, newKey().address, 9, { state: 'seen' });
      const credited = await Promise.all([creditDeposits([[id, ann.id]]), creditDeposits([[id, bob.id]])]);
      expect(credited.flat()).toEqual([id]);
      expect((await balanceOf(school, ann.id)) + (await balanceOf(school, bob.id))).toBe(9 * round);
    }
  });

  test('concurrent batches in opposite order cause no deadlock', async () => {
    const transient = jest.spyOn(school.database.dialect, 'isTransient');
    for (let round = 0; round < 5; round++) {
      const [firstSender, secondSender] = [newKey().address, newKey().address];
      const batch = async (people: Client[]): Promise<[number, number][]> =>
        Promise.all(
          people.map(async ({ id }, index) => [
            await insertDeposit(school, index === 0 ? firstSender : secondSender, 1),
            id,
          ]),
        );
      const [left, right] = [await batch([ann, bob]), await batch([bob, ann])];
      await Promise.all([creditDeposits(left), creditDeposits(right)]);
    }
    expect(transient).not.toHaveBeenCalled();
    expect([await balanceOf(school, ann.id), await balanceOf(school, bob.id)]).toEqual([10, 10]);
  });

  test('a failed transaction credits nothing', async () => {
    const id = await insertDeposit(school, newKey().address, 9, { state: 'seen' });
    await expect(creditDeposits([[id, ann.id]]).then(() => creditDeposits([[id, 999_999]]))).resolves.toEqual([]);
    const open = await insertDeposit(school, newKey().address, 9, { state: 'seen' });
    const failing = school.database.transaction(async () => {
      await creditDeposits([[open, ann.id]]);
      throw new Error('the transaction fails');
    });
    await expect(failing).rejects.toThrow('the transaction fails');
    expect([await getDeposit(open), await balanceOf(school, ann.id)]).toMatchObject([{ state: 'seen' }, 9]);
  });
});

describe('the list of deposits', () => {
  test('the next page of deposits continues after the page before', async () => {
    const key = newKey();
    for (let amount = 1; amount <= 3; amount++) await insertDeposit(school, key.address, amount);
    await createWallet(ann, key);
    const first = (await ann.get('/me/deposits?limit=2&withTotal=true')).body;
    const second = (await ann.get(`/me/deposits?limit=2&cursor=${first.page.nextCursor}`)).body;
    expect([...first.data, ...second.data].map(({ amount }: { amount: number }) => amount)).toEqual([3, 2, 1]);
    expect([first.page.total, second.page.hasMore]).toEqual([3, false]);
    expect(first.data[0]).toEqual({
      ...{ id: expect.any(Number), amount: 3, units: '3000000000000000000', status: 'credited' },
      ...{ txHash: expect.stringMatching(/^0x\d{64}$/), blockNumber: expect.any(Number) },
      ...{ seenAt: expect.any(String), creditedAt: expect.any(String) },
    });
  });

  test('the list of deposits costs one statement and shows no deposits of other people', async () => {
    await insertDeposit(school, newKey().address, 1, { userId: ann.id });
    expect(await statementKindsOf(school, ann, () => ann.get('/me/deposits'))).toEqual(['SELECT']);
    expect([(await listDeposits(ann)).length, await listDeposits(bob)]).toEqual([1, []]);
  });
});

test('GET /coins/chain shows the address for deposits after the first poll', async () => {
  const before = (await ann.get('/coins/chain')).body;
  expect(before).toEqual({
    ...{ chainId: 31_337, contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3', treasury: null, decimals: 18 },
    ...{ confirmations: 64, limits: { min: 10, max: 10_000, daily: 50_000, open: 3 }, walletCooldownMinutes: 1_440 },
  });
  const [treasury, hash] = ['0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266', `0x${'0'.repeat(64)}`];
  await changeRows(
    school,
    `INSERT INTO rewards_chain_cursor (chain_id, contract, treasury, opening_number, opening_units, final_number, final_hash,
       treasury_units, supply_units, head_number, head_hash, observed_at)
     VALUES (31337, $1, $2, 0, '0', 0, $3, '0', '0', 0, $3, $4)`,
    [before.contract.toLowerCase(), treasury, hash, new Date()],
  );
  const after = (await ann.get('/coins/chain')).body;
  expect(after).toEqual({ ...before, treasury: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266' });
  expect(await statementKindsOf(school, ann, () => ann.get('/coins/chain'))).toEqual(['SELECT']);
  expect(await countRows(school, 'rewards_chain_cursor')).toBe(1);
});
