import type { KeyOf } from '../../../courses';
import { colourDifference, toLab } from './colour-difference';

const colourPattern = /^#[0-9a-f]{6}$/i;

/** The narrowest band that contains the colour of the student decides the share. */
export function gradeColour(answer: unknown, { colour, tolerance, bands = [] }: KeyOf<'colour_match'>): number {
  if (typeof answer !== 'string' || !colourPattern.test(answer)) return 0;
  const difference = colourDifference(toLab(answer), toLab(colour));
  if (difference <= tolerance) return 1;
  const band = bands.find((candidate) => difference <= candidate.tolerance);
  return band ? band.percent / 100 : 0;
}
