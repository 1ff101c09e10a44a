import { setFlagsFromString } from 'node:v8';
import { program } from './command-context';
import { commands } from './commands';
import { runCommandLine } from './platform/command-line/command-runner';
import { keepFilesPrivate } from './platform/process/private-files';

/** Left to itself the heap doubles before it is swept: a load of any size would hold garbage for as long as there is room. */
setFlagsFromString('--heap-growing-percent=30');
keepFilesPrivate();

void runCommandLine(commands, program, process.argv.slice(2));
