import { Transaction, Wallet as Key } from 'ethers';
import { Ledger } from '../../src/modules/rewards';
import { token, unitsOf } from '../../src/modules/chain/settings/token';
import { WithdrawalRefunds } from '../../src/modules/chain/withdrawals/withdrawal-refunds';
import type { WithdrawalState } from '../../src/modules/chain/withdrawals/withdrawal.entity';
import type { Environment } from '../../src/platform/config/config';
import { int, text, type Value } from '../../src/platform/database/columns';
import { School } from '../support/school';

const contract = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
/** The publicly known first key of development chains. */
const treasuryKey = new Key('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
export const treasury = treasuryKey.address.toLowerCase();

/** A configured chain that no test calls. Nothing listens at this URL. */
export const fixtureEnvironment: Environment = {
  ...{
    CHAIN_RPC_URL: 'http://127.0.0.1:1',
    CHAIN_ID: '31337',
    CHAIN_CONTRACT: contract,
    CHAIN_TREASURY: treasuryKey.address,
  },
};

const hashOf = (digits: string | number): string => `0x${String(digits).padStart(64, '0')}`;
export const newHash = (): string => hashOf(++lastNumber);
export const newAddress = (): string => `0x${String(++lastNumber).padStart(40, '0')}`;
let lastNumber = 0;

type AttemptKind = 'payment' | 'cancellation' | 'found';

/**
 * Writes the rows that the poller would have written. The methods `createReserved` to `createRefunded` create a withdrawal in this state and
 * return its id.
 */
export class DatabaseFixture {
  walletId = 0;
  private lastBlockNumber = 100;

  private constructor(readonly school: School) {}

  /** The cursor begins at block 100 with nonce 3. The treasury holds `coins` TeoCoins. */
  static async of(school: School, coins = 1_000_000): Promise<DatabaseFixture> {
    const chain = new DatabaseFixture(school);
    chain.walletId = await chain.insert('rewards_hot_wallet', {
      ...{ address: treasury, first_nonce: 3, next_nonce: 3, head_nonce: 3, final_nonce: 3 },
    });
    await chain.write(
      `INSERT INTO rewards_chain_cursor (chain_id, contract, treasury, opening_number, opening_units, final_number,
         final_hash, treasury_units, supply_units, head_number, head_hash, observed_at)
       VALUES (31337, $1, $2, 100, $3, 100, $4, $3, $3, 100, $4, $5)`,
      [contract.toLowerCase(), treasury, String(unitsOf(coins)), hashOf(100), school.clock.now()],
    );
    return chain;
  }

  write = (sql: string, values: Value[] = []): Promise<number> =>
    this.school.database.transaction(() => this.school.database.run(sql, values));

  /** One value of one row. */
  async readValue(sql: string): Promise<string> {
    return String((await this.school.database.row({ value: (value) => value }, sql))!.value);
  }

  stateOf = (id: number): Promise<string> =>
    this.readValue(`SELECT state AS value FROM rewards_withdrawal WHERE id = ${id}`);

  /** The coins are debited, and the withdrawal waits. */
  async createReserved(userId: number, amount: number, address = newAddress()): Promise<number> {
    const now = this.school.clock.now();
    return this.school.database.transaction(async () => {
      const debit = { userId, type: 'withdrawal' as const, amount, description: `Withdrawal to ${address}` };
      const [posted] = await this.school.part(Ledger).post([debit]);
      const times = { requested_at: now, changed_at: now };
      const row = { user_id: userId, address, amount, state: 'reserved', ledger_id: posted!.id, ...times };
      return this.insert('rewards_withdrawal', row);
    });
  }

  /** The withdrawal has the next nonce. */
  async createSigning(userId: number, amount: number, address?: string): Promise<number> {
    const id = await this.createReserved(userId, amount, address);
    await this.write(
      `UPDATE rewards_withdrawal SET state = 'signing', hot_wallet_id = $2,
         nonce = (SELECT next_nonce FROM rewards_hot_wallet WHERE id = $2) WHERE id = $1`,
      [id, this.walletId],
    );
    await this.write('UPDATE rewards_hot_wallet SET next_nonce = next_nonce + 1 WHERE id = $1', [this.walletId]);
    return id;
  }

  async createSigned(userId: number, amount: number, address?: string): Promise<number> {
    const id = await this.createSigning(userId, amount, address);
    await this.sign(id);
    return id;
  }

  async createBroadcast(userId: number, amount: number, address?: string): Promise<number> {
    const id = await this.createSigned(userId, amount, address);
    const hash = await this.hashOf(id);
    await this.write(`UPDATE rewards_withdrawal_attempt SET sent_at = $2 WHERE withdrawal_id = $1`, [id, this.now()]);
    await this.write(`UPDATE rewards_withdrawal SET state = 'broadcast' WHERE id = $1`, [id]);
    await this.recordInLedger(id, hash, false);
    return id;
  }

  /** The withdrawal is in a block above the final block. */
  async createMined(userId: number, amount: number): Promise<number> {
    const id = await this.createBroadcast(userId, amount);
    const blockNumber = 1_000 + this.lastBlockNumber;
    await this.write(
      `UPDATE rewards_withdrawal SET state = 'mined', block_number = $2, block_hash = $3 WHERE id = $1`,
      [id, blockNumber, hashOf(blockNumber)],
    );
    await this.write('UPDATE rewards_hot_wallet SET head_nonce = next_nonce WHERE id = $1', [this.walletId]);
    return id;
  }

  async createConfirmed(userId: number, amount: number): Promise<number> {
    const id = await this.createBroadcast(userId, amount);
    const hash = await this.hashOf(id);
    const { number, hash: blockHash } = await this.createPayout(hash, await this.addressOf(id), amount, id);
    await this.write(
      `UPDATE rewards_withdrawal SET state = 'confirmed', block_number = $2, block_hash = $3 WHERE id = $1`,
      [id, number, blockHash],
    );
    await this.recordInLedger(id, hash, true);
    await this.markNoncesUsed();
    return id;
  }

  /** The transaction `consumedBy` has used the nonce at a final block. It is empty if the transaction is not known yet. */
  async createHalted(userId: number, amount: number, consumedBy = newHash(), address?: string): Promise<number> {
    const id = await this.createBroadcast(userId, amount, address);
    await this.write(
      `UPDATE rewards_withdrawal SET state = 'halted', reason = 'check', consumed_by = $2 WHERE id = $1`,
      [id, consumedBy],
    );
    await this.markNoncesUsed();
    return id;
  }

  /** The withdrawal was cancelled before it had a nonce. */
  async createRefunded(userId: number, amount: number): Promise<number> {
    const id = await this.createReserved(userId, amount);
    await this.refund(id, userId, amount);
    return id;
  }

  /** The withdrawal had a nonce, and its payment failed. */
  async createRefundedAfterFailure(userId: number, amount: number): Promise<number> {
    const id = await this.createHalted(userId, amount);
    const sql = 'UPDATE rewards_withdrawal SET consumed_by = tx_hash, cancelling = $2 WHERE id = $1';
    await this.write(sql, [id, false]);
    await this.refund(id, userId, amount);
    return id;
  }

  private refund(id: number, userId: number, amount: number): Promise<void> {
    const reason = { reason: 'failed', description: 'failed', isNotified: false };
    return this.school.part(WithdrawalRefunds).refund({ id, userId, amount }, reason);
  }

  /** Creates a withdrawal in this state. */
  createInState(state: WithdrawalState, userId: number, amount: number): Promise<number> {
    const creators: Record<WithdrawalState, () => Promise<number>> = {
      reserved: () => this.createReserved(userId, amount),
      signing: () => this.createSigning(userId, amount),
      signed: () => this.createSigned(userId, amount),
      broadcast: () => this.createBroadcast(userId, amount),
      mined: () => this.createMined(userId, amount),
      confirmed: () => this.createConfirmed(userId, amount),
      refunded: () => this.createRefunded(userId, amount),
      halted: () => this.createHalted(userId, amount),
    };
    return creators[state]();
  }

  /** A final transfer out of the treasury, in a block of its own. */
  async createPayout(
    txHash: string,
    recipient: string,
    amount: number,
    withdrawalId: number | null = null,
  ): Promise<{ number: number; hash: string }> {
    const { number, hash } = await this.nextBlock(-unitsOf(amount));
    await this.insert('rewards_payout', {
      ...{ tx_hash: txHash, ordinal: 0, recipient, units: String(unitsOf(amount)), block_number: number },
      ...{ block_hash: hash, withdrawal_id: withdrawalId, final_at: this.now() },
    });
    return { number, hash };
  }

  /** A final transfer to the treasury. */
  async createDeposit(units: bigint, userId: number | null, sender = newAddress()): Promise<number> {
    const { number, hash } = await this.nextBlock(units);
    const amount = Number(units / unitsOf(1));
    const isCredited = amount > 0 && userId !== null;
    const txHash = newHash();
    const id = await this.insert('rewards_deposit', {
      ...{ tx_hash: txHash, ordinal: 0, sender, units: String(units), amount },
      ...{ dust: String(units % unitsOf(1)).padStart(18, '0'), block_number: number, block_hash: hash },
      ...{ state: amount === 0 ? 'dust' : 'unattributed', user_id: userId, seen_at: this.now(), final_at: this.now() },
    });
    if (isCredited) await this.credit(id, userId, amount, txHash);
    return id;
  }

  /** Creates a deposit in a block that is not final yet. */
  createSeenDeposit = (amount: number): Promise<number> =>
    this.insert('rewards_deposit', {
      ...{ tx_hash: newHash(), ordinal: 0, sender: newAddress(), units: String(unitsOf(amount)), amount },
      ...{ dust: '0'.repeat(18), block_number: 2_000, block_hash: hashOf(2_000), state: 'seen', seen_at: this.now() },
    });

  /** Headers from the final block to the head. */
  async createHeaders(count: number): Promise<void> {
    const from = Number(await this.readValue('SELECT final_number AS value FROM rewards_chain_cursor'));
    for (let number = from + 1; number <= from + count; number++)
      await this.write('INSERT INTO rewards_block (number, hash, parent_hash) VALUES ($1, $2, $3)', [
        number,
        hashOf(number),
        hashOf(number - 1),
      ]);
  }

  /** Signs one more transaction for the withdrawal. */
  async sign(id: number, kind: AttemptKind = 'payment'): Promise<string> {
    const withdrawal = (await this.school.database.row(
      { nonce: int, amount: int, address: text },
      'SELECT nonce, amount, address FROM rewards_withdrawal WHERE id = $1',
      [id],
    ))!;
    const fee = 2_000_000_000n + BigInt(++lastNumber);
    const transferData = token().encodeFunctionData('transfer', [withdrawal.address, unitsOf(withdrawal.amount)]);
    const payment = { to: contract, data: transferData };
    const cancellation = { to: treasury, data: '0x' };
    const raw = await treasuryKey.signTransaction({
      ...{ type: 2, chainId: 31_337, nonce: withdrawal.nonce, gasLimit: 120_000n, value: 0n },
      ...{ maxFeePerGas: fee, maxPriorityFeePerGas: 1n },
      ...(kind === 'payment' ? payment : cancellation),
    });
    const hash = Transaction.from(raw).hash as string;
    const fees = { max_fee: String(fee), priority_fee: '1' };
    await this.insert('rewards_withdrawal_attempt', {
      ...{ withdrawal_id: id, kind, tx_hash: hash, raw, ...fees, signed_at: this.now() },
    });
    await this.write(
      `UPDATE rewards_withdrawal SET tx_hash = $2, state = CASE WHEN state = 'signing' THEN 'signed' ELSE state END
       WHERE id = $1`,
      [id, hash],
    );
    return hash;
  }

  /** Marks all assigned nonces as used at the final block. */
  markNoncesUsed = (): Promise<number> =>
    this.write('UPDATE rewards_hot_wallet SET head_nonce = next_nonce, final_nonce = next_nonce WHERE id = $1', [
      this.walletId,
    ]);

  /** Halts the wallet. The chain has used `nonces` more nonces than were assigned; `finalNonces` of them are final. */
  async haltAhead(nonces: number, finalNonces = nonces): Promise<void> {
    await this.write(
      `UPDATE rewards_hot_wallet SET halted_at = $2, halt_reason = 'ahead', head_nonce = next_nonce + $3,
         final_nonce = next_nonce + $4 WHERE id = $1`,
      [this.walletId, this.now(), nonces, finalNonces],
    );
    await this.markPolled();
  }

  markPolled = (): Promise<number> => this.write('UPDATE rewards_chain_cursor SET observed_at = $1', [this.now()]);

  hashOf = (id: number): Promise<string> =>
    this.readValue(`SELECT tx_hash AS value FROM rewards_withdrawal WHERE id = ${id}`);
  addressOf = (id: number): Promise<string> =>
    this.readValue(`SELECT address AS value FROM rewards_withdrawal WHERE id = ${id}`);

  private now = (): Date => this.school.clock.now();

  private async credit(id: number, userId: number, amount: number, txHash: string): Promise<void> {
    await this.school.database.transaction(async () => {
      const relatedObject = { type: 'rewards.deposit', id };
      const credit = { userId, type: 'deposit' as const, amount, description: 'Deposit', relatedObject };
      const [posted] = await this.school.part(Ledger).post([credit]);
      await this.school.part(Ledger).recordChainState([{ id: posted!.id, txHash, confirmed: true }]);
      await this.write(`UPDATE rewards_deposit SET state = 'credited', ledger_id = $2 WHERE id = $1`, [id, posted!.id]);
    });
  }

  private async recordInLedger(id: number, txHash: string, confirmed: boolean): Promise<void> {
    const ledgerId = Number(await this.readValue(`SELECT ledger_id AS value FROM rewards_withdrawal WHERE id = ${id}`));
    const ledger = this.school.part(Ledger);
    await this.school.database.transaction(() => ledger.recordChainState([{ id: ledgerId, txHash, confirmed }]));
  }

  private async nextBlock(units: bigint): Promise<{ number: number; hash: string }> {
    const heldUnits = BigInt(await this.readValue('SELECT treasury_units AS value FROM rewards_chain_cursor'));
    this.lastBlockNumber += 1;
    const block = { number: this.lastBlockNumber, hash: hashOf(this.lastBlockNumber) };
    const values = [block.number, block.hash, String(heldUnits + units)];
    const sql =
      'UPDATE rewards_chain_cursor SET final_number = $1, final_hash = $2, treasury_units = $3, head_number = $1, head_hash = $2';
    await this.write(sql, values);
    return block;
  }

  private async insert(table: string, row: Record<string, Value>): Promise<number> {
    const columns = Object.keys(row);
    const placeholders = columns.map((_, index) => `$${index + 1}`);
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${placeholders.join(', ')}) RETURNING id`;
    const { database } = this.school;
    return (await database.transaction(() => database.row({ id: int }, sql, Object.values(row))))!.id;
  }
}

export const schoolWithFixture = (environment: Environment = {}): Promise<School> =>
  School.open({ environment: { ...fixtureEnvironment, ...environment } });
