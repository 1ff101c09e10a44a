import { z } from 'zod';
import { flag, hex, list, wholeNumber } from '../../../platform/config/setting-types';

const schema = z.object({
  CHAIN_RPC_URL: list,
  CHAIN_ID: wholeNumber(31_337, 1, Number.MAX_SAFE_INTEGER),
  CHAIN_CONTRACT: hex(20, 'the address of a contract').optional(),
  CHAIN_TREASURY: hex(20, 'an address').optional(),
  CHAIN_PRIVATE_KEY: hex(32, 'a private key').optional(),
  CHAIN_PRIVATE_KEY_IN_PRODUCTION: flag('off'),
  CHAIN_KEYSTORE: z.string().optional(),
  CHAIN_KEYSTORE_PASSWORD: z.string().optional(),
  CHAIN_CONFIRMATIONS: wholeNumber(64, 1, 10_000),
  CHAIN_FINALIZED_TAG: flag('on'),
  CHAIN_RPC_TIMEOUT_MS: wholeNumber(10_000, 100, 120_000),
  CHAIN_IN_FLIGHT: wholeNumber(16, 1, 1_000),
  CHAIN_STUCK_SECONDS: wholeNumber(180, 1, 86_400),
  CHAIN_MAX_FEE_GWEI: wholeNumber(200, 1, 1_000_000),
  CHAIN_DAILY_CAP: wholeNumber(250_000, 1, 2_000_000_000),
  WALLET_COOLDOWN_MINUTES: wholeNumber(1_440, 0, 525_600),
  WITHDRAWAL_PROOF_COINS: wholeNumber(500, 0, 2_000_000_000),
});

/** The connection to the chain. Without CHAIN_RPC_URL the school has no chain, and nothing else is required. */
export const chainSettings = {
  schema,
  problems(chain: z.output<typeof schema>, isProduction: boolean): string[] {
    if (chain.CHAIN_RPC_URL.length === 0) return [];
    const { CHAIN_PRIVATE_KEY: privateKey, CHAIN_KEYSTORE: keystore } = chain;
    const problems: string[] = [];
    if (!chain.CHAIN_CONTRACT) problems.push('CHAIN_CONTRACT: required with CHAIN_RPC_URL');
    if (!privateKey && !keystore && !chain.CHAIN_TREASURY)
      problems.push('CHAIN_TREASURY: required where there is no key');
    if (privateKey && keystore) problems.push('CHAIN_KEYSTORE: not together with CHAIN_PRIVATE_KEY');
    if (keystore && !chain.CHAIN_KEYSTORE_PASSWORD)
      problems.push('CHAIN_KEYSTORE_PASSWORD: required with CHAIN_KEYSTORE');
    // A key in the environment is refused in production, because child processes and crash reports can contain the environment.
    if (privateKey && isProduction && !chain.CHAIN_PRIVATE_KEY_IN_PRODUCTION)
      problems.push('CHAIN_PRIVATE_KEY: not in production; use CHAIN_KEYSTORE');
    return problems;
  },
};
