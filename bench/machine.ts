import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { median } from './report';

/** The time of a small write that reaches the disk, where the databases of a measurement are. Each commit waits for one. */
export function measureFsyncMs(): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-fsync-'));
  const file = openSync(path.join(folder, 'file'), 'w');
  const durationsMs = Array.from({ length: 50 }, () => {
    const startedMs = performance.now();
    writeSync(file, 'x'.repeat(4_096));
    fsyncSync(file);
    return performance.now() - startedMs;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return median(durationsMs);
}
