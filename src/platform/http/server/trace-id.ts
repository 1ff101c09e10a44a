import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/;
/** The standard forbids this trace id. */
const allZero = '0'.repeat(32);

/** The caller's trace id (W3C Trace Context) or a new one, as 32 hex digits. A new one is a UUID, which Node generates fast. */
export function traceIdOf(headers: IncomingHttpHeaders): string {
  const callerTraceId = traceparent.exec(String(headers.traceparent ?? ''))?.[1];
  if (callerTraceId && callerTraceId !== allZero) return callerTraceId;
  return randomUUID().replaceAll('-', '');
}
