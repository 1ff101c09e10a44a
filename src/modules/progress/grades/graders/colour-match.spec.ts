import { colourDifference, toLab, type Lab } from './colour-difference';
import { gradeColour } from './colour-match';

/**
 * Table 1 of G. Sharma, W. Wu and E. N. Dalal, "The CIEDE2000 color-difference formula: Implementation notes, supplementary test data,
 * and mathematical observations", Color Research and Application 30(1), 2005: L, a and b of two colours, and their difference.
 */
const publishedPairs: [number, number, number, number, number, number, number][] = [
  [50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425],
  [50, 3.1571, -77.2803, 50, 0, -82.7485, 2.8615],
  [50, 2.8361, -74.02, 50, 0, -82.7485, 3.4412],
  [50, -1.3802, -84.2814, 50, 0, -82.7485, 1],
  [50, -1.1848, -84.8006, 50, 0, -82.7485, 1],
  [50, -0.9009, -85.5211, 50, 0, -82.7485, 1],
  [50, 0, 0, 50, -1, 2, 2.3669],
  [50, -1, 2, 50, 0, 0, 2.3669],
  [50, 2.49, -0.001, 50, -2.49, 0.0009, 7.1792],
  [50, 2.49, -0.001, 50, -2.49, 0.001, 7.1792],
  [50, 2.49, -0.001, 50, -2.49, 0.0011, 7.2195],
  [50, 2.49, -0.001, 50, -2.49, 0.0012, 7.2195],
  [50, -0.001, 2.49, 50, 0.0009, -2.49, 4.8045],
  [50, -0.001, 2.49, 50, 0.001, -2.49, 4.8045],
  [50, -0.001, 2.49, 50, 0.0011, -2.49, 4.7461],
  [50, 2.5, 0, 50, 0, -2.5, 4.3065],
  [50, 2.5, 0, 73, 25, -18, 27.1492],
  [50, 2.5, 0, 61, -5, 29, 22.8977],
  [50, 2.5, 0, 56, -27, -3, 31.903],
  [50, 2.5, 0, 58, 24, 15, 19.4535],
  [50, 2.5, 0, 50, 3.1736, 0.5854, 1],
  [50, 2.5, 0, 50, 3.2972, 0, 1],
  [50, 2.5, 0, 50, 1.8634, 0.5757, 1],
  [50, 2.5, 0, 50, 3.2592, 0.335, 1],
  [60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644],
  [63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.263],
  [61.2901, 3.7196, -5.3901, 61.4292, 2.248, -4.962, 1.8731],
  [35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645],
  [22.7233, 20.0904, -46.694, 23.0331, 14.973, -42.5619, 2.0373],
  [36.4612, 47.858, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146],
  [90.8027, -2.0831, 1.441, 91.1528, -1.6435, 0.0447, 1.4441],
  [90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381],
  [6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377],
  [2.0776, 0.0795, -1.135, 0.9033, -0.0636, -0.5514, 0.9082],
];

const toFourDecimals = (value: number): number => Math.round(value * 10_000) / 10_000;

describe('the colour difference ΔE 2000', () => {
  it('has all 34 published pairs', () => expect(publishedPairs).toHaveLength(34));

  it.each(publishedPairs)('of Lab (%d, %d, %d) and (%d, %d, %d) is %d in both directions', (...pair) => {
    const [l1, a1, b1, l2, a2, b2, published] = pair;
    const first: Lab = { l: l1, a: a1, b: b1 };
    const second: Lab = { l: l2, a: a2, b: b2 };
    expect([colourDifference(first, second), colourDifference(second, first)].map(toFourDecimals)).toEqual([
      published,
      published,
    ]);
  });

  it.each<[string, number, number, number]>([
    ['#ffffff', 100, 0, 0],
    ['#000000', 0, 0, 0],
    ['#ff0000', 53.24, 80.09, 67.2],
    ['#00FF00', 87.73, -86.18, 83.18],
    ['#0000ff', 32.3, 79.19, -107.86],
  ])('converts %s to Lab (%d, %d, %d), up to the rounding of the white point', (hex, l, a, b) => {
    const lab = toLab(hex);
    const distances = [lab.l - l, lab.a - a, lab.b - b].map(Math.abs);
    expect(Math.max(...distances)).toBeLessThan(0.02);
  });
});

describe('a colour_match question', () => {
  const key = {
    colour: '#c8102e',
    tolerance: 3,
    bands: [6, 12].map((at, i) => ({ tolerance: at, percent: 60 - 35 * i })),
  };

  // The differences of these colours from the key are 0, 0, 2.5, 5.0, 9.4 and 42.2.
  it.each<[string, unknown, number]>([
    ['the colour of the key', '#c8102e', 1],
    ['capital letters', '#C8102E', 1],
    ['a colour within the tolerance', '#c81c28', 1],
    ['a colour in the first band', '#d81c28', 0.6],
    ['a colour in the second band', '#e83030', 0.25],
    ['another colour', '#1030c8', 0],
    ['a name', 'crimson', 0],
    ['a short form', '#c12', 0],
    ['a number', 3, 0],
  ])('answered with %s (%j) earns the share %d', (_, answer, share) => {
    expect(gradeColour(answer, key)).toBe(share);
  });

  it('earns nothing outside of the tolerance if the key has no bands', () => {
    expect(gradeColour('#d81c28', { colour: '#c8102e', tolerance: 3 })).toBe(0);
  });
});
