import { getSystemErrorMap } from 'node:util';

interface SystemError extends NodeJS.ErrnoException {
  address?: string;
  port?: number;
  hostname?: string;
}

/** Describes an error of the operating system by its file or address and its reason, or returns null for any other error. */
export function explainSystemError(error: unknown): string | null {
  // A host name may have several addresses. The first failed attempt is described.
  const { errno, path, syscall, address, port, hostname } = ((error as AggregateError).errors?.[0] ??
    error) as SystemError;
  const [, reason] = (typeof errno === 'number' && getSystemErrorMap().get(errno)) || [];
  if (!reason) return null;
  const place = path ?? hostname ?? (address && port ? `${address}:${port}` : address) ?? syscall;
  return `${place}: ${reason}`;
}
