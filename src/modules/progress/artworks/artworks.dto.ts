import { z } from 'zod';
import { inVariant } from '../../../platform/files/file-addresses';
import { rule } from '../../../platform/http/rules';
import type { ArtworkRow } from './artwork-row';

export const maxArtworks = 10;

/** The pictures that a student hands in, in order. */
export const HandedInArtworks = z
  .array(
    z
      .strictObject({
        fileId: z.int().positive().meta({ description: 'A file that you have uploaded for `artwork`' }),
        caption: z.string().trim().max(500).optional(),
      })
      .meta({ id: 'HandedInArtwork', examples: [{ fileId: 12, caption: 'Second layer' }] }),
  )
  .min(1)
  .max(maxArtworks)
  .refine(
    (artworks) => new Set(artworks.map(({ fileId }) => fileId)).size === artworks.length,
    rule('unique_files', 'No two pictures may be the same file'),
  );
export type HandedInArtworks = z.output<typeof HandedInArtworks>;

const address = (variant: string) =>
  `https://school.example/api/v1/files/12/content?variant=${variant}&expires=1798700400&signature=…`;

export const artworkExample = {
  id: 5,
  caption: 'Second layer',
  mediumUrl: address('960'),
  largeUrl: address('1920'),
};
export const Artwork = z
  .strictObject({
    id: z.int(),
    caption: z.string(),
    mediumUrl: z.string().meta({ description: 'At most 960 pixels wide. It works for one to two hours' }),
    largeUrl: z.string().meta({ description: 'At most 1920 pixels wide' }),
  })
  .meta({ id: 'Artwork', examples: [artworkExample] });
export type Artwork = z.output<typeof Artwork>;

export const showArtwork = ({ id, caption, file }: ArtworkRow): Artwork => ({
  id,
  caption,
  mediumUrl: inVariant(file, '960'),
  largeUrl: inVariant(file, '1920'),
});
