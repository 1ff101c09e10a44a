import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Contract, ContractFactory, getCreateAddress, HDNodeWallet, parseEther } from 'ethers';
import { root } from './install.mjs';

/** Known to everybody, and rich on development chains only. */
const MNEMONIC = 'test test test test test test test test test test test junk';
const ACCOUNTS = 10;
const TREASURY_COINS = '1000000000';

/**
 * Puts the coin and its treasury on an empty development chain, or finds them there: whoever deploys first, with a
 * known key, gets a known address.
 */
export async function furnish(provider) {
  const [deployer, treasury, ...persons] = accounts();
  const { abi, bytecode } = JSON.parse(readFileSync(path.join(root, 'contracts/TeoCoin.json'), 'utf8'));
  const signer = deployer.connect(provider);
  const contract = getCreateAddress({ from: deployer.address, nonce: 0 });
  if ((await provider.getCode(contract)) === '0x') await deploy(abi, bytecode, signer, contract);
  const coin = new Contract(contract, abi, signer);
  // A chain may have been saved between the two.
  if ((await coin.totalSupply()) === 0n) await fill(coin, deployer.address, treasury.address);
  return {
    contract,
    treasury: treasury.address,
    treasuryKey: treasury.privateKey,
    personKeys: persons.map((person) => person.privateKey),
  };
}

async function deploy(abi, bytecode, signer, wanted) {
  const coin = await new ContractFactory(abi, bytecode, signer).deploy(signer.address);
  await coin.waitForDeployment();
  if ((await coin.getAddress()) !== wanted) throw new Error(`the chain is not empty, and has no coin at ${wanted}`);
}

async function fill(coin, minter, treasury) {
  await (await coin.grantRole(await coin.MINTER_ROLE(), minter)).wait();
  await (await coin.mint(treasury, parseEther(TREASURY_COINS))).wait();
}

function accounts() {
  const root = HDNodeWallet.fromPhrase(MNEMONIC, undefined, "m/44'/60'/0'/0");
  return Array.from({ length: ACCOUNTS }, (_, index) => root.deriveChild(index));
}
