import { z } from 'zod';
import { addressResponse } from './settings/addresses';
import { ethers } from './settings/ethers';
import type { ChainSettings } from './settings/chain-settings';
import { decimals } from './settings/token';
import { maxAmount, maxDailyAmount, maxOpenCount, minAmount } from './withdrawals/withdrawal-limits';

const coins = z.int().positive();
const limits = { min: minAmount, max: maxAmount, daily: maxDailyAmount, open: maxOpenCount };

export const ChainConnection = z
  .strictObject({
    chainId: z.int().positive(),
    contract: addressResponse.meta({ description: 'The ERC-20 contract of the TeoCoin' }),
    treasury: addressResponse
      .nullable()
      .meta({ description: 'The address for deposits; null: do not send deposits yet' }),
    decimals: z.int().meta({ description: 'Digits of a TeoCoin after the decimal point on the chain' }),
    confirmations: z.int().positive().meta({ description: 'Minimum depth of a block before it counts as final' }),
    limits: z.strictObject({ min: coins, max: coins, daily: coins, open: z.int().positive() }).meta({
      description:
        'Limits of withdrawals. min, max: TeoCoins of one withdrawal; daily: TeoCoins within 24 hours; open: withdrawals that are under way',
    }),
    walletCooldownMinutes: z.number().min(0),
  })
  .meta({
    id: 'ChainConnection',
    examples: [
      {
        chainId: 31_337,
        contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
        treasury: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
        decimals,
        confirmations: 64,
        limits,
        walletCooldownMinutes: 1_440,
      },
    ],
  });
export type ChainConnection = z.output<typeof ChainConnection>;

export function showConnection(settings: ChainSettings, treasury: string | null): ChainConnection {
  return {
    chainId: settings.chainId,
    contract: ethers().getAddress(settings.contract),
    treasury: treasury === null ? null : ethers().getAddress(treasury),
    decimals,
    confirmations: settings.confirmations,
    limits,
    walletCooldownMinutes: settings.walletCooldownMs / 60_000,
  };
}
