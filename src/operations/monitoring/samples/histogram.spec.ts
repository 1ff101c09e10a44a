import { Histogram } from './histogram';

const histogramOf = (durations: readonly number[]): Histogram => {
  const histogram = new Histogram();
  for (const duration of durations) histogram.add(duration);
  return histogram;
};

it('computes quantiles within 5 % of those of the sorted list', () => {
  const durations = Array.from({ length: 10_000 }, (_, index) => 0.02 * 1.000_9 ** index);
  const histogram = histogramOf(durations);
  for (const share of [0.5, 0.95, 0.99]) {
    const exact = durations[Math.ceil(share * durations.length) - 1]!;
    expect(Math.abs(histogram.quantileMs(share) / exact - 1)).toBeLessThan(0.05);
  }
});

it('returns no quantile above the longest duration, and 0 without durations', () => {
  expect(histogramOf([3, 3, 3]).quantileMs(0.99)).toBe(3);
  expect(new Histogram().quantileMs(0.5)).toBe(0);
});

it('counts durations outside the range of the buckets in the first or the last bucket', () => {
  const histogram = histogramOf([0, -1, 1e-9, 1e9]);
  expect([histogram.count, histogram.longestMs, histogram.quantileMs(0.5)]).toEqual([4, 1e9, expect.any(Number)]);
});

it('merges two histograms, and counts durations up to a limit', () => {
  const merged = histogramOf([1, 2, 3]).merge(histogramOf([100, 200, 300]));
  expect([merged.count, merged.totalMs, merged.longestMs]).toEqual([6, 606, 300]);
  expect([merged.countWithin(10), merged.countWithin(1_000)]).toEqual([3, 6]);
});
