import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encryptKeystoreJson, SigningKey } from 'ethers';
import { chainSettings } from '../../src/modules/chain';
import { TreasuryKey } from '../../src/modules/chain/sending/treasury-key';
import { Config, type Environment } from '../../src/platform/config/config';
import { LocalChain } from '../support/chain';
import { describeOnChain } from '../support/on-chain';
import { chainEnvironment, confirmations, SchoolOnChain } from './school-on-chain';

describeOnChain('the key of the treasury', () => {
  let chain: LocalChain;
  let folder: string;
  let opened: SchoolOnChain | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'keystore-'));
    chain = await LocalChain.start({ automine: false });
    await chain.mine(confirmations + 2);
  }, 60_000);
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });
  afterAll(async () => {
    await chain.stop();
    await rm(folder, { recursive: true });
  });

  const open = async (environment: Environment): Promise<SchoolOnChain> =>
    (opened = await SchoolOnChain.open(chain, { environment: { CHAIN_PRIVATE_KEY: undefined, ...environment } }));
  async function expectPayment(school: SchoolOnChain): Promise<void> {
    const ann = await school.createHolder(100);
    const before = await school.walletCoins(ann);
    const id = await school.withdraw(ann, 40);
    await school.poll();
    await school.mine(confirmations + 1);
    expect(await school.getWithdrawal(ann, id)).toMatchObject({ status: 'confirmed' });
    expect(await school.walletCoins(ann)).toBe(before + 40);
  }
  async function keystore(): Promise<Environment> {
    const account = { address: chain.treasury, privateKey: chain.treasuryKey };
    const file = path.join(folder, 'treasury.json');
    await writeFile(file, await encryptKeystoreJson(account, 'open sesame', { scrypt: { N: 2 } }));
    return { CHAIN_KEYSTORE: file, CHAIN_KEYSTORE_PASSWORD: 'open sesame' };
  }

  test('the key can be in an encrypted keystore file', async () => {
    const school = await open(await keystore());
    await school.poll();
    await expectPayment(school);
  });

  test('a keystore does not open with a wrong password, and the chain is not polled', async () => {
    const school = await open({ ...(await keystore()), CHAIN_KEYSTORE_PASSWORD: 'open barley' });
    expect(await school.reasonOfFailedPoll()).toContain('incorrect password');
  });

  test('a keystore file that was missing at the first poll is opened at the next one', async () => {
    const settings = await keystore();
    const file = settings.CHAIN_KEYSTORE as string;
    await rename(file, `${file}.away`);
    const school = await open(settings);
    expect(await school.reasonOfFailedPoll()).toContain('ENOENT');
    await rename(`${file}.away`, file);
    await school.poll();
    await expectPayment(school);
  });

  test('a key that is not the key of CHAIN_TREASURY is refused', async () => {
    const school = await open({ CHAIN_PRIVATE_KEY: chain.treasuryKey, CHAIN_TREASURY: chain.wallets[0]!.address });
    expect(await school.reasonOfFailedPoll()).toContain('but CHAIN_TREASURY is');
  });

  test('a key in the environment is refused in production, unless a setting allows it', () => {
    const production = {
      ...{ NODE_ENV: 'production', AUTH_SECRET: 'a secret for tests that is long enough' },
      ...{ TRUST_PROXY_HOPS: '0', PUBLIC_URL: 'https://school.test' },
    };
    const config = { ...chainEnvironment(chain), ...production, DATABASE_URL: 'sqlite:nowhere.sqlite3' };
    expect(() => new Config(config, [chainSettings])).toThrow('CHAIN_PRIVATE_KEY: not in production');
    expect(() => new Config({ ...config, CHAIN_PRIVATE_KEY_IN_PRODUCTION: 'on' }, [chainSettings])).not.toThrow();
  });

  test('a key service can sign digests, and payments wait while it is down', async () => {
    const school = await open({ CHAIN_TREASURY: chain.treasury });
    const key = new SigningKey(chain.treasuryKey);
    let isDown = false;
    let signatureCount = 0;
    const signDigest = async (digest: string) => {
      signatureCount += 1;
      if (isDown) throw new Error('service unavailable');
      return key.sign(digest);
    };
    school.app.part(TreasuryKey).use({ address: chain.treasury, signDigest });
    await school.poll();
    await expectPayment(school);
    expect(signatureCount).toBe(1);
    isDown = true;
    const ben = await school.createHolder(100);
    const id = await school.withdraw(ben, 50);
    await school.poll();
    await school.poll();
    expect(await school.getWithdrawal(ben, id)).toMatchObject({ status: 'signing' });
    isDown = false;
    await school.poll();
    await school.mine(confirmations + 1);
    expect(await school.getWithdrawal(ben, id)).toMatchObject({ status: 'confirmed' });
  });
});
