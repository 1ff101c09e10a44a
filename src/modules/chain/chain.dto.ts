import { getAddress } from 'ethers';
import { z } from 'zod';
import { addressResponse } from './settings/addresses';
import type { ChainSettings } from './settings/chain-settings';
import { decimals } from './settings/token';
import { minAmount, maxDailyAmount, maxAmount, mostOpen } from './withdrawals/withdrawal-limits';

const coins = z.int().positive();

export const ChainConnection = z
  .strictObject({
    chainId: z.int().positive(),
    contract: addressResponse.meta({ description: 'The ERC-20 contract of the TeoCoin' }),
    treasury: addressResponse.nullable().meta({ description: 'Where deposits go; null: do not send any yet' }),
    decimals: z.int().meta({ description: 'Digits after the point of a TeoCoin on the chain' }),
    confirmations: z.int().positive().meta({ description: 'How deep a block lies before anything counts, at least' }),
    limits: z
      .strictObject({ min: coins, max: coins, daily: coins, open: z.int().positive() })
      .meta({ description: 'Of withdrawals: TeoCoins each and within 24 hours, and how many under way' }),
    walletCooldownMinutes: z.number().min(0),
  })
  .meta({
    id: 'ChainConnection',
    examples: [
      {
        ...{ chainId: 31_337, contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3' },
        ...{ treasury: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266', decimals, confirmations: 64 },
        ...{ limits: { min: minAmount, max: maxAmount, daily: maxDailyAmount, open: mostOpen } },
        walletCooldownMinutes: 1_440,
      },
    ],
  });
export type ChainConnection = z.output<typeof ChainConnection>;

export function showConnection(settings: ChainSettings, treasury: string | null): ChainConnection {
  const { chainId, contract, confirmations, walletCooldownMs } = settings;
  return {
    ...{ chainId, contract: getAddress(contract), treasury: treasury && getAddress(treasury), decimals, confirmations },
    limits: { min: minAmount, max: maxAmount, daily: maxDailyAmount, open: mostOpen },
    walletCooldownMinutes: walletCooldownMs / 60_000,
  };
}
