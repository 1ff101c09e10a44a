import { z } from 'zod';

export interface Mailbox {
  name: string;
  address: string;
}

/** No space, control character or sign with a meaning in a header, so that an address can never add a recipient or a header. */
const addressPattern = /^[^\s\p{Cc}<>()[\]\\,;:"@]+@[^\s\p{Cc}<>()[\]\\,;:"@]+$/u;
const mailboxPattern = /^(?:"?([^"<>\p{Cc}]*?)"?\s*<([^<>]+)>|(\S+))$/u;

export const isMailAddress = (address: string): boolean => address.length <= 254 && addressPattern.test(address);

/** A setting such as `TeoArt School <school@example.org>`, or the address alone. */
export const mailbox = z.string().transform((value, context): Mailbox => {
  const [, name = '', named, alone] = mailboxPattern.exec(value.trim()) ?? [];
  const address = named ?? alone ?? '';
  if (!isMailAddress(address)) {
    context.addIssue('must be an address, such as TeoArt School <school@example.org>');
    return z.NEVER;
  }
  return { name: name.trim(), address };
});
