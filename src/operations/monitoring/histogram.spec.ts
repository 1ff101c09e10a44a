import { Histogram } from './histogram';

const filled = (durations: readonly number[]): Histogram => {
  const histogram = new Histogram();
  for (const duration of durations) histogram.add(duration);
  return histogram;
};

it('gives quantiles within 5 % of the sorted list', () => {
  const durations = Array.from({ length: 10_000 }, (_, at) => 0.02 * 1.000_9 ** at);
  const histogram = filled(durations);
  for (const share of [0.5, 0.95, 0.99]) {
    const exact = durations[Math.ceil(share * durations.length) - 1]!;
    expect(Math.abs(histogram.quantileMs(share) / exact - 1)).toBeLessThan(0.05);
  }
});

it('never says more than the longest, and nothing of nothing', () => {
  expect(filled([3, 3, 3]).quantileMs(0.99)).toBe(3);
  expect(new Histogram().quantileMs(0.5)).toBe(0);
});

it('takes what is too short or too long into its ends', () => {
  const histogram = filled([0, -1, 1e-9, 1e9]);
  expect([histogram.count, histogram.longestMs, histogram.quantileMs(0.5)]).toEqual([4, 1e9, expect.any(Number)]);
});

it('adds up: of two, the quantiles of all; and counts within a bound', () => {
  const both = filled([1, 2, 3]).merge(filled([100, 200, 300]));
  expect([both.count, both.totalMs, both.longestMs]).toEqual([6, 606, 300]);
  expect([both.countWithin(10), both.countWithin(1_000)]).toEqual([3, 6]);
});
