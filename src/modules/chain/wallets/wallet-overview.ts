import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { addressResponse } from '../settings/addresses';
import { ethers } from '../settings/ethers';
import { Wallets } from './wallets';

/** The wallets of a person as an administrator sees them, as a member of a larger response. */
export const WalletOverview = {
  wallets: z.array(
    z.strictObject({ id: z.int(), address: addressResponse, linkedAt: z.iso.datetime() }).meta({
      id: 'WalletOfPerson',
      examples: [
        { id: 3, address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', linkedAt: '2026-03-01T09:32:00.000Z' },
      ],
    }),
  ),
};
type Overview = z.output<z.ZodObject<typeof WalletOverview>>;

/** Does not need the settings of a chain, because wallets stay linked when a school has none any more. */
@Injectable()
export class WalletOverviews {
  constructor(private readonly wallets: Wallets) {}

  async get(userId: number): Promise<Overview> {
    const wallets = await this.wallets.listLinked(userId);
    return {
      wallets: wallets.map(({ id, address, linkedAt }) => ({
        id,
        address: ethers().getAddress(address),
        linkedAt: linkedAt.toISOString(),
      })),
    };
  }
}
