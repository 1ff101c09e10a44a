import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Contract, ContractFactory, getCreateAddress, HDNodeWallet, parseEther } from 'ethers';
import { root } from './install.mjs';

/** The public mnemonic of development chains. Its accounts have funds only there. */
const MNEMONIC = 'test test test test test test test test test test test junk';
const ACCOUNTS = 10;
const TREASURY_COINS = '1000000000';
const POLLING_MS = 20;

/**
 * Deploys the coin and fills its treasury on a development chain, unless they exist already. The address is known in advance,
 * because it follows from the key and the first nonce of the deployer.
 */
export async function deployCoin(provider) {
  const [deployer, treasury, ...persons] = accounts();
  const { abi, bytecode } = JSON.parse(readFileSync(path.join(root, 'contracts/TeoCoin.json'), 'utf8'));
  const signer = deployer.connect(provider);
  const contract = getCreateAddress({ from: deployer.address, nonce: 0 });
  if ((await provider.getCode(contract)) === '0x') await deployContract(abi, bytecode, signer, contract);
  const coin = new Contract(contract, abi, signer);
  // The coin may exist without supply, because the chain may have been saved between the two steps.
  if ((await coin.totalSupply()) === 0n) await mintTreasury(coin, deployer.address, treasury.address);
  return {
    contract,
    treasury: treasury.address,
    treasuryKey: treasury.privateKey,
    personKeys: persons.map((person) => person.privateKey),
  };
}

async function deployContract(abi, bytecode, signer, expectedAddress) {
  const coin = await new ContractFactory(abi, bytecode, signer).deploy(signer.address);
  await untilMined(coin.deploymentTransaction());
  if ((await coin.getAddress()) !== expectedAddress)
    throw new Error(`the chain is not empty and has no coin at ${expectedAddress}`);
}

async function mintTreasury(coin, minter, treasury) {
  await untilMined(await coin.grantRole(await coin.MINTER_ROLE(), minter));
  await untilMined(await coin.mint(treasury, parseEther(TREASURY_COINS)));
}

/**
 * Waits for the receipt of a transaction. `wait` of ethers looks once, and then again only after a new block. If the block was mined
 * in between and none follows, as on a chain without transactions, it waits for ever.
 */
async function untilMined({ provider, hash }) {
  while (!(await provider.getTransactionReceipt(hash))) await sleep(POLLING_MS);
}

function accounts() {
  const root = HDNodeWallet.fromPhrase(MNEMONIC, undefined, "m/44'/60'/0'/0");
  return Array.from({ length: ACCOUNTS }, (_, index) => root.deriveChild(index));
}
