import type { Fields, ImportContext } from '../../../platform/data/data-rules';
import { httpsUrl, materialUrl, title } from '../authored.dto';
import type { Material } from './lesson.dto';

/** Attachments of another system: `{"name", "url"}`, an address alone, or something else that names one. Ours have a title and an address. */
const names = ['title', 'name', 'label', 'text', 'filename', 'file_name'];
const addresses = ['url', 'href', 'link', 'file', 'path', 'src'];
const maxMaterials = 50;

/** What the file says is kept beside it, and goes back as it was. */
export function adoptMaterials(fields: Fields, adoption: ImportContext): Fields {
  const given = fields.materials;
  if (Array.isArray(given) && given.length === 0) return fields;
  const found = listOf(given);
  const made = found.flatMap((one) => materialOf(one) ?? []).slice(0, maxMaterials);
  const lost = found.length - made.length;
  if (lost > 0) adoption.note('materials without an address we could show are not shown, and go back as they were');
  if (!isSame(given, made)) adoption.keepOriginal('materials');
  return { ...fields, materials: made };
}

/** An address of a video that no page of ours would open. */
export function adoptVideo(fields: Fields, adoption: ImportContext): Fields {
  const given = fields.video_url;
  if (typeof given !== 'string' || given === '' || httpsUrl(200).safeParse(given).success) return fields;
  const secure = given.replace(/^http:/i, 'https:');
  if (!httpsUrl(200).safeParse(secure).success) return fields;
  adoption.keepOriginal('video_url');
  adoption.note('videos with an http address are asked for by https');
  return { ...fields, video_url: secure };
}

function listOf(given: unknown): unknown[] {
  if (Array.isArray(given)) return given;
  if (typeof given === 'object' && given !== null && !addresses.some((name) => name in given))
    return Object.entries(given).map(([name, url]) => (typeof url === 'string' ? { name, url } : url));
  return given === null || given === undefined || given === '' ? [] : [given];
}

function materialOf(one: unknown): Material | null {
  const part: Fields = typeof one === 'string' ? { url: one } : ((one ?? {}) as Fields);
  const address = firstText(part, addresses)?.replace(/^http:/i, 'https:');
  const url = materialUrl.safeParse(address);
  if (!url.success) return null;
  const named = title.safeParse((firstText(part, names) ?? lastStep(url.data)).trim().slice(0, 200));
  return { title: named.success ? named.data : url.data.slice(0, 200), url: url.data };
}

const firstText = (part: Fields, members: readonly string[]): string | undefined =>
  members.map((name) => part[name]).find((value): value is string => typeof value === 'string' && value.trim() !== '');

const lastStep = (url: string): string => url.split(/[?#]/, 1)[0]?.split('/').findLast(Boolean) ?? url;

const isSame = (given: unknown, made: readonly Material[]): boolean => JSON.stringify(given) === JSON.stringify(made);
