import { getAddress, verifyMessage } from 'ethers';
import { SiweMessage } from 'siwe';
import type { FieldError } from '../../../platform/errors/domain-error';
import { WalletMessageMalformed } from './wallets.errors';

/** What a person signs to show that a wallet is theirs. */
export interface Demand {
  account: { id: number; username: string };
  address: string;
  publicUrl: string;
  chainId: number;
  nonce: string;
  issuedAt: Date;
  expiresAt: Date;
}

/** EIP-4361: wallets know the form, and warn where the domain is not the one of the page. */
export function writeMessage({ account, address, publicUrl, chainId, nonce, issuedAt, expiresAt }: Demand): string {
  const message = new SiweMessage({
    domain: domainOf(publicUrl),
    address: getAddress(address),
    statement: statementFor(account),
    uri: publicUrl,
    version: '1',
    chainId,
    nonce,
    issuedAt: issuedAt.toISOString(),
    expirationTime: expiresAt.toISOString(),
  });
  return message.prepareMessage();
}

export const domainOf = (publicUrl: string): string => new URL(publicUrl).host;

/** The grammar of a statement is narrower than usernames that came from elsewhere: then the id must do. */
function statementFor({ id, username }: Demand['account']): string {
  const name = /^[\w.~@+-]+$/.test(username) ? `${username} (${id})` : id;
  return `Link this wallet to the TeoArt account ${name}.`;
}

/** @throws WalletMessageMalformed */
export function readMessage(text: string): SiweMessage {
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

/** Where a message is not the expected one, letter by letter; nowhere: it is. */
export function differences(text: string, expected: string): FieldError[] {
  if (text === expected) return [];
  const [found, wanted] = [readMessage(text), readMessage(expected)];
  const told = fields.flatMap((field) => differenceIn(field, found[field], wanted[field]));
  return told.length > 0 ? told : [at('Send the message as you were given it')];
}

function differenceIn(field: string, found: unknown, wanted: unknown): FieldError[] {
  const [is, shouldBe] = [JSON.stringify(found), JSON.stringify(wanted)];
  return is === shouldBe ? [] : [at(`${field}: ${shouldBe ?? 'nothing'} expected, not ${is ?? 'nothing'}`)];
}

const at = (message: string): FieldError => ({ pointer: '/body/message', message });

/**
 * Whether the message's address has signed it, for this domain and at this time. Contract wallets (EIP-1271) would have to
 * be asked on the chain: they are not.
 */
export async function isSigned(message: SiweMessage, signature: string, domain: string, now: Date): Promise<boolean> {
  if (!isReadable(message, signature)) return false;
  const { nonce } = message;
  const proof = { signature, domain, nonce, time: now.toISOString() };
  return (await message.verify(proof, { suppressExceptions: true })).success;
}

/** siwe prints what it cannot read to the console: a stranger must not write our log. */
function isReadable(message: SiweMessage, signature: string): boolean {
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) return false;
  try {
    verifyMessage(message.prepareMessage(), signature);
    return true;
  } catch {
    return false;
  }
}
