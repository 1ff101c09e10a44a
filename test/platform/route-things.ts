import type { RouteThings } from '../support/route-fixtures';
import { picture, upload } from '../support/stored-files';

/** A file that the student has uploaded, and one of the teacher; nothing uses them yet. */
export const routeThings: RouteThings = {
  async make(school, { student, teacher }) {
    const bytes = await picture(40, 30).png().toBuffer();
    const { body: image } = await upload(school, student, { bytes, purpose: 'profile-image' });
    const { body: thumbnail } = await upload(school, teacher, { bytes, purpose: 'course-thumbnail' });
    return { files: image.id as number, thumbnail: thumbnail.id as number };
  },
  bodies: (_cast, { files, thumbnail }) => ({
    'PUT /api/v1/me/profile-image': { fileId: files },
    'PUT /api/v1/courses/{id}/thumbnail': { fileId: thumbnail },
  }),
};
