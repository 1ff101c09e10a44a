import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Config } from '../../../platform/config/config';
import { ChainNotConfigured } from '../chain.errors';
import { chainSettings } from './chain.settings';

/** The chain this school is connected to, as far as its configuration tells. Addresses are lower case. */
export interface ChainSettings {
  rpcUrls: readonly string[];
  chainId: number;
  contract: string;
  /** As configured, where this process holds no key of it. */
  treasury: string | null;
  confirmations: number;
  usesFinalizedTag: boolean;
  rpcTimeoutMs: number;
  inFlight: number;
  stuckMs: number;
  /** Wei for each unit of gas. */
  maxFee: bigint;
  /** Whole TeoCoins within 24 hours. */
  dailyCap: number;
  walletCooldownMs: number;
  /** Where the message that links a wallet says it comes from. */
  publicUrl: string;
}

@Injectable()
export class Chain {
  private readonly known: ChainSettings | null;

  constructor(config: Config) {
    const settings = config.of(chainSettings);
    this.known = settings.CHAIN_RPC_URL.length > 0 ? settingsOf(settings, config.publicUrl) : null;
  }

  get isConfigured(): boolean {
    return this.known !== null;
  }

  /** @throws ChainNotConfigured */
  get settings(): ChainSettings {
    if (!this.known) throw new ChainNotConfigured();
    return this.known;
  }
}

function settingsOf(settings: z.output<typeof chainSettings.schema>, publicUrl: string): ChainSettings {
  return {
    rpcUrls: settings.CHAIN_RPC_URL,
    chainId: settings.CHAIN_ID,
    contract: (settings.CHAIN_CONTRACT as string).toLowerCase(),
    treasury: settings.CHAIN_TREASURY?.toLowerCase() ?? null,
    confirmations: settings.CHAIN_CONFIRMATIONS,
    usesFinalizedTag: settings.CHAIN_FINALIZED_TAG,
    rpcTimeoutMs: settings.CHAIN_RPC_TIMEOUT_MS,
    inFlight: settings.CHAIN_IN_FLIGHT,
    stuckMs: settings.CHAIN_STUCK_SECONDS * 1_000,
    maxFee: BigInt(settings.CHAIN_MAX_FEE_GWEI) * 10n ** 9n,
    dailyCap: settings.CHAIN_DAILY_CAP,
    walletCooldownMs: settings.WALLET_COOLDOWN_MINUTES * 60_000,
    publicUrl,
  };
}
