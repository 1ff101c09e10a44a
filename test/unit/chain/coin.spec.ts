import { type Contract, MaxUint256, parseEther, Signature } from 'ethers';
import { LocalChain } from '../../support/chain';
import { describeOnChain } from '../../support/on-chain';

describeOnChain('the coin on a real chain', () => {
  let chain: LocalChain;
  let token: Contract;
  beforeAll(async () => {
    chain = await LocalChain.start();
    token = chain.token;
  });
  afterAll(() => chain?.stop());

  const call = async (name: string, ...args: unknown[]): Promise<unknown> => token.getFunction(name)(...args);

  it('the coin is TeoCoin (TEO) with 18 decimals, and the treasury has 1,000,000,000', async () => {
    expect(await Promise.all(['name', 'symbol', 'decimals'].map((name) => call(name)))).toEqual([
      'TeoCoin',
      'TEO',
      18n,
    ]);
    expect(await chain.balanceOf(chain.treasury)).toBe(parseEther('1000000000'));
    expect(await call('totalSupply')).toBe(parseEther('1000000000'));
  });

  it('the coin refuses to mint without the minter role, and only its administrator can grant that role', async () => {
    const minter = await call('MINTER_ROLE');
    const asTreasury = (name: string, ...args: unknown[]): Promise<unknown> =>
      token.getFunction(name).staticCall(...args);
    await expect(asTreasury('mint', chain.treasury, 1n)).rejects.toMatchObject({
      revert: { name: 'AccessControlUnauthorizedAccount', args: [chain.treasury, minter] },
    });
    await expect(asTreasury('grantRole', minter, chain.treasury)).rejects.toMatchObject({
      revert: { name: 'AccessControlUnauthorizedAccount' },
    });
  });

  it('a transfer emits one event with the full amount', async () => {
    const [person] = chain.wallets;
    const receipt = await chain.mined(await chain.fund(person!.address, parseEther('12.5')));
    const events = receipt.logs.map((log) => token.interface.parseLog(log)!);
    expect(events.map(({ name, args }) => [name, ...args])).toEqual([
      ['Transfer', chain.treasury, person!.address, parseEther('12.5')],
    ]);
    expect(receipt.logs[0]!.address).toBe(chain.contract);
  });

  it('the coin refuses a transfer of more than the balance', async () => {
    const emptyWallet = chain.wallets[5]!;
    await expect(
      chain.tokenOf(emptyWallet).getFunction('transfer').staticCall(chain.treasury, 1n),
    ).rejects.toMatchObject({
      revert: { name: 'ERC20InsufficientBalance', args: [emptyWallet.address, 0n, 1n] },
    });
  });

  it('a signed permit gives an allowance, and can be used once', async () => {
    const [owner, spender] = chain.wallets;
    const message = { owner: owner!.address, spender: spender!.address, value: 3n, nonce: 0n, deadline: MaxUint256 };
    const domain = { name: 'TeoCoin', version: '1', chainId: chain.chainId, verifyingContract: chain.contract };
    const Permit = ['owner', 'spender'].map((name) => ({ name, type: 'address' }));
    for (const name of ['value', 'nonce', 'deadline']) Permit.push({ name, type: 'uint256' });
    const { v, r, s } = Signature.from(await owner!.signTypedData(domain, { Permit }, message));
    const permit = [message.owner, message.spender, 3n, MaxUint256, v, r, s];
    await chain.mined((await call('permit', ...permit)) as { hash: string });
    expect(await call('allowance', message.owner, message.spender)).toBe(3n);
    await expect(token.getFunction('permit').staticCall(...permit)).rejects.toMatchObject({
      revert: { name: 'ERC2612InvalidSigner' },
    });
  });
});
