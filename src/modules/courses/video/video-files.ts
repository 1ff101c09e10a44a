import { int } from '../../../platform/database/columns';
import type { Database } from '../../../platform/database/database';
import { readReference } from '../../../platform/files/file-addresses';
import type { FileThing } from '../../../platform/files/file-purposes';
import type { Files } from '../../../platform/files/files';

export const videoPurpose = 'lesson-video';
export const lessonOf = (id: number): FileThing => ({ type: 'courses.lesson', id });

interface WithVideo {
  id?: number;
  videoUrl: string;
}

/** Detaches the video that a lesson no longer has, in the transaction of the caller. A lesson with a link costs no statement. */
export async function detachOldVideo(files: Files, before: WithVideo | null, after: WithVideo | null): Promise<void> {
  if (before?.id === undefined || before.videoUrl === after?.videoUrl || !readReference(before.videoUrl)) return;
  await files.detach(videoPurpose, lessonOf(before.id), readReference(after?.videoUrl)?.id ?? null);
}

/** The lessons of a course that have a video of the school. They must be read before the course is deleted. */
export async function lessonsWithVideo(database: Database, courseId: number): Promise<FileThing[]> {
  const sql = `SELECT id FROM courses_lesson WHERE course_id = $1 AND video_url LIKE 'file:%'`;
  return (await database.rows({ id: int }, sql, [courseId])).map(({ id }) => lessonOf(id));
}
