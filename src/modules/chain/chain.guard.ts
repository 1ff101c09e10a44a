import { Injectable, type CanActivate } from '@nestjs/common';
import { ChainConfig } from './settings/chain-settings';

/** Without a configured chain, the routes of the chain return ChainNotConfigured before the request is read. */
@Injectable()
export class ChainGuard implements CanActivate {
  constructor(private readonly chain: ChainConfig) {}

  /** @throws ChainNotConfigured */
  canActivate(): boolean {
    return Boolean(this.chain.settings);
  }
}
