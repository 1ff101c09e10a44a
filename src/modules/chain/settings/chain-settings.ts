import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { ChainNotConfigured } from '../chain.errors';

/** The settings of the chain that this school is connected to. Addresses are lower case. */
export interface ChainSettings {
  rpcUrls: readonly string[];
  chainId: number;
  contract: string;
  /** CHAIN_TREASURY. Null where it is not set: then this process has the key, and the address follows from it. */
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
  /** The domain and URI in the message that links a wallet. */
  publicUrl: string;
}

@Injectable()
export class ChainConfig {
  private readonly configured: ChainSettings | null;

  constructor(config: Config) {
    this.configured = config.chainConfigured ? settingsOf(config) : null;
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

function settingsOf({ settings, publicUrl }: Config): ChainSettings {
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
    maxFee: BigInt(settings.CHAIN_MAX_FEE_GWEI) * 10n ** 9n,
    dailyCap: settings.CHAIN_DAILY_CAP,
    walletCooldownMs: settings.WALLET_COOLDOWN_MINUTES * 60_000,
    publicUrl,
  };
}
