import { isIP } from 'node:net';
import { normalizeIP } from '@fastify/rate-limit';

interface Arriving {
  ip: string;
  socket: { remoteAddress?: string | undefined };
}

/** `ip:port` and `[ip]:port`, as some proxies write it. */
const withPort = /^\[?([0-9a-fA-F:.]+?)\]?:\d{1,5}$/;

/** The caller's address. What a proxy forwards is text: where it is no address, the connection's own counts. */
export function addressOf({ ip, socket }: Arriving): string {
  if (isIP(ip)) return ip;
  const bare = withPort.exec(ip)?.[1] ?? '';
  return isIP(bare) ? bare : (socket.remoteAddress ?? '');
}

/** The address, or the /64 of an IPv6 one: a household has that many addresses. */
export const networkOf = (request: Arriving): string => normalizeIP(addressOf(request), 64);
