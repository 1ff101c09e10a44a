import { getAddress, verifyMessage } from 'ethers';
import { SiweMessage } from 'siwe';
import type { FieldError } from '../../../platform/errors/domain-error';
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

/** Writes a message of EIP-4361. Wallets know this format and warn if the domain differs from the domain of the page. */
export function writeMessage({ account, address, publicUrl, issuedAt, expiresAt, ...content }: MessageContent): string {
  const message = new SiweMessage({
    ...content,
    domain: domainOf(publicUrl),
    address: getAddress(address),
    statement: statementFor(account),
    uri: publicUrl,
    version: '1',
    issuedAt: issuedAt.toISOString(),
    expirationTime: expiresAt.toISOString(),
  });
  return message.prepareMessage();
}

export const domainOf = (publicUrl: string): string => new URL(publicUrl).host;

/** Imported usernames may contain characters that EIP-4361 does not allow in a statement. Then the id alone names the account. */
function statementFor({ id, username }: MessageContent['account']): string {
  const name = /^[\w.~@+-]+$/.test(username) ? `${username} (${id})` : id;
  return `Link this wallet to the TeoArt account ${name}.`;
}

/** @throws WalletMessageMalformed */
export function parseMessage(text: string): SiweMessage {
  try {
    return new SiweMessage(text);
  } catch {
    throw new WalletMessageMalformed();
  }
}

const fields = [
  ...(['scheme', 'domain', 'address', 'statement', 'uri', 'version', 'chainId', 'nonce'] as const),
  ...(['issuedAt', 'expirationTime', 'notBefore', 'requestId', 'resources'] as const),
];

/** The fields in which a message differs from the expected one. Empty if the two are identical. */
export function differencesBetween(text: string, expected: string): FieldError[] {
  if (text === expected) return [];
  const [found, wanted] = [parseMessage(text), parseMessage(expected)];
  const differences = fields.flatMap((field) => differenceIn(field, found[field], wanted[field]));
  return differences.length > 0 ? differences : [errorOf('Send the message exactly as you received it')];
}

function differenceIn(field: string, found: unknown, wanted: unknown): FieldError[] {
  const [actual, expected] = [JSON.stringify(found), JSON.stringify(wanted)];
  return actual === expected
    ? []
    : [errorOf(`${field}: ${expected ?? 'nothing'} expected, not ${actual ?? 'nothing'}`)];
}

const errorOf = (message: string): FieldError => ({ pointer: '/body/message', message });

/**
 * Whether the address in the message has signed it, for this domain and at this time. Contract wallets (EIP-1271) are not supported,
 * because their signatures can only be checked on the chain.
 */
export async function isSigned(message: SiweMessage, signature: string, domain: string, now: Date): Promise<boolean> {
  if (!isVerifiable(message, signature)) return false;
  const { nonce } = message;
  const proof = { signature, domain, nonce, time: now.toISOString() };
  return (await message.verify(proof, { suppressExceptions: true })).success;
}

/** siwe prints signatures that it cannot read to the console. This check keeps the text of unknown clients out of the log. */
function isVerifiable(message: SiweMessage, signature: string): boolean {
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) return false;
  try {
    verifyMessage(message.prepareMessage(), signature);
    return true;
  } catch {
    return false;
  }
}
