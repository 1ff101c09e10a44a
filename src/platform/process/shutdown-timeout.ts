/** Exits with a message and status 1 after a timeout, because the process manager would later kill the process without a message. */
export function forceExitAfter(timeoutMs: number): void {
  setTimeout(() => {
    process.stderr.write(`The process did not stop within ${timeoutMs} ms, so its unfinished work is aborted\n`);
    process.exit(1);
  }, timeoutMs).unref();
}
