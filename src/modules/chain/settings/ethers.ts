import type * as Ethers from 'ethers';

/**
 * Loads ethers at the first call, and not when the application starts, because a school without a chain rarely needs its 170 files.
 * With a chain `ChainConfig` loads them at the start, so that no request waits for it.
 */
export const ethers = (): typeof Ethers => require('ethers') as typeof Ethers;
