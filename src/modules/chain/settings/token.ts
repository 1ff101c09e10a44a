import type { Interface } from 'ethers';
import { ethers } from './ethers';

/** The parts of the contract that the school uses: an ERC-20 token with 18 decimals (contracts/TeoCoin.sol). */
export const token = (): Interface => (parsed ??= new (ethers().Interface)(signatures));
let parsed: Interface | undefined;
const signatures = [
  'function transfer(address to, uint256 value) returns (bool)',
  'function balanceOf(address account) view returns (uint256)',
  'function totalSupply() view returns (uint256)',
  'event Transfer(address indexed from, address indexed to, uint256 value)',
];

/** The digits of a coin after the decimal point. A unit is the smallest amount, 10^-18 coins. */
export const decimals = 18;
export const unitsPerCoin = 10n ** BigInt(decimals);

/** Converts whole TeoCoins. */
export const unitsOf = (coins: number): bigint => BigInt(coins) * unitsPerCoin;

/** `amount` is in whole TeoCoins. `dust` holds the 18 digits after the decimal point. */
export function splitUnits(units: bigint): { amount: number; dust: string } {
  return { amount: Number(units / unitsPerCoin), dust: String(units % unitsPerCoin).padStart(decimals, '0') };
}
