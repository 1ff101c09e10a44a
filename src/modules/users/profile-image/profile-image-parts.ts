import { ProfileImageController } from './profile-image.controller';
import { ProfileImages } from './profile-images';

/** What the module of users needs of this folder. */
export const profileImage = {
  controllers: [ProfileImageController],
  providers: [ProfileImages],
};
