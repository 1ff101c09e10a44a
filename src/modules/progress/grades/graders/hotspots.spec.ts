import type { PictureRegion } from '../../../courses';
import { gradeClicks } from './hotspots';

type Click = [x: number, y: number];
const toAnswer = (clicks: Click[]) => clicks.map(([x, y]) => ({ x, y }));
const square = { url: 'https://images.example.org/a.jpg', width: 1_000, height: 1_000, description: 'A still life' };
const wide = { ...square, width: 2_000 };
const base = { id: 'q', kind: 'image_hotspot' as const, text: 'Where?', points: 4 };

function shareOf(clicks: Click[], spots: PictureRegion[], tolerance = 0, more: object = {}): number {
  const question = { ...base, picture: square, spotCount: spots.length, ...more };
  return gradeClicks(toAnswer(clicks), { spots, tolerance }, question);
}

const point: PictureRegion = { shape: 'point', x: 0.5, y: 0.5 };
const rectangle: PictureRegion = { shape: 'rectangle', x: 0.2, y: 0.4, width: 0.2, height: 0.1 };
const ellipse: PictureRegion = { shape: 'ellipse', x: 0.5, y: 0.5, radiusX: 0.2, radiusY: 0.1 };
const corners = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.9, 0.9],
  [0.7, 0.9],
  [0.7, 0.3],
  [0.1, 0.3],
] as const;
const hook: PictureRegion = { shape: 'polygon', corners: corners.map(([x, y]) => ({ x, y })) };

describe('a click', () => {
  it.each<[string, Click, PictureRegion, number, boolean]>([
    ['on a point', [0.5, 0.5], point, 0.05, true],
    ['on the limit of a point', [0.55, 0.5], point, 0.05, true],
    ['beyond a point', [0.551, 0.5], point, 0.05, false],
    ['beyond a point in the diagonal', [0.54, 0.54], point, 0.05, false],
    ['in a rectangle', [0.3, 0.45], rectangle, 0, true],
    ['on the corner of a rectangle', [0.4, 0.5], rectangle, 0, true],
    ['beside a rectangle', [0.41, 0.45], rectangle, 0, false],
    ['beside a rectangle, within the tolerance', [0.41, 0.45], rectangle, 0.01, true],
    ['beside its corner, beyond the tolerance', [0.41, 0.51], rectangle, 0.012, false],
    ['at the end of an ellipse', [0.7, 0.5], ellipse, 0, true],
    ['above the end of an ellipse', [0.65, 0.58], ellipse, 0, false],
    ['beside an ellipse, within the tolerance', [0.72, 0.5], ellipse, 0.02, true],
    ['in the arm of a polygon', [0.2, 0.2], hook, 0, true],
    ['in the leg of a polygon', [0.8, 0.8], hook, 0, true],
    ['in the hollow of a polygon', [0.4, 0.6], hook, 0, false],
    ['on a corner of a polygon', [0.1, 0.1], hook, 0, true],
    ['in the hollow, within the tolerance of an edge', [0.68, 0.6], hook, 0.02, true],
  ])('%s (%j) counts or not', (_, click, region, tolerance, isFound) => {
    expect(shareOf([click], [region], tolerance)).toBe(Number(isFound));
  });

  it('is measured in the proportions of the picture', () => {
    // 0.08 of the height are 0.04 of the width of a picture that is twice as wide as high.
    expect(shareOf([[0.5, 0.58]], [point], 0.05, { picture: wide })).toBe(1);
    expect(shareOf([[0.5, 0.58]], [point], 0.05)).toBe(0);
  });
});

describe('several spots', () => {
  const at = (x: number): PictureRegion => ({ shape: 'point', x, y: 0.5 });
  const four = [at(0.2), at(0.4), at(0.6), at(0.8)];

  it.each<[string, Click[], number, number]>([
    [
      'all four',
      [
        [0.8, 0.5],
        [0.6, 0.5],
        [0.4, 0.5],
        [0.2, 0.5],
      ],
      1,
      1,
    ],
    [
      'three',
      [
        [0.2, 0.5],
        [0.4, 0.5],
        [0.6, 0.5],
      ],
      0,
      0.75,
    ],
    [
      'three and a wrong click',
      [
        [0.2, 0.5],
        [0.4, 0.5],
        [0.6, 0.5],
        [0.9, 0.9],
      ],
      0,
      0.5,
    ],
    [
      'one twice',
      [
        [0.2, 0.5],
        [0.2, 0.5],
      ],
      0,
      0,
    ],
    [
      'one and two wrong clicks',
      [
        [0.2, 0.5],
        [0.9, 0.9],
        [0.1, 0.1],
      ],
      0,
      0,
    ],
    ['none', [], 0, 0],
    [
      'more clicks than spots',
      [
        [0.2, 0.5],
        [0.4, 0.5],
        [0.6, 0.5],
        [0.8, 0.5],
        [0.8, 0.5],
      ],
      0,
      0,
    ],
  ])('%s: %j earns the share %d, or %d with partial credit', (_, clicks, share, partialShare) => {
    expect(shareOf(clicks, four, 0.05)).toBe(share);
    expect(shareOf(clicks, four, 0.05, { partial: true })).toBe(partialShare);
  });

  it('each click gets a spot of its own, also when spots overlap', () => {
    const overlapping: PictureRegion[] = [
      { shape: 'rectangle', x: 0, y: 0, width: 0.6, height: 1 },
      { shape: 'rectangle', x: 0.4, y: 0, width: 0.6, height: 1 },
      { shape: 'rectangle', x: 0, y: 0, width: 1, height: 1 },
    ];
    expect(
      shareOf(
        [
          [0.5, 0.5],
          [0.1, 0.5],
          [0.2, 0.5],
        ],
        overlapping,
      ),
    ).toBe(1);
    expect(
      shareOf(
        [
          [0.1, 0.5],
          [0.2, 0.5],
          [0.3, 0.5],
        ],
        overlapping,
      ),
    ).toBe(0);
  });

  it('an answer in another form finds nothing', () => {
    const question = { ...base, picture: square, spotCount: 1 };
    for (const answer of ['0.5', 3, true, ['o1'], { x: 0.5 }])
      expect(gradeClicks(answer, { spots: [point], tolerance: 1 }, question)).toBe(0);
  });
});
