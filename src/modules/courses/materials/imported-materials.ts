import type { Fields, ImportContext } from '../../../platform/data/data-rules';
import { httpsUrl, materialUrl, title } from '../shared-fields.dto';
import type { Lesson } from '../lesson/lesson.entity';

type Material = Lesson['materials'][number];

/**
 * Names of the members that hold the title and the URL of an attachment in other systems. Another system may also store an
 * attachment as a URL only.
 */
const titleMembers = ['title', 'name', 'label', 'text', 'filename', 'file_name'];
const urlMembers = ['url', 'href', 'link', 'file', 'path', 'src'];
const maxMaterials = 50;

/** If the materials change, the original value is kept, too, so that a dump can write the original back unchanged. */
export function adoptMaterials(fields: Fields, adoption: ImportContext): Fields {
  const imported = fields.materials;
  if (Array.isArray(imported) && imported.length === 0) return fields;
  const materials = toMaterials(imported, adoption.hasMedia);
  const skippedCount = toItems(imported).length - materials.length;
  if (skippedCount > 0)
    adoption.note('materials without a usable address are not shown; a dump writes them back unchanged');
  if (!isEqual(imported, materials)) adoption.keepOriginal('materials');
  return { ...fields, materials };
}

function toMaterials(imported: unknown, hasMedia: boolean): Material[] {
  const materials = toItems(imported).flatMap((item) => toMaterial(item, hasMedia) ?? []);
  return materials.slice(0, maxMaterials);
}

/** The addresses of an imported value in the order of our list. They depend on whether files were loaded with it. */
export function addressesOfImported(imported: unknown, count: number): string[] {
  const lists = [true, false].map((hasMedia) => toMaterials(imported, hasMedia).map(({ url }) => url));
  return lists.find(({ length }) => length === count) ?? [];
}

/** Changes http to https, because the pages of the school open https addresses only. */
export function adoptVideo(fields: Fields, adoption: ImportContext): Fields {
  const imported = fields.video_url;
  if (typeof imported !== 'string' || imported === '' || isVideoUrl(imported)) return fields;
  const secureUrl = toHttps(imported);
  if (!isVideoUrl(secureUrl)) return fields;
  adoption.keepOriginal('video_url');
  adoption.note('http addresses of videos were changed to https');
  return { ...fields, video_url: secureUrl };
}

const isVideoUrl = (address: string): boolean => httpsUrl(200).safeParse(address).success;

const toHttps = (address: string): string => address.replace(/^http:/i, 'https:');

/** The imported value is a list, an object with a URL for each title, or a single attachment. */
function toItems(imported: unknown): unknown[] {
  if (Array.isArray(imported)) return imported;
  if (imported === null || imported === undefined || imported === '') return [];
  const isSingleItem = typeof imported !== 'object' || urlMembers.some((name) => name in imported);
  if (isSingleItem) return [imported];
  return Object.entries(imported).map(([name, url]) => (typeof url === 'string' ? { name, url } : url));
}

function toMaterial(imported: unknown, hasMedia: boolean): Material | null {
  const item: Fields = typeof imported === 'string' ? { url: imported } : ((imported ?? {}) as Fields);
  const address = findText(item, urlMembers);
  const url = materialUrl.safeParse(address === undefined ? undefined : toAddress(address, hasMedia));
  if (!url.success) return null;
  const titleText = findText(item, titleMembers) ?? lastSegment(url.data);
  const parsedTitle = title.safeParse(titleText.trim().slice(0, 200));
  return { title: parsedTitle.success ? parsedTitle.data : url.data.slice(0, 200), url: url.data };
}

/** A name without a host and a first slash is that of a file of the other system, below the address where it shows files. */
function toAddress(address: string, hasMedia: boolean): string {
  const isFileName = hasMedia && !/^(?:[a-z][a-z\d+.-]*:|[/\\])/i.test(address);
  return isFileName ? `/media/${encodeURI(address)}` : toHttps(address);
}

/** Returns the value of the first of these members that has a text. */
function findText(item: Fields, members: readonly string[]): string | undefined {
  const values = members.map((name) => item[name]);
  return values.find((value): value is string => typeof value === 'string' && value.trim() !== '');
}

function lastSegment(url: string): string {
  const path = url.split(/[?#]/, 1)[0];
  return path?.split('/').findLast(Boolean) ?? url;
}

const isEqual = (imported: unknown, materials: readonly Material[]): boolean =>
  JSON.stringify(imported) === JSON.stringify(materials);
