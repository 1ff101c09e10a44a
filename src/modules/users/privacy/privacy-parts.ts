import { Visibility } from './visibility';

/** What the module of users needs of this folder. */
export const privacy = {
  providers: [Visibility],
  exports: [Visibility],
};
