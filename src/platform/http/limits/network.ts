import { isIP, isIPv4 } from 'node:net';
import { normalizeIP } from '@fastify/rate-limit';

interface ConnectedRequest {
  ip: string;
  socket: { remoteAddress?: string | undefined };
}

/** Matches `ip:port` and `[ip]:port`, which some proxies send. */
const withPort = /^\[?([0-9a-fA-F:.]+?)\]?:\d{1,5}$/;

/** The caller's address. If the text that a proxy forwards is not an address, this is the address of the connection. */
export function addressOf({ ip, socket }: ConnectedRequest): string {
  if (isIP(ip)) return ip;
  const ipWithoutPort = withPort.exec(ip)?.[1] ?? '';
  return isIP(ipWithoutPort) ? ipWithoutPort : (socket.remoteAddress ?? '');
}

/** The network that is counted as one caller: an IPv4 address, or the /64 of an IPv6 address, because one household has a whole /64. */
export const networkOfAddress = (address: string): string => normalizeIP(address, 64);
export const networkOf = (request: ConnectedRequest): string => networkOfAddress(addressOf(request));

/**
 * The network that one customer of a provider may own: the /48 of an IPv6 address (`2001:db8:1::/48`) or the /24 of an IPv4
 * address (`203.0.113.0/24`). Its limits are higher than those of a network, because an IPv4 /24 may belong to many customers.
 */
export const widerNetworkOf = (request: ConnectedRequest): string => widerNetworkOfAddress(addressOf(request));

export function widerNetworkOfAddress(address: string): string {
  const network = normalizeIP(address, 48);
  if (isIPv4(network)) return network.replace(/\d+$/, '0/24');
  return network && `${network}/48`;
}
