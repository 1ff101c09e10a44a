import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Config } from '../../../platform/config/config';
import { ChainNotConfigured } from '../chain.errors';
import { chainSettings } from './chain.settings';
import { ethers } from './ethers';

/** The settings of the chain that this school is connected to. Addresses are lower case. */
export interface ChainSettings {
  rpcUrls: readonly string[];
  chainId: number;
  contract: string;
  /** CHAIN_TREASURY. Null if it is not set. Then this process has the key, and the address is computed from the key. */
  treasury: string | null;
  confirmations: number;
  usesFinalizedTag: boolean;
  rpcTimeoutMs: number;
  maxInFlightCount: number;
  stuckAfterMs: number;
  /** Wei for each unit of gas. */
  maxFee: bigint;
  /** Whole TeoCoins within 24 hours. */
  dailyCap: number;
  walletCooldownMs: number;
  /** A withdrawal of more whole TeoCoins needs a recent proof of the person. */
  maxUnprovenAmount: number;
  /** The domain and URI in the message that links a wallet. */
  publicUrl: string;
}

const weiPerGwei = 10n ** 9n;

/** The settings of the chain, if this school is connected to one. */
@Injectable()
export class ChainConfig {
  private readonly configured: ChainSettings | null;

  constructor(config: Config) {
    const settings = config.of(chainSettings);
    const isConfigured = settings.CHAIN_RPC_URL.length > 0;
    if (isConfigured) ethers();
    this.configured = isConfigured ? toChainSettings(settings, config.publicUrl) : null;
  }

  get isConfigured(): boolean {
    return this.configured !== null;
  }

  /** @throws ChainNotConfigured */
  get settings(): ChainSettings {
    if (!this.configured) throw new ChainNotConfigured();
    return this.configured;
  }
}

function toChainSettings(settings: z.output<typeof chainSettings.schema>, publicUrl: string): ChainSettings {
  return {
    rpcUrls: settings.CHAIN_RPC_URL,
    chainId: settings.CHAIN_ID,
    contract: (settings.CHAIN_CONTRACT as string).toLowerCase(),
    treasury: settings.CHAIN_TREASURY?.toLowerCase() ?? null,
    confirmations: settings.CHAIN_CONFIRMATIONS,
    usesFinalizedTag: settings.CHAIN_FINALIZED_TAG,
    rpcTimeoutMs: settings.CHAIN_RPC_TIMEOUT_MS,
    maxInFlightCount: settings.CHAIN_IN_FLIGHT,
    stuckAfterMs: settings.CHAIN_STUCK_SECONDS * 1_000,
    maxFee: BigInt(settings.CHAIN_MAX_FEE_GWEI) * weiPerGwei,
    dailyCap: settings.CHAIN_DAILY_CAP,
    walletCooldownMs: settings.WALLET_COOLDOWN_MINUTES * 60_000,
    maxUnprovenAmount: settings.WITHDRAWAL_PROOF_COINS,
    publicUrl,
  };
}
