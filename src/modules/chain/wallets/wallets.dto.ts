import { z } from 'zod';
import { pageOf } from '../../../platform/http/pagination';
import { address, addressResponse } from '../settings/addresses';
import { ethers } from '../settings/ethers';
import type { Challenge } from './wallet-challenges';
import type { LinkedWallet } from './wallets';

const example = {
  address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  message: [
    'school.example wants you to sign in with your Ethereum account:',
    '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
    '',
    'Link this wallet to the TeoArt account anna (7).',
    '',
    'URI: https://school.example',
    'Version: 1',
    'Chain ID: 31337',
    'Nonce: 9f86d081884c7d659a2feaa0c55ad015',
    'Issued At: 2026-03-01T09:30:00.000Z',
    'Expiration Time: 2026-03-01T09:40:00.000Z',
  ].join('\n'),
};

export const WalletChallengeRequest = z
  .strictObject({ address })
  .meta({ id: 'WalletChallengeRequest', examples: [{ address: example.address }] });
export type WalletChallengeRequest = z.output<typeof WalletChallengeRequest>;

export const WalletChallengeView = z
  .strictObject({
    message: z.string().meta({ description: 'The message to sign unchanged (EIP-4361, personal_sign)' }),
    nonce: z.string().meta({ description: 'The nonce in the message. It can be used once' }),
    expiresAt: z.iso.datetime(),
  })
  .meta({
    id: 'WalletChallenge',
    examples: [
      {
        message: example.message,
        nonce: '9f86d081884c7d659a2feaa0c55ad015',
        expiresAt: '2026-03-01T09:40:00.000Z',
      },
    ],
  });
export type WalletChallengeView = z.output<typeof WalletChallengeView>;

export function showChallenge({ message, nonce, expiresAt }: Challenge): WalletChallengeView {
  return { message, nonce, expiresAt: expiresAt.toISOString() };
}

export const WalletLinkRequest = z
  .strictObject({
    message: z.string().min(1).max(4_000).meta({ description: 'The message exactly as you received it' }),
    signature: z.string().min(1).max(1_000).meta({ description: '65 bytes: 0x followed by 130 hexadecimal digits' }),
  })
  .meta({ id: 'WalletLinkRequest', examples: [{ message: example.message, signature: `0x${'5c'.repeat(64)}1b` }] });
export type WalletLinkRequest = z.output<typeof WalletLinkRequest>;

export const WalletView = z
  .strictObject({
    id: z.int(),
    address: addressResponse,
    linkedAt: z.iso.datetime(),
    withdrawableAt: z.iso.datetime().meta({ description: 'The end of the cool-down' }),
  })
  .meta({
    id: 'Wallet',
    examples: [
      {
        id: 3,
        address: example.address,
        linkedAt: '2026-03-01T09:32:00.000Z',
        withdrawableAt: '2026-03-02T09:32:00.000Z',
      },
    ],
  });
export type WalletView = z.output<typeof WalletView>;

export const WalletPage = pageOf(WalletView, 'WalletPage');

export function showWallet({ id, address, linkedAt, withdrawableAt }: LinkedWallet): WalletView {
  return {
    id,
    address: ethers().getAddress(address),
    linkedAt: linkedAt.toISOString(),
    withdrawableAt: withdrawableAt.toISOString(),
  };
}
