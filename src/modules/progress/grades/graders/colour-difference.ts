import type * as Culori from 'culori';

/** A colour of CIE Lab under the light D65. */
export interface Lab {
  l: number;
  a: number;
  b: number;
}

// The library is loaded with the first colour that is graded, because most schools never ask for one.
const culori = (): typeof Culori => require('culori') as typeof Culori;

/** ΔE 2000: how different two colours look to people. About 1 is the smallest difference that they notice. */
export function colourDifference(first: Lab, second: Lab): number {
  return culori().differenceCiede2000()({ mode: 'lab65', ...first }, { mode: 'lab65', ...second });
}

/** Converts a colour of sRGB, such as `#c8102e`. The text was checked before. */
export function toLab(hex: string): Lab {
  const { l, a, b } = culori().lab65(hex)!;
  return { l, a, b };
}
