import { FetchRequest, JsonRpcProvider, Network } from 'ethers';
import { endAnvil, startAnvil } from './anvil.mjs';
import { furnish } from './coin-deployment.mjs';
import { SavedChain, takeAlone } from './saved-chain.mjs';

/**
 * Blocks after the last transaction, then the chain rests: mining on through nights and weekends, it would grow by 75 MB
 * a day. More than any usual number of confirmations, and than `finalized` is behind.
 */
const BLOCKS_BEFORE_REST = 100;
/** States of blocks before a restart are gone: who asks for one at a final block needs younger ones. */
const BLOCKS_AFTER_RESTART = 64;
const POLLING_MS = 20;

/** A node with the coin on it. It is left as it is until `tick` is called. */
export class DevelopmentChain {
  #node;
  #provider;
  #saved;
  #giveBack = () => {};
  #minesItself = true;
  #lastBusy = 0;

  /**
   * Where and what it is, once it is ready.
   * @param options those of local-chain.mjs
   * @param onLoss told when the node has ended by itself
   */
  async start(options, onLoss) {
    if (options.state) this.#giveBack = await takeAlone(options.state);
    const rpcUrl = options.node ?? (await this.#startNode(options, onLoss));
    this.#provider = await providerOf(rpcUrl);
    if (options.node) await this.#empty();
    if (options.state) await this.#resume(options.state);
    const coin = await furnish(this.#provider);
    this.#minesItself = !options['block-time'];
    if (!this.#minesItself) await this.#provider.send('evm_setAutomine', [false]);
    this.#lastBusy = await this.#provider.getBlockNumber();
    return { rpcUrl, chainId: Number((await this.#provider.getNetwork()).chainId), ...coin };
  }

  /** A block where one is due, and the file brought up to date. */
  async tick() {
    if (!this.#minesItself) await this.#mine();
    await this.#saved?.save();
  }

  async stop() {
    if (this.#node?.exitCode === null) await this.#saved?.save();
    this.#provider?.destroy();
    if (this.#node) await endAnvil(this.#node);
    this.#giveBack();
  }

  /** The last resort of a process that is ending. */
  kill() {
    this.#node?.kill('SIGKILL');
  }

  async #startNode({ port, 'slots-in-an-epoch': slotsInAnEpoch }, onLoss) {
    const { url, child } = await startAnvil({ port, slotsInAnEpoch });
    this.#node = child.once('exit', (code, signal) => onLoss(`anvil ended with ${signal ?? code}`));
    return url;
  }

  async #empty() {
    await this.#provider.send('anvil_reset', []);
    await this.#provider.send('evm_setAutomine', [true]);
  }

  async #resume(file) {
    const saved = new SavedChain(file, this.#provider);
    if (await saved.load()) await this.#provider.send('anvil_mine', [BLOCKS_AFTER_RESTART, 0]);
    // Not before: a file that could not be read must not be written.
    this.#saved = saved;
  }

  async #mine() {
    const head = await this.#provider.getBlockNumber();
    const { pending } = await this.#provider.send('txpool_status', []);
    if (Number(pending) > 0) this.#lastBusy = head + 1;
    else if (head >= this.#lastBusy + BLOCKS_BEFORE_REST) return;
    await this.#provider.send('anvil_mine', [1]);
  }
}

async function providerOf(url) {
  const network = Network.from(await chainIdOf(url));
  // Batching would make each call wait for others that do not come.
  const options = { staticNetwork: network, cacheTimeout: -1, batchMaxCount: 1, pollingInterval: POLLING_MS };
  return new JsonRpcProvider(url, network, options);
}

/** Asked without a provider, which would try for ever where nobody answers. */
async function chainIdOf(url) {
  const request = new FetchRequest(url);
  request.body = { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] };
  return BigInt((await request.send()).bodyJson.result);
}
