import type { KeyOf, PicturePoint, PictureRegion, QuestionOf } from '../../../courses';

/**
 * A click counts for at most one spot. With partial credit the share is (found spots − wrong clicks) / spots, so that clicks at random
 * gain nothing.
 */
export function gradeClicks(
  answer: unknown,
  { spots, tolerance }: KeyOf<'image_hotspot'>,
  { picture, spotCount, partial }: QuestionOf<'image_hotspot'>,
): number {
  const clicks = toClicks(answer);
  if (clicks.length > spotCount) return 0;
  const aspect = picture.height / picture.width;
  const hits = clicks.map((click) =>
    spots.flatMap((spot, index) => (isNear(click, spot, tolerance, aspect) ? [index] : [])),
  );
  const foundCount = countPairs(hits);
  const wrongCount = clicks.length - foundCount;
  if (partial) return Math.max(0, (foundCount - wrongCount) / spots.length);
  return Number(foundCount === spots.length && wrongCount === 0);
}

const isClick = (value: unknown): value is PicturePoint => typeof value === 'object' && value !== null && 'x' in value;
const toClicks = (answer: unknown): PicturePoint[] => (Array.isArray(answer) ? answer.filter(isClick) : []);

/**
 * The largest number of clicks that can each have a spot of their own. Spots may overlap, so a click gives its spot to another click
 * when it can have a different one.
 */
function countPairs(spotsByClick: number[][]): number {
  const clickOfSpot = new Map<number, number>();
  const findSpot = (click: number, tried: Set<number>): boolean =>
    spotsByClick[click]!.some((spot) => {
      if (tried.has(spot)) return false;
      tried.add(spot);
      const other = clickOfSpot.get(spot);
      if (other !== undefined && !findSpot(other, tried)) return false;
      clickOfSpot.set(spot, click);
      return true;
    });
  return spotsByClick.filter((_, click) => findSpot(click, new Set())).length;
}

/** Distances are shares of the width. `aspect` turns a vertical share of the height into one of the width. */
function isNear({ x, y }: PicturePoint, region: PictureRegion, tolerance: number, aspect: number): boolean {
  // A limit such as 0.3 − 0.1 is not exact in binary.
  const limit = tolerance + 1e-9;
  switch (region.shape) {
    case 'point':
      return Math.hypot(x - region.x, (y - region.y) * aspect) <= limit;
    case 'rectangle': {
      const right = Math.max(region.x - x, 0, x - region.x - region.width);
      const down = Math.max(region.y - y, 0, y - region.y - region.height);
      return Math.hypot(right, down * aspect) <= limit;
    }
    case 'ellipse': {
      const across = (x - region.x) / (region.radiusX + limit);
      const down = ((y - region.y) * aspect) / (region.radiusY * aspect + limit);
      return Math.hypot(across, down) <= 1;
    }
    case 'polygon':
      return isNearPolygon({ x, y }, region.corners, limit, aspect);
  }
}

function isNearPolygon(click: PicturePoint, corners: PicturePoint[], limit: number, aspect: number): boolean {
  const scaled = corners.map(({ x, y }) => ({ x, y: y * aspect }));
  const point = { x: click.x, y: click.y * aspect };
  const edges = scaled.map((corner, index) => [corner, scaled[(index + 1) % scaled.length]!] as const);
  // A point is inside if a ray from it crosses the edges an odd number of times.
  const crossed = edges.filter(([from, to]) => crossesRay(point, from, to)).length;
  return crossed % 2 === 1 || edges.some(([from, to]) => distanceToEdge(point, from, to) <= limit);
}

function crossesRay(point: PicturePoint, from: PicturePoint, to: PicturePoint): boolean {
  if (from.y > point.y === to.y > point.y) return false;
  return point.x < from.x + ((point.y - from.y) * (to.x - from.x)) / (to.y - from.y);
}

function distanceToEdge(point: PicturePoint, from: PicturePoint, to: PicturePoint): number {
  const [width, height] = [to.x - from.x, to.y - from.y];
  const length = width * width + height * height;
  const along = length === 0 ? 0 : ((point.x - from.x) * width + (point.y - from.y) * height) / length;
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - from.x - share * width, point.y - from.y - share * height);
}
