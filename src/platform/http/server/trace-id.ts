import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/;
const allZero = '0'.repeat(32);

/** The caller's trace id (W3C Trace Context) or a new one, as 32 hex digits. A UUID is used because Node generates UUIDs in advance. */
export function traceIdOf(headers: IncomingHttpHeaders): string {
  const given = traceparent.exec(String(headers.traceparent ?? ''))?.[1];
  return given && given !== allZero ? given : randomUUID().replaceAll('-', '');
}
