import { networkOf, networkOfAddress, widerNetworkOf } from '../../src/platform/http/limits/network';

const requestFrom = (ip: string) => ({ ip, socket: { remoteAddress: '192.0.2.1' } });

test.each([
  ['203.0.113.77', '203.0.113.77', '203.0.113.0/24'],
  ['203.0.113.77:4711', '203.0.113.77', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.77', '203.0.113.0/24'],
  ['2001:DB8:1:2:3::5', '2001:db8:1:2::', '2001:db8:1::/48'],
  ['[2001:db8:1:ffff::5]:4711', '2001:db8:1:ffff::', '2001:db8:1::/48'],
  ['unknown', '192.0.2.1', '192.0.2.0/24'],
])('the address %s belongs to the network %s and to the wider network %s', (ip, network, wider) => {
  expect([networkOf(requestFrom(ip)), widerNetworkOf(requestFrom(ip))]).toEqual([network, wider]);
});

test.each([
  ['203.0.113.77', '203.0.113.77'],
  ['2001:db8:1:2:3::5', '2001:db8:1:2::'],
])('the address %s of a session belongs to the network %s', (address, network) => {
  expect(networkOfAddress(address)).toBe(network);
});
