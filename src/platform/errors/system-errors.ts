import { getSystemErrorMap } from 'node:util';

interface SystemError extends NodeJS.ErrnoException {
  address?: string;
  port?: number;
  hostname?: string;
}

/** Describes an error of the operating system by its file or address and its reason, or returns null for any other error. */
export function explainSystemError(error: unknown): string | null {
  // If a host name has several addresses, there is an error for each, and the first one is described.
  const systemError = ((error as AggregateError).errors?.[0] ?? error) as SystemError;
  const { errno, path, syscall, address, port, hostname } = systemError;
  const [, reason] = typeof errno === 'number' ? (getSystemErrorMap().get(errno) ?? []) : [];
  if (!reason) return null;
  const endpoint = address && port ? `${address}:${port}` : address;
  const place = path ?? hostname ?? endpoint ?? syscall;
  return `${place}: ${reason}`;
}
