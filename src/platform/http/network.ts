import { isIP, isIPv4 } from 'node:net';
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
export const networkOfAddress = (address: string): string => normalizeIP(address, 64);
export const networkOf = (request: Arriving): string => networkOfAddress(addressOf(request));

/**
 * What one customer of a provider may hold: the /48 of an IPv6 address, `2001:db8:1::/48`, or the /24 of an IPv4 one,
 * `203.0.113.0/24`. Limits on it are higher than on a network: an IPv4 /24 may hold many customers.
 */
export function widerNetworkOf(request: Arriving): string {
  const network = normalizeIP(addressOf(request), 48);
  if (isIPv4(network)) return network.replace(/\d+$/, '0/24');
  return network && `${network}/48`;
}
