import { z } from 'zod';
import { rule } from '../../../platform/http/rules';
import { ethers } from './ethers';

/** In an address with upper and lower case, the case is a checksum (EIP-55). The checksum must be right, because a typing error would name another account. */
export const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'Must be 0x followed by 40 hexadecimal digits')
  .refine(
    (text) => ethers().isAddress(text),
    rule('address_checksum', 'The checksum (EIP-55) is wrong. Copy the address again'),
  )
  .meta({ description: 'Address on the chain' });

export const addressResponse = z.string().meta({ description: 'Address on the chain, with its checksum (EIP-55)' });
export const txHashResponse = z.string().meta({ description: 'Hash of the transaction on the chain' });
