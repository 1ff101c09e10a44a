import type { RouteThings } from '../support/route-fixtures';
import { largeVideo, picture, upload } from '../support/stored-files';

/** A file that the student has uploaded, and those of the teacher; nothing uses them yet. */
export const routeThings: RouteThings = {
  async make(school, { student, teacher }) {
    const bytes = await picture(40, 30).png().toBuffer();
    const { body: image } = await upload(school, student, { bytes, purpose: 'profile-image' });
    const { body: thumbnail } = await upload(school, teacher, { bytes, purpose: 'course-thumbnail' });
    const { body: video } = await upload(school, teacher, { bytes: largeVideo(1_000), purpose: 'lesson-video' });
    const { body: begun } = await teacher.post('/uploads?purpose=lesson-video', undefined, { 'upload-length': '9000' });
    const ids = { files: image.id, thumbnail: thumbnail.id, video: video.id, uploads: begun.id };
    return ids;
  },
  bodies: (_cast, { files, thumbnail, video }) => ({
    'PUT /api/v1/me/profile-image': { fileId: files },
    'PUT /api/v1/courses/{id}/thumbnail': { fileId: thumbnail },
    'PUT /api/v1/lessons/{id}/video': { fileId: video },
  }),
};
