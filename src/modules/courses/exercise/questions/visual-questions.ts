import { z } from 'zod';
import { httpsUrl } from '../../shared-fields.dto';
import { baseFields, keyFields, maxOptions, partial, text } from './question-fields';

/** A colour of the sRGB space. */
export const colour = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, 'Must be a colour such as #c8102e')
  .meta({ examples: ['#c8102e'] });

export const ColourMatchQuestion = z
  .strictObject({ ...baseFields, kind: z.literal('colour_match') })
  .meta({ id: 'ColourMatchQuestion' });

const colourDifference = z.number().min(0).max(100);
const ColourBand = z
  .strictObject({ tolerance: colourDifference, percent: z.int().min(1).max(99) })
  .meta({ id: 'ColourBand', examples: [{ tolerance: 6, percent: 50 }] });
export const ColourMatchKey = z
  .strictObject({
    colour,
    tolerance: colourDifference.meta({ description: 'The largest colour difference (ΔE 2000) that earns all points' }),
    bands: z.array(ColourBand).min(1).max(10).optional().meta({
      description: 'Larger differences that earn a part of the points. Each band is wider than the one before',
    }),
    ...keyFields,
  })
  .meta({ id: 'ColourMatchKey' });

// Coordinates are shares of the width and the height of the picture, so that they fit every size in which it is shown.
const share = z.number().min(0).max(1);
const positiveShare = z.number().gt(0).max(1);
export const PicturePoint = z
  .strictObject({ x: share, y: share })
  .meta({ id: 'PicturePoint', examples: [{ x: 0.25, y: 0.5 }] });
export type PicturePoint = z.infer<typeof PicturePoint>;

const QuestionPicture = z
  .strictObject({
    url: httpsUrl(2_000),
    width: z.int().min(1).max(100_000).meta({ description: 'Pixels. With the height, this gives the proportions' }),
    height: z.int().min(1).max(100_000),
    description: text(1_000).meta({ description: 'For people who cannot see the picture' }),
  })
  .meta({ id: 'QuestionPicture' });

export const ImageHotspotQuestion = z
  .strictObject({
    ...baseFields,
    kind: z.literal('image_hotspot'),
    picture: QuestionPicture,
    spotCount: z.int().min(1).max(maxOptions).meta({ description: 'How many places there are to find' }),
    partial,
  })
  .meta({ id: 'ImageHotspotQuestion' });

/** A place in a picture. `x` and `y` are the centre, and for a rectangle its upper left corner. */
export const PictureRegion = z
  .discriminatedUnion('shape', [
    z.strictObject({ shape: z.literal('point'), x: share, y: share }).meta({ id: 'PointRegion' }),
    z
      .strictObject({ shape: z.literal('rectangle'), x: share, y: share, width: positiveShare, height: positiveShare })
      .meta({ id: 'RectangleRegion' }),
    z
      .strictObject({ shape: z.literal('ellipse'), x: share, y: share, radiusX: positiveShare, radiusY: positiveShare })
      .meta({ id: 'EllipseRegion' }),
    z
      .strictObject({ shape: z.literal('polygon'), corners: z.array(PicturePoint).min(3).max(50) })
      .meta({ id: 'PolygonRegion' }),
  ])
  .meta({ id: 'PictureRegion' });
export type PictureRegion = z.infer<typeof PictureRegion>;

export const ImageHotspotKey = z
  .strictObject({
    spots: z.array(PictureRegion).min(1).max(maxOptions),
    tolerance: share.meta({
      description:
        'How far from a spot a click may be, as a share of the width of the picture. A point needs more than 0',
    }),
    ...keyFields,
  })
  .meta({ id: 'ImageHotspotKey' });
export const clicks = z.array(PicturePoint).max(maxOptions);
