import { parse, type IPv4, type IPv6 } from 'ipaddr.js';

type Address = IPv4 | IPv6;

/** IPv6 addresses are given out from 2000::/3 only. The rest has old forms that contain an IPv4 address, such as ::127.0.0.1. */
const isGivenOut = (address: Address): boolean =>
  address.kind() === 'ipv4' || (address as IPv6).match(parse('2000::'), 3);

/**
 * Whether an address belongs to a computer on the internet. All ranges for special uses are refused: private networks, loopback,
 * link-local (with the metadata of clouds), shared addresses of providers, multicast, and IPv6 forms that contain an IPv4 address.
 */
export function isPublicAddress(text: string): boolean {
  const address = parse(text);
  return address.range() === 'unicast' && isGivenOut(address);
}

export const isLoopback = (text: string): boolean => parse(text).range() === 'loopback';
