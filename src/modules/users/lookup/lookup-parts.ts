import { LookupLimit } from './lookup-limit';
import { UserLookup } from './user-lookup';
import { UserLookupController } from './user-lookup.controller';

/** What the module of users needs of this folder. */
export const lookup = {
  controllers: [UserLookupController],
  providers: [LookupLimit, UserLookup],
  exports: [UserLookup],
};
