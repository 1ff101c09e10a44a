import { isAddress } from 'ethers';
import { z } from 'zod';

/** Where letters are mixed they are a checksum (EIP-55), and it must be right: a typing error would be another account. */
export const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'Must be 0x and 40 hexadecimal digits')
  .refine(isAddress, 'The checksum (EIP-55) is wrong')
  .meta({ description: 'Address on the chain' });

export const addressResponse = z.string().meta({ description: 'Address on the chain, with its checksum (EIP-55)' });
export const txHashResponse = z.string().meta({ description: 'Hash of the transaction on the chain' });
