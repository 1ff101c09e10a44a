/* Preloaded into programs that a test starts. If the test run is killed, this pipe closes and the program exits too. */
process.stdin.on('error', () => process.exit(1));
process.stdin.on('end', () => process.exit(1));
process.stdin.resume();
process.stdin.unref();
