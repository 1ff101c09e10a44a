import { RangeNotSatisfiable } from './files.errors';
import type { ByteRange } from './store/file-store';

const single = /^bytes=(\d{0,15})-(\d{0,15})$/;

/**
 * Reads a Range header with one range (RFC 9110 § 14). Undefined means all bytes: without the header, and for a header with several
 * ranges or another unit, which a server may ignore.
 * @throws RangeNotSatisfiable
 */
export function rangeOf(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const [, first = '', last = ''] = single.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') return lastBytes(Number(last), sizeBytes);
  const start = Number(first);
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= sizeBytes) throw new RangeNotSatisfiable();
  return { start, end };
}

function lastBytes(count: number, sizeBytes: number): ByteRange {
  if (count === 0 || sizeBytes === 0) throw new RangeNotSatisfiable();
  return { start: Math.max(0, sizeBytes - count), end: sizeBytes - 1 };
}
