import { DiscussedWorks } from './discussed-works';
import { PinThreads } from './pin-threads.query';
import { Pins } from './pins';
import { PinsController } from './pins.controller';

export const pinControllers = [PinsController];
export const pinProviders = [DiscussedWorks, PinThreads, Pins];
