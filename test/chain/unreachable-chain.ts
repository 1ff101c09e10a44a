import { Wallet as Key, type HDNodeWallet } from 'ethers';
import type { Environment } from '../../src/platform/config/config';
import type { ChainView } from '../../src/modules/chain/nodes/chain-view';
import type { CursorState } from '../../src/modules/chain/cursor/cursor-store';
import { CancelledWithdrawals } from '../../src/modules/chain/payments/cancelled-withdrawals';
import { bool, int } from '../../src/platform/database/columns';
import { Leases } from '../../src/platform/jobs/leases';
import { School, type ApiResponse, type Client } from '../support/school';

/** A configured chain that no test calls. Nothing listens at this URL. */
export const chainEnvironment: Environment = {
  PUBLIC_URL: 'http://school.test:3000',
  CHAIN_RPC_URL: 'http://127.0.0.1:1',
  CHAIN_ID: '31337',
  CHAIN_CONTRACT: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  CHAIN_TREASURY: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
};

export const schoolOnChain = (environment: Environment = {}): Promise<School> =>
  School.open({ environment: { ...chainEnvironment, ...environment } });

/** A new random key. */
export const newKey = (): HDNodeWallet => Key.createRandom();

/** A key that signs messages. */
export type Signer = Pick<HDNodeWallet, 'address' | 'signMessage'>;

export async function requestChallenge(person: Client, address: string): Promise<{ message: string; nonce: string }> {
  const { status, body } = await person.post('/me/wallets/challenge', { address });
  expect(status).toBe(200);
  return body;
}

/** Requests a challenge and signs it. */
export async function signNewChallenge(person: Client, key: Signer): Promise<{ message: string; signature: string }> {
  const { message } = await requestChallenge(person, key.address);
  return { message, signature: await key.signMessage(message) };
}

export async function linkWallet(person: Client, key: Signer): Promise<ApiResponse> {
  return person.post('/me/wallets', await signNewChallenge(person, key));
}

/** Links a wallet over HTTP. @returns its id */
export async function createWallet(person: Client, key: Signer = newKey()): Promise<number> {
  const { status, body } = await linkWallet(person, key);
  expect(status).toBe(201);
  return body.id;
}

const coin = 10n ** 18n;
let lastDepositNumber = 0;
let pollCount = 0;

/** Inserts a deposit like the poller. @returns its id */
export async function insertDeposit(
  school: School,
  sender: string,
  amount: number,
  { state = 'unattributed', userId }: { state?: 'seen' | 'unattributed'; userId?: number } = {},
): Promise<number> {
  const [now, units] = [school.clock.now(), String(BigInt(amount) * coin)];
  const hash = `0x${String(++lastDepositNumber).padStart(64, '0')}`;
  const inserted = await school.database.transaction(() =>
    school.database.row(
      { id: int },
      `INSERT INTO rewards_deposit (tx_hash, ordinal, sender, units, amount, dust, block_number, block_hash, state, user_id, seen_at, final_at)
       VALUES ($1, 0, $2, $3, $4, $5, $6, $1, $7, $8, $9, $10) RETURNING id`,
      [
        ...[hash, sender.toLowerCase(), units, amount, '0'.repeat(18), 100 + lastDepositNumber, state, userId, now],
        state === 'seen' ? null : now,
      ],
    ),
  );
  return inserted!.id;
}

export async function countRows(school: School, table: string, where = '1 = 1'): Promise<number> {
  return (await school.database.row({ total: int }, `SELECT count(*) AS total FROM ${table} WHERE ${where}`))!.total;
}

/** The first words of the statements of `work`, without those that load the person. */
export async function statementKindsOf(
  school: School,
  person: Client,
  work: () => Promise<unknown>,
): Promise<string[]> {
  await person.get('/me/coins');
  const { statements } = await school.statements(work);
  return statements.map((sql) => sql.trim().split(/\s+/, 1)[0]!);
}

/** Changes the database directly. */
export const changeRows = (
  school: School,
  sql: string,
  values: (string | number | boolean | Date)[] = [],
): Promise<number> => school.database.transaction(() => school.database.run(sql, values));

/**
 * Refunds cancelled withdrawals like the leader after a poll that found `used` nonces, by default exactly the assigned ones.
 * @returns the number of refunded withdrawals
 */
export async function pollChain(school: School, usedNonceCount?: number): Promise<number> {
  const { database } = school;
  await changeRows(
    school,
    `INSERT INTO rewards_hot_wallet (address, first_nonce, next_nonce, head_nonce, final_nonce)
     VALUES ('0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266', 3, 3, 3, 3) ON CONFLICT (address) DO NOTHING`,
  );
  const wallet = await database.row(
    { walletId: int, nextNonce: int, isHalted: bool },
    `SELECT id AS "walletId", next_nonce AS "nextNonce", halted_at IS NOT NULL AS "isHalted" FROM rewards_hot_wallet
     WHERE address = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266'`,
  );
  const leases = school.part(Leases);
  const lease = (await leases.acquire(`poll ${++pollCount}`, 60_000))!;
  const view = { pendingNonce: usedNonceCount ?? wallet!.nextNonce } as ChainView;
  const refunded = await school
    .part(CancelledWithdrawals)
    .refund(lease, { ...wallet, hasCancelled: true } as unknown as CursorState, view);
  await leases.release(lease);
  return refunded;
}
