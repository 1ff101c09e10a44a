import { AccountData } from './account-data';
import { DepartureFindings } from './departure-findings';
import { DepartureNotes } from './departure-notes';
import { Departure } from './departure.entity';
import { Departures } from './departures';
import { DeparturesController } from './departures.controller';
import { EraseDeparted } from './erase-departed.job';
import { Erasure } from './erasure';
import { LeftEmails } from './left-emails';
import { PersonalDataRegistry } from './personal-data';
import { PlatformTraces } from './platform-traces';
import { Returns } from './returns';

/** What the module of users needs of this folder. */
export const leaving = {
  entities: [Departure],
  controllers: [DeparturesController],
  providers: [
    AccountData,
    DepartureFindings,
    DepartureNotes,
    Departures,
    EraseDeparted,
    Erasure,
    LeftEmails,
    PersonalDataRegistry,
    PlatformTraces,
    Returns,
  ],
  exports: [PersonalDataRegistry],
};
