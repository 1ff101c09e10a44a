import { errorLine } from '../errors/loggable-error';

/**
 * What a failed attempt means. `later`: another attempt may succeed. `server`: the mail server cannot be used now, so no other mail
 * is tried for a moment. `never`: the server refuses this mail. `address`: the server refuses this address, whatever the mail.
 */
export type FailureKind = 'later' | 'server' | 'never' | 'address';

export interface DeliveryFailure {
  kind: FailureKind;
  reason: string;
}

/** The members of nodemailer's errors. `command` is the SMTP command that failed. */
interface SmtpError {
  responseCode?: number;
  response?: string;
  command?: string;
  code?: string;
}

/** Codes of nodemailer for a server that is not reachable, not trusted or does not accept the password. */
const serverCodes = new Set([
  'ECONNECTION',
  'ETIMEDOUT',
  'ESOCKET',
  'EDNS',
  'ETLS',
  'EAUTH',
  'ENOAUTH',
  'EOAUTH2',
  'EPROXY',
]);
/** RFC 3463: 5.1.x is a bad address, 5.2.1 a mailbox that is closed. 5.7.x is a refusal of the sender, which says nothing about the address. */
const enhancedStatus = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/;
const badAddressStatus = /^5\.(1\.\d+|2\.1)$/;
/** Without an enhanced status: no such mailbox, or a mailbox name that is not allowed. */
const badAddressCodes = new Set([550, 551, 553]);

export function toFailure(error: unknown): DeliveryFailure {
  const { responseCode = 0, response = '', command = '', code = '' } = error as SmtpError;
  const reason = response || errorLine(error);
  if (responseCode >= 500) return { kind: kindOfRefusal(responseCode, response, command), reason };
  // Without a response, nodemailer itself found that the address cannot be sent to any server.
  if (code === 'EENVELOPE' && response === '') return { kind: 'never', reason };
  const isServerProblem = serverCodes.has(code) || responseCode === 421;
  return { kind: isServerProblem ? 'server' : 'later', reason };
}

/** A refused password or sender is a mistake of the configuration, which the operator corrects, so the mail is kept. */
function kindOfRefusal(responseCode: number, response: string, command: string): FailureKind {
  if (command === 'RCPT TO') return isBadAddress(responseCode, response) ? 'address' : 'never';
  return command === 'DATA' ? 'never' : 'server';
}

function isBadAddress(responseCode: number, response: string): boolean {
  const status = enhancedStatus.exec(response)?.[1];
  return status === undefined ? badAddressCodes.has(responseCode) : badAddressStatus.test(status);
}
