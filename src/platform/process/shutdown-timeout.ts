/** Whoever stops us kills what takes too long, and says nothing of it: we end before, with a word and a status. */
export function endWithin(limitMs: number): void {
  setTimeout(() => {
    process.stderr.write(`Not stopped within ${limitMs} ms: what is under way is given up\n`);
    process.exit(1);
  }, limitMs).unref();
}
