const bucketsPerOctave = 8;
/** Buckets from a microsecond to two minutes in steps of 9 %, so that a quantile is off by 4.5 % at most. */
const bucketCount = 27 * bucketsPerOctave;

/** The index of the bucket of a duration, before it is limited to the range of the buckets. Bucket 0 begins at a microsecond. */
const toBucketPosition = (durationMs: number): number => Math.log2(durationMs * 1_000) * bucketsPerOctave;

const toBucketMiddleMs = (bucket: number): number => 2 ** ((bucket + 0.5) / bucketsPerOctave) / 1_000;

/** Counts durations in buckets. A histogram takes 864 bytes, however many durations it counts. */
export class Histogram {
  private readonly counts = new Uint32Array(bucketCount);
  count = 0;
  totalMs = 0;
  longestMs = 0;

  add(durationMs: number): void {
    const position = Math.floor(toBucketPosition(durationMs));
    // A duration of 0 has the position -Infinity, and a negative one NaN. Both belong to the first bucket.
    const bucket = position > 0 ? Math.min(position, bucketCount - 1) : 0;
    this.counts[bucket]!++;
    this.count++;
    this.totalMs += durationMs;
    if (durationMs > this.longestMs) this.longestMs = durationMs;
  }

  /** The duration that the given share of all durations does not exceed; 0 if there are none. */
  quantileMs(share: number): number {
    let remainingCount = Math.ceil(this.count * share);
    for (let bucket = 0; bucket < bucketCount && remainingCount > 0; bucket++) {
      remainingCount -= this.counts[bucket]!;
      if (remainingCount <= 0) return Math.min(toBucketMiddleMs(bucket), this.longestMs);
    }
    return this.longestMs;
  }

  /** The number of durations up to the limit, rounded to the nearest bucket. */
  countWithin(durationMs: number): number {
    const endBucket = Math.min(Math.round(toBucketPosition(durationMs)), bucketCount);
    let count = 0;
    for (let bucket = 0; bucket < endBucket; bucket++) count += this.counts[bucket]!;
    return count;
  }

  merge(other: Histogram): this {
    for (let bucket = 0; bucket < bucketCount; bucket++) this.counts[bucket]! += other.counts[bucket]!;
    this.count += other.count;
    this.totalMs += other.totalMs;
    this.longestMs = Math.max(this.longestMs, other.longestMs);
    return this;
  }
}
