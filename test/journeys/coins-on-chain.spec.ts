import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { encryptKeystoreJson, parseEther, type Wallet } from 'ethers';
import { buildOnce } from '../support/build-once';
import { LocalChain } from '../support/chain';
import { emptyDatabaseUrl } from '../support/database-url';
import { describeOnChain } from '../support/on-chain';
import { eventually, good, Story, type Person } from './story';

jest.setTimeout(300_000);

const confirmations = 3;
const password = 'kept by the porter';
/** The poller comes every five seconds; after a kill in its run the others wait for a lease of fifteen. */
const longestWaitMs = 45_000;

describeOnChain('a school with a chain', () => {
  let chain: LocalChain;
  let keystore: string;
  let story: Story;
  beforeAll(async () => {
    await buildOnce();
    chain = await LocalChain.start({ automine: false });
    await chain.mine(confirmations + 2);
    keystore = path.join(tmpdir(), `teoart-keystore-${randomUUID()}.json`);
    // As in production, but for the hardness of the password.
    const account = { address: chain.treasury, privateKey: chain.treasuryKey };
    await writeFile(keystore, await encryptKeystoreJson(account, password, { scrypt: { N: 1_024 } }));
    story = await Story.begin(await emptyDatabaseUrl(), environment());
  });
  afterAll(async () => {
    await story.powerFails();
    await chain.stop();
    await rm(keystore);
  });

  const environment = () => ({
    ...{ CHAIN_RPC_URL: chain.rpcUrl, CHAIN_ID: String(chain.chainId), CHAIN_CONTRACT: chain.contract },
    ...{ CHAIN_KEYSTORE: keystore, CHAIN_KEYSTORE_PASSWORD: password },
    ...{ CHAIN_CONFIRMATIONS: String(confirmations), CHAIN_FINALIZED_TAG: 'off', WALLET_COOLDOWN_MINUTES: '0' },
  });

  async function links(person: Person, wallet: Wallet): Promise<number> {
    const { message } = await good(person.ask.post('/me/wallets/challenge', { address: wallet.address }));
    const signature = await wallet.signMessage(message as string);
    return (await good(person.ask.post('/me/wallets', { message, signature }))).id as number;
  }

  const withdraws = (person: Person, walletId: number, amount: number, key: string) =>
    person.ask.post('/coins/withdrawals', { walletId, amount }, { 'idempotency-key': key });
  const balanceOf = async (person: Person): Promise<number> => (await good(person.ask.get('/me/coins'))).balance;
  const becomes = (person: Person, id: number, ...wanted: string[]): Promise<any> =>
    eventually(
      () => good(person.ask.get(`/coins/withdrawals/${id}`)),
      ({ state }) => wanted.includes(state as string),
      longestWaitMs,
    );
  const isTold = (person: Person, types: string[]): Promise<unknown> =>
    eventually(
      async () => (await good(person.ask.get('/me/notifications'))).data.map(({ type }: { type: string }) => type),
      (told: string[]) => types.every((type) => told.includes(type)),
    );

  test('coins go to the chain through a power failure, and come back', async () => {
    const administrator = await story.firstAdministrator();
    const anna = await story.registers('anna', 'student');
    await good(administrator.ask.post('/rewards/manual', { userId: anna.id, amount: 200, reason: 'First prize' }));
    const wallet = chain.wallets[0]!;
    const walletId = await links(anna, wallet);
    const { id } = await good(withdraws(anna, walletId, 40, 'to-my-wallet'));
    expect(await balanceOf(anna)).toBe(160);
    const { txHash } = await becomes(anna, id, 'broadcast');

    await story.powerFails();
    await chain.mine();
    await story.opens();
    expect(await withdraws(anna, walletId, 40, 'to-my-wallet')).toMatchObject({
      headers: { 'idempotency-replayed': 'true' },
      body: { id },
    });
    expect(await becomes(anna, id, 'mined')).toMatchObject({ txHash, confirmed: false });
    await chain.mine(confirmations);
    expect(await becomes(anna, id, 'confirmed')).toMatchObject({ txHash, confirmed: true });
    expect(await chain.balanceOf(wallet.address)).toBe(parseEther('40'));
    expect(await balanceOf(anna)).toBe(160);

    await chain.transferToTreasury(0, parseEther('12.5'));
    await chain.mine(confirmations + 1);
    const deposits = async () => (await good(anna.ask.get('/me/deposits'))).data as { state: string; amount: number }[];
    const [deposit] = await eventually(deposits, ([first]) => first?.state === 'credited');
    expect(deposit).toMatchObject({ amount: 12, units: String(parseEther('12.5')) });
    expect(await balanceOf(anna)).toBe(172);
    await isTold(anna, ['withdrawal_confirmed', 'deposit_credited']);
    expect(await story.job('rewards:audit')).toMatchObject({ violations: 0 });
  });
});
