interface EthersError {
  error?: { message?: string };
  info?: { error?: { message?: string } };
}

/**
 * The message of the node in an error of ethers. It is undefined if the node sent no error.
 *
 * Relies on: ethers keeps the error that a node sent in `error`, or in `info.error` if ethers recognises its text.
 * Why: only the node's own text says whether the node refused a transaction. The message of ethers replaces it.
 * Missing: a documented property. ethers describes `info` as help for people only.
 */
export function nodeMessageOf(thrown: unknown): string | undefined {
  const { error, info } = (thrown ?? {}) as EthersError;
  return error?.message ?? info?.error?.message;
}
