import { Interface } from 'ethers';

/** What we know of the contract: an ERC-20 with 18 decimals (contracts/TeoCoin.sol). */
export const token = new Interface([
  'function transfer(address to, uint256 value) returns (bool)',
  'function balanceOf(address account) view returns (uint256)',
  'function totalSupply() view returns (uint256)',
  'event Transfer(address indexed from, address indexed to, uint256 value)',
]);

export const decimals = 18;
/** Units that make a TeoCoin. */
export const unitsPerCoin = 10n ** BigInt(decimals);

export const unitsOf = (coins: number): bigint => BigInt(coins) * unitsPerCoin;

/** Whole TeoCoins, and the digits after the point that make none. */
export function coinsOf(units: bigint): { amount: number; dust: string } {
  return { amount: Number(units / unitsPerCoin), dust: String(units % unitsPerCoin).padStart(decimals, '0') };
}
