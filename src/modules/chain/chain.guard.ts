import { Injectable, type CanActivate } from '@nestjs/common';
import { Chain } from './settings/chain-settings';

/** Before anything is read of the request: without a chain its routes say so, whatever they are asked. */
@Injectable()
export class ChainGuard implements CanActivate {
  constructor(private readonly chain: Chain) {}

  /** @throws ChainNotConfigured */
  canActivate(): boolean {
    return Boolean(this.chain.settings);
  }
}
