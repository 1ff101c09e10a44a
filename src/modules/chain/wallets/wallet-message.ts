import type * as Siwe from 'siwe';
import type { FieldError } from '../../../platform/errors/domain-error';
import { ethers } from '../settings/ethers';
import { WalletMessageMalformed } from './wallets.errors';

export interface MessageContent {
  account: { id: number; username: string };
  address: string;
  publicUrl: string;
  chainId: number;
  nonce: string;
  issuedAt: Date;
  expiresAt: Date;
}

/** Loads siwe at the first call, because it loads ethers. */
const siwe = (): typeof Siwe => require('siwe') as typeof Siwe;

/** Writes a message of EIP-4361. Wallets know this format and warn if the domain differs from the domain of the page. */
export function writeMessage(content: MessageContent): string {
  const message = new (siwe().SiweMessage)({
    domain: domainOf(content.publicUrl),
    address: ethers().getAddress(content.address),
    statement: statementFor(content.account),
    uri: content.publicUrl,
    version: '1',
    chainId: content.chainId,
    nonce: content.nonce,
    issuedAt: content.issuedAt.toISOString(),
    expirationTime: content.expiresAt.toISOString(),
  });
  return message.prepareMessage();
}

export const domainOf = (publicUrl: string): string => new URL(publicUrl).host;

/** Names the account by its id alone if the username was imported and contains characters that EIP-4361 does not allow. */
function statementFor({ id, username }: MessageContent['account']): string {
  const isAllowed = /^[\w.~@+-]+$/.test(username);
  const name = isAllowed ? `${username} (${id})` : id;
  return `Link this wallet to the TeoArt account ${name}.`;
}

/** @throws WalletMessageMalformed */
export function parseMessage(text: string): Siwe.SiweMessage {
  const { SiweMessage } = siwe();
  try {
    return new SiweMessage(text);
  } catch {
    throw new WalletMessageMalformed();
  }
}

/** All fields of EIP-4361. */
const fields = [
  'scheme',
  'domain',
  'address',
  'statement',
  'uri',
  'version',
  'chainId',
  'nonce',
  'issuedAt',
  'expirationTime',
  'notBefore',
  'requestId',
  'resources',
] as const;

/** One error for each field in which the two messages differ. Empty if the messages are identical. */
export function differencesBetween(actualText: string, expectedText: string): FieldError[] {
  if (actualText === expectedText) return [];
  const actual = parseMessage(actualText);
  const expected = parseMessage(expectedText);
  const errors: FieldError[] = [];
  for (const field of fields) {
    const actualValue = jsonOf(actual[field]);
    const expectedValue = jsonOf(expected[field]);
    if (actualValue !== expectedValue)
      errors.push(toFieldError(`${field}: ${expectedValue} expected, not ${actualValue}`));
  }
  return errors.length > 0 ? errors : [toFieldError('Send the message exactly as you received it')];
}

const jsonOf = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

const toFieldError = (message: string): FieldError => ({ pointer: '/body/message', message, rule: 'wallet_message' });

/**
 * Whether the address in the message has signed it, for this domain and at this time. Contract wallets (EIP-1271) are not supported,
 * because their signatures can only be checked on the chain.
 */
export async function isSignedByAddress(
  message: Siwe.SiweMessage,
  signature: string,
  domain: string,
  now: Date,
): Promise<boolean> {
  if (!isVerifiable(message, signature)) return false;
  const proof = { signature, domain, nonce: message.nonce, time: now.toISOString() };
  const result = await message.verify(proof, { suppressExceptions: true });
  return result.success;
}

/** Checks whether the signature can be read, because the library siwe would print an unreadable signature of any client to the log. */
function isVerifiable(message: Siwe.SiweMessage, signature: string): boolean {
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) return false;
  const { verifyMessage } = ethers();
  try {
    verifyMessage(message.prepareMessage(), signature);
    return true;
  } catch {
    return false;
  }
}
