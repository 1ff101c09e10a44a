import { Injectable } from '@nestjs/common';
import type { Metadata, Sharp, SharpOptions } from 'sharp';
import type { FileVariant } from '../stored-file.entity';
import { PictureTooLarge, PictureUnreadable } from '../files.errors';

const maxPixels = 50_000_000;
/** WebP can have 16,383 pixels on each side. */
const maxSide = 16_000;
const timeoutSeconds = 30;
/** Pictures that are encoded at the same time. The others wait. */
const maxConcurrent = 2;
const widths = { '320': 320, '960': 960, '1920': 1_920 } as const;

/** The only readers of the library that are used. It also knows SVG, PDF and others, which are not pictures here. */
const loaders = ['Jpeg', 'Png', 'Webp', 'Heif', 'Nsgif'].map((name) => `VipsForeignLoad${name}Buffer`);

const input: SharpOptions = { limitInputPixels: maxPixels, failOn: 'error', pages: 1, sequentialRead: true };

interface EncodedVariant {
  variant: FileVariant;
  bytes: Buffer;
  type: string;
  width: number;
  height: number;
}

/**
 * Decodes a picture and encodes it again. So what is kept was written by this program: without place, device and anything else that was in the
 * file, upright, and with its colour profile, because colours matter in an art school. Of an animation the first picture is kept.
 */
@Injectable()
export class PictureEncoder {
  private activeCount = 0;
  private readonly waiting: (() => void)[] = [];

  /**
   * @param read called when the turn of the picture has come, so that waiting pictures need no memory
   * @throws PictureUnreadable, PictureTooLarge
   */
  async encode(read: () => Promise<Buffer>): Promise<EncodedVariant[]> {
    if (this.activeCount >= maxConcurrent) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.activeCount++;
    try {
      return await encodeAll(await read());
    } catch (error) {
      throw toProblem(error);
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.activeCount--;
    }
  }
}

type Open = typeof import('sharp');
let loaded: Open | undefined;

/** The library is loaded with the first picture. It works in its own threads, of which it gets one for each picture. */
function library(): Open {
  if (loaded) return loaded;
  const sharp = require('sharp') as Open;
  sharp.concurrency(1);
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: loaders });
  loaded = sharp;
  return sharp;
}

async function encodeAll(bytes: Buffer): Promise<EncodedVariant[]> {
  const sharp = library();
  const metadata = await sharp(bytes, input).metadata();
  if (Math.max(metadata.width, metadata.height) > maxSide) throw new PictureTooLarge();
  const upright = (): Sharp =>
    withProfile(sharp(bytes, input).timeout({ seconds: timeoutSeconds }).autoOrient(), metadata);
  const encoded = [await toVariant('original', originalOf(upright(), metadata.format))];
  // One after another, because each holds the decoded picture in memory.
  for (const [variant, width] of Object.entries(widths)) {
    const resized = upright().resize({ width, withoutEnlargement: true }).webp({ quality: 82 });
    encoded.push(await toVariant(variant as FileVariant, resized));
  }
  return encoded;
}

/** Colours for printing cannot be kept in these forms, so they become those of a screen. */
const withProfile = (picture: Sharp, { space }: Metadata): Sharp =>
  space === 'cmyk' ? picture.withIccProfile('srgb') : picture.keepIccProfile();

/**
 * A photograph stays a JPEG, and a drawing without loss stays so. AVIF would take minutes to write, and `optimiseCoding` would hold the
 * whole picture in memory.
 */
function originalOf(picture: Sharp, format: Metadata['format']): Sharp {
  if (format === 'jpeg') return picture.jpeg({ quality: 92, chromaSubsampling: '4:4:4', optimiseCoding: false });
  if (format === 'png' || format === 'gif') return picture.png();
  return picture.webp({ quality: 92 });
}

async function toVariant(variant: FileVariant, picture: Sharp): Promise<EncodedVariant> {
  const { data, info } = await picture.toBuffer({ resolveWithObject: true });
  return { variant, bytes: data, type: `image/${info.format}`, width: info.width, height: info.height };
}

function toProblem(error: unknown): Error {
  if (error instanceof PictureTooLarge) return error;
  const isTooLarge = /pixel limit|timeout/i.test((error as Error).message);
  return isTooLarge ? new PictureTooLarge() : new PictureUnreadable(error);
}
