/* Loaded before a program that a test starts: a run that is killed closes this pipe, and leaves no server behind. */
process.stdin.on('error', () => process.exit(1));
process.stdin.on('end', () => process.exit(1));
process.stdin.resume();
process.stdin.unref();
