/** The last `capacity` of many, newest first. */
export class RingBuffer<T> {
  private readonly items: T[] = [];
  private next = 0;
  /** How many there have been, the forgotten ones too. */
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
