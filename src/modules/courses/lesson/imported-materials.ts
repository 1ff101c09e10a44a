import type { Fields, ImportContext } from '../../../platform/data/data-rules';
import { httpsUrl, materialUrl, title } from '../shared-fields.dto';
import type { Material } from './lesson.dto';

/**
 * Another system may store an attachment as `{"name", "url"}`, as an address alone, or under other member names. Here a
 * material has a title and a URL.
 */
const titleMembers = ['title', 'name', 'label', 'text', 'filename', 'file_name'];
const urlMembers = ['url', 'href', 'link', 'file', 'path', 'src'];
const maxMaterials = 50;

/** If the materials change, the original value is kept too, so that a dump writes it back unchanged. */
export function adoptMaterials(fields: Fields, adoption: ImportContext): Fields {
  const given = fields.materials;
  if (Array.isArray(given) && given.length === 0) return fields;
  const items = listOf(given);
  const materials = items.flatMap((item) => toMaterial(item) ?? []).slice(0, maxMaterials);
  const skippedCount = items.length - materials.length;
  if (skippedCount > 0)
    adoption.note('materials without a usable address are not shown; a dump writes them back unchanged');
  if (!isSame(given, materials)) adoption.keepOriginal('materials');
  return { ...fields, materials };
}

/** Changes http to https, because the pages of the school open https addresses only. */
export function adoptVideo(fields: Fields, adoption: ImportContext): Fields {
  const given = fields.video_url;
  if (typeof given !== 'string' || given === '' || httpsUrl(200).safeParse(given).success) return fields;
  const secure = given.replace(/^http:/i, 'https:');
  if (!httpsUrl(200).safeParse(secure).success) return fields;
  adoption.keepOriginal('video_url');
  adoption.note('http addresses of videos were changed to https');
  return { ...fields, video_url: secure };
}

function listOf(given: unknown): unknown[] {
  if (Array.isArray(given)) return given;
  if (typeof given === 'object' && given !== null && !urlMembers.some((name) => name in given))
    return Object.entries(given).map(([name, url]) => (typeof url === 'string' ? { name, url } : url));
  return given === null || given === undefined || given === '' ? [] : [given];
}

function toMaterial(given: unknown): Material | null {
  const item: Fields = typeof given === 'string' ? { url: given } : ((given ?? {}) as Fields);
  const address = firstText(item, urlMembers)?.replace(/^http:/i, 'https:');
  const url = materialUrl.safeParse(address);
  if (!url.success) return null;
  const parsedTitle = title.safeParse((firstText(item, titleMembers) ?? lastSegment(url.data)).trim().slice(0, 200));
  return { title: parsedTitle.success ? parsedTitle.data : url.data.slice(0, 200), url: url.data };
}

const firstText = (item: Fields, members: readonly string[]): string | undefined =>
  members.map((name) => item[name]).find((value): value is string => typeof value === 'string' && value.trim() !== '');

const lastSegment = (url: string): string => url.split(/[?#]/, 1)[0]?.split('/').findLast(Boolean) ?? url;

const isSame = (given: unknown, materials: readonly Material[]): boolean =>
  JSON.stringify(given) === JSON.stringify(materials);
