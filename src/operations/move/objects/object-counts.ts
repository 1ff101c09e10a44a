import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

const maxNames = 20;
/** Requests to a store at the same time. */
const concurrency = 8;

/** What was found of the objects that a database names. */
export class ObjectCounts {
  present = 0;
  copied = 0;
  missing = 0;
  changed = 0;
  private readonly names: string[] = [];

  addMissing(key: string): void {
    this.missing++;
    this.name(`missing: ${key}`);
  }

  addChanged(key: string): void {
    this.changed++;
    this.name(`changed: ${key}`);
  }

  get isComplete(): boolean {
    return this.missing + this.changed === 0;
  }

  /** Lines to print: the first names, and the counts. */
  get lines(): string[] {
    const { present, copied, missing, changed } = this;
    const problemText = this.isComplete ? '' : `, ${missing} are missing and ${changed} have other bytes`;
    return [...this.names, `Files: ${copied} objects were copied, ${present} were there already${problemText}`];
  }

  private name(line: string): void {
    if (this.names.length < maxNames) this.names.push(line);
  }
}

/** Calls `work` for each object, for several at the same time. */
export async function forEachObject<T>(objects: AsyncIterable<T>, work: (object: T) => Promise<void>): Promise<void> {
  let group: T[] = [];
  for await (const object of objects) {
    group.push(object);
    if (group.length < concurrency) continue;
    await Promise.all(group.map(work));
    group = [];
  }
  await Promise.all(group.map(work));
}

export async function hashOf(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of stream as AsyncIterable<Buffer>) hash.update(part);
  return hash.digest('hex');
}
