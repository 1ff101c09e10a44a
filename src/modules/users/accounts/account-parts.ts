import { Accounts } from './accounts';
import { ActivationNotes } from './activation/activation-notes';
import { Activations } from './activation/activations';
import { MeController } from './me.controller';
import { UserSettingsStore } from './own-settings';
import { Profiles } from './profiles';
import { Registration } from './registration';
import { UserSettings } from './user-settings.entity';
import { User } from './user.entity';
import { UsersController } from './users.controller';

/** What the module of users needs of this folder. */
export const accounts = {
  entities: [User, UserSettings],
  controllers: [MeController, UsersController],
  providers: [Accounts, ActivationNotes, Activations, Profiles, Registration, UserSettingsStore],
  exports: [Accounts, Registration, UserSettingsStore],
};
