import { z } from 'zod';

export type ScannerAddress = { host: string; port: number } | { path: string };

/** Reads CLAMD_URL: `tcp://HOST:PORT` or `unix:/PATH`. Undefined if it has another form. */
export function readScannerAddress(url: string): ScannerAddress | undefined {
  const [, path] = /^unix:(?:\/\/)?(\/.+)$/.exec(url) ?? [];
  if (path !== undefined) return { path };
  const [, host, port] = /^tcp:\/\/\[?([^/\s@]+?)\]?:(\d{1,5})$/.exec(url) ?? [];
  return host === undefined || Number(port) > 65_535 ? undefined : { host, port: Number(port) };
}

export const scannerAddress = z
  .string()
  .refine((url) => readScannerAddress(url) !== undefined, 'must be tcp://HOST:PORT or unix:/PATH');
