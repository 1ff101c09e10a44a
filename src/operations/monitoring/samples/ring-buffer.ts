/** Keeps the last `capacity` items. */
export class RingBuffer<T> {
  private readonly items: T[] = [];
  private next = 0;
  /** Number of all added items, including those that were overwritten. */
  totalCount = 0;

  constructor(private readonly capacity: number) {}

  add(item: T): void {
    this.items[this.next] = item;
    this.next = (this.next + 1) % this.capacity;
    this.totalCount++;
  }

  newest(limit = this.capacity): T[] {
    const oldestFirst = [...this.items.slice(this.next), ...this.items.slice(0, this.next)];
    return oldestFirst.reverse().slice(0, limit);
  }
}
