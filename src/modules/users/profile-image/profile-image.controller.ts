import { Body, Controller, Delete, Put } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { FileChoice } from '../../../platform/files/files.dto';
import { FileNotUsable } from '../../../platform/files/files.errors';
import { Route } from '../../../platform/http/route';
import { Me, showMe } from '../accounts/me.dto';
import { ProfileImages } from './profile-images';

@Controller('me/profile-image')
export class ProfileImageController {
  constructor(private readonly images: ProfileImages) {}

  @Put()
  @Route({
    summary: 'Set my profile image',
    description: 'First upload the picture with `POST /files?purpose=profile-image`. It replaces the one before.',
    response: Me,
    errors: [FileNotUsable],
    tag: 'Me',
  })
  async setProfileImage(
    @CurrentActor() actor: Actor,
    @Body({ schema: FileChoice }) { fileId }: FileChoice,
  ): Promise<Me> {
    return showMe(await this.images.set(actor.id, fileId));
  }

  @Delete()
  @Route({ summary: 'Remove my profile image', response: Me, tag: 'Me' })
  async removeProfileImage(@CurrentActor() actor: Actor): Promise<Me> {
    return showMe(await this.images.remove(actor.id));
  }
}
