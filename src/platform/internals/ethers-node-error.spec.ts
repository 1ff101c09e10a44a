import { FetchRequest, JsonRpcProvider, Network } from 'ethers';
import { nodeMessageOf } from './ethers-node-error';

/** The error of ethers for a transaction to which the node responds with this message. */
async function errorFor(message: string): Promise<unknown> {
  const request = new FetchRequest('http://node.invalid');
  request.getUrlFunc = async ({ body }) => {
    const { id } = JSON.parse(new TextDecoder().decode(body)) as { id: number };
    const response = JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_000, message } });
    return { statusCode: 200, statusMessage: 'OK', headers: {}, body: new TextEncoder().encode(response) };
  };
  const network = Network.from(1);
  const provider = new JsonRpcProvider(request, network, { staticNetwork: network, batchMaxCount: 1 });
  try {
    return await provider.send('eth_sendRawTransaction', ['0x']).then(
      () => null,
      (error: unknown) => error,
    );
  } finally {
    provider.destroy();
  }
}

it.each([
  'intrinsic gas too low',
  'insufficient funds for gas * price + value',
  'replacement transaction underpriced',
  'transaction underpriced',
  'tx fee (2.00 ether) exceeds the configured cap: fee cap',
])('ethers keeps the message of a node "%s" where nodeMessageOf reads it', async (message) => {
  expect(nodeMessageOf(await errorFor(message))).toBe(message);
});

it('nodeMessageOf finds no message in an error that does not come from a node', () => {
  expect(nodeMessageOf(new Error('timeout'))).toBeUndefined();
  expect(nodeMessageOf(undefined)).toBeUndefined();
});
