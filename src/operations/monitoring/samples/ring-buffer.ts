/** Keeps the last `capacity` items. */
export class RingBuffer<T> {
  private readonly items: T[] = [];
  /** The index of the next item. Once the buffer is full, this is the index of the oldest item. */
  private nextIndex = 0;
  /** Number of all added items, including those that were overwritten. */
  totalCount = 0;

  constructor(private readonly capacity: number) {}

  add(item: T): void {
    this.items[this.nextIndex] = item;
    this.nextIndex = (this.nextIndex + 1) % this.capacity;
    this.totalCount++;
  }

  /** Lists the items, the newest first. */
  newest(limit = this.capacity): T[] {
    const oldestFirst = [...this.items.slice(this.nextIndex), ...this.items.slice(0, this.nextIndex)];
    return oldestFirst.reverse().slice(0, limit);
  }
}
