import { getSystemErrorMap } from 'node:util';

interface SystemError extends NodeJS.ErrnoException {
  address?: string;
  port?: number;
  hostname?: string;
}

/** An error of the operating system in plain words: which file or address, and why; null for any other error. */
export function systemWords(error: unknown): string | null {
  // A name may stand for several addresses, each of which was tried.
  const { errno, path, syscall, address, port, hostname } = ((error as AggregateError).errors?.[0] ??
    error) as SystemError;
  const [, reason] = (typeof errno === 'number' && getSystemErrorMap().get(errno)) || [];
  if (!reason) return null;
  const place = path ?? hostname ?? (address && port ? `${address}:${port}` : address) ?? syscall;
  return `${place}: ${reason}`;
}
