import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { encryptKeystoreJson, parseEther, type Wallet } from 'ethers';
import { buildOnce } from '../support/build-once';
import { LocalChain } from '../support/chain';
import { emptyDatabaseUrl } from '../support/database-url';
import { describeOnChain } from '../support/on-chain';
import { eventually, good, RestartableSchool, type Person } from './restartable-school';

jest.setTimeout(300_000);

const confirmations = 3;
const password = 'kept by the porter';
/** The job polls every five seconds. After a kill during its run, the next run waits until its lease of 15 seconds expires. */
const stateTimeoutMs = 45_000;

describeOnChain('a school with a chain', () => {
  let chain: LocalChain;
  let keystore: string;
  let school: RestartableSchool;
  beforeAll(async () => {
    await buildOnce();
    chain = await LocalChain.start({ automine: false });
    await chain.mine(confirmations + 2);
    keystore = path.join(tmpdir(), `teoart-keystore-${randomUUID()}.json`);
    // As in production, but with a cheaper key derivation (scrypt N = 1024), so that the test is fast.
    const account = { address: chain.treasury, privateKey: chain.treasuryKey };
    await writeFile(keystore, await encryptKeystoreJson(account, password, { scrypt: { N: 1_024 } }));
    school = await RestartableSchool.start(await emptyDatabaseUrl(), environment());
  });
  afterAll(async () => {
    await school.kill();
    await chain.stop();
    await rm(keystore);
  });

  const environment = () => ({
    CHAIN_RPC_URL: chain.rpcUrl,
    CHAIN_ID: String(chain.chainId),
    CHAIN_CONTRACT: chain.contract,
    CHAIN_KEYSTORE: keystore,
    CHAIN_KEYSTORE_PASSWORD: password,
    CHAIN_CONFIRMATIONS: String(confirmations),
    CHAIN_FINALIZED_TAG: 'off',
    WALLET_COOLDOWN_MINUTES: '0',
  });

  async function linkWallet(person: Person, wallet: Wallet): Promise<number> {
    const { message } = await good(person.ask.post('/me/wallets/challenge', { address: wallet.address }));
    const signature = await wallet.signMessage(message as string);
    return (await good(person.ask.post('/me/wallets', { message, signature }))).id as number;
  }

  const withdraw = (person: Person, walletId: number, amount: number, key: string) =>
    person.ask.post('/coins/withdrawals', { walletId, amount }, { 'idempotency-key': key });
  const balanceOf = async (person: Person): Promise<number> => (await good(person.ask.get('/me/coins'))).balance;
  const waitForStatus = (person: Person, id: number, ...wanted: string[]): Promise<any> =>
    eventually(
      () => good(person.ask.get(`/coins/withdrawals/${id}`)),
      ({ status }) => wanted.includes(status as string),
      stateTimeoutMs,
    );
  const waitForNotifications = (person: Person, types: string[]): Promise<unknown> =>
    eventually(
      async () => (await good(person.ask.get('/me/notifications'))).data.map(({ type }: { type: string }) => type),
      (found: string[]) => types.every((type) => found.includes(type)),
    );

  test('a withdrawal is confirmed although the server is killed, and a deposit brings coins back', async () => {
    const administrator = await school.createAdministrator();
    const anna = await school.register('anna', 'student');
    await good(administrator.ask.post('/rewards/manual', { userId: anna.id, amount: 200, reason: 'First prize' }));
    const wallet = chain.wallets[0]!;
    const walletId = await linkWallet(anna, wallet);
    const { id } = await good(withdraw(anna, walletId, 40, 'to-my-wallet'));
    expect(await balanceOf(anna)).toBe(160);
    const { txHash } = await waitForStatus(anna, id, 'broadcast');

    await school.kill();
    await chain.mine();
    await school.start();
    expect(await withdraw(anna, walletId, 40, 'to-my-wallet')).toMatchObject({
      headers: { 'idempotency-replayed': 'true' },
      body: { id },
    });
    expect(await waitForStatus(anna, id, 'mined')).toMatchObject({ txHash, isConfirmed: false });
    await chain.mine(confirmations);
    expect(await waitForStatus(anna, id, 'confirmed')).toMatchObject({ txHash, isConfirmed: true });
    expect(await chain.balanceOf(wallet.address)).toBe(parseEther('40'));
    expect(await balanceOf(anna)).toBe(160);

    await chain.transferToTreasury(0, parseEther('12.5'));
    await chain.mine(confirmations + 1);
    const deposits = async () =>
      (await good(anna.ask.get('/me/deposits'))).data as { status: string; amount: number }[];
    const [deposit] = await eventually(deposits, ([first]) => first?.status === 'credited');
    expect(deposit).toMatchObject({ amount: 12, units: String(parseEther('12.5')) });
    expect(await balanceOf(anna)).toBe(172);
    await waitForNotifications(anna, ['withdrawal_confirmed', 'deposit_credited']);
    expect(await school.job('rewards:audit')).toMatchObject({ violations: 0 });
  });
});
