import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { Node } from '../../../src/modules/chain/nodes/node';
import type { ChainSettings } from '../../../src/modules/chain/settings/chain-settings';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function chainIdAt(url: string): Promise<number> {
  const node = new Node(url, { chainId: 7, rpcTimeoutMs: 5_000 } as ChainSettings, () => () => undefined);
  return node.getChainId().finally(() => node.close());
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { id } = (await json(request)) as { id: number };
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id, result: '0x7' }));
}

test.each([301, 302, 307, 308])('a node that redirects with %i is not followed', async (status) => {
  let askedCount = 0;
  const other = await serve((request, response) => {
    askedCount += 1;
    void answer(request, response);
  });
  const redirecting = await serve((_request, response) => void response.writeHead(status, { location: other }).end());
  expect(await chainIdAt(other)).toBe(7);
  await expect(chainIdAt(redirecting)).rejects.toThrow(/redirects/);
  expect(askedCount).toBe(1);
});
