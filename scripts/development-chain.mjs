import { FetchRequest, JsonRpcProvider, Network } from 'ethers';
import { endAnvil, startAnvil } from './anvil.mjs';
import { deployCoin } from './coin-deployment.mjs';
import { lockFile, SavedChain } from './saved-chain.mjs';

/**
 * The number of blocks that are mined after the last transaction. Then mining pauses, because the chain would grow by 75 MB a
 * day. The number is larger than the usual number of confirmations and than the distance of `finalized` to the head.
 */
const BLOCKS_BEFORE_REST = 100;
/** Blocks mined after a restart, because states of earlier blocks are lost and reads at a final block need newer ones. */
const BLOCKS_AFTER_RESTART = 64;
const POLLING_MS = 20;

/** A node with the deployed coin. It mines and is saved only when `tick` is called. */
export class DevelopmentChain {
  #node;
  #provider;
  #saved;
  #unlock = () => {};
  #isAutomining = true;
  #lastBusyBlock = 0;

  /**
   * Starts the chain and returns its address, chain id and coin once it is ready.
   * @param options the options of local-chain.mjs
   * @param onLoss called with a reason when the node has ended by itself
   */
  async start(options, onLoss) {
    if (options.state) this.#unlock = await lockFile(options.state);
    const rpcUrl = options.node ?? (await this.#startNode(options, onLoss));
    this.#provider = await providerOf(rpcUrl);
    if (options.node) await this.#reset();
    if (options.state) await this.#resume(options.state);
    const coin = await deployCoin(this.#provider);
    this.#isAutomining = !options['block-time'];
    if (!this.#isAutomining) await this.#provider.send('evm_setAutomine', [false]);
    this.#lastBusyBlock = await this.#provider.getBlockNumber();
    return { rpcUrl, chainId: Number((await this.#provider.getNetwork()).chainId), ...coin };
  }

  /** Mines a block if one is due, and saves the chain. */
  async tick() {
    if (!this.#isAutomining) await this.#mine();
    await this.#saved?.save();
  }

  async stop() {
    if (this.#node?.exitCode === null) await this.#saved?.save();
    this.#provider?.destroy();
    if (this.#node) await endAnvil(this.#node);
    this.#unlock();
  }

  /** Kills the node at once, when this process exits. */
  kill() {
    this.#node?.kill('SIGKILL');
  }

  async #startNode({ port, 'slots-in-an-epoch': slotsInAnEpoch }, onLoss) {
    const { url, child } = await startAnvil({ port, slotsInAnEpoch });
    this.#node = child.once('exit', (code, signal) => onLoss(`anvil exited with ${signal ?? code}`));
    return url;
  }

  async #reset() {
    await this.#provider.send('anvil_reset', []);
    await this.#provider.send('evm_setAutomine', [true]);
  }

  async #resume(file) {
    const saved = new SavedChain(file, this.#provider);
    if (await saved.load()) await this.#provider.send('anvil_mine', [BLOCKS_AFTER_RESTART, 0]);
    // Set only after loading, because a file that could not be read must not be overwritten.
    this.#saved = saved;
  }

  async #mine() {
    const head = await this.#provider.getBlockNumber();
    const { pending } = await this.#provider.send('txpool_status', []);
    if (Number(pending) > 0) this.#lastBusyBlock = head + 1;
    else if (head >= this.#lastBusyBlock + BLOCKS_BEFORE_REST) return;
    await this.#provider.send('anvil_mine', [1]);
  }
}

async function providerOf(url) {
  const network = Network.from(await chainIdOf(url));
  // Batching is off, because it would delay each call to wait for others.
  const options = { staticNetwork: network, cacheTimeout: -1, batchMaxCount: 1, pollingInterval: POLLING_MS };
  return new JsonRpcProvider(url, network, options);
}

/** Reads the chain id without a provider, because a provider would retry forever if the node does not respond. */
async function chainIdOf(url) {
  const request = new FetchRequest(url);
  request.body = { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] };
  return BigInt((await request.send()).bodyJson.result);
}
