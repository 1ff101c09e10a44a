import { comicsStorytelling } from './comics-storytelling';
import type { DemoCourse } from './course';
import { digitalPainting } from './digital-painting';
import { drawingFoundations } from './drawing-foundations';
import { eggTemperaPanel } from './egg-tempera-panel';
import { handbuiltCeramics } from './handbuilt-ceramics';
import { italicCalligraphy } from './italic-calligraphy';
import { linocutPrintmaking } from './linocut-printmaking';
import { oilPaintingLayers } from './oil-painting-layers';
import { paintingConservation } from './painting-conservation';
import { photographyLight } from './photography-light';
import { renaissancePainting } from './renaissance-painting';
import { watercolorBasics } from './watercolor-basics';

export type { DemoCourse, DemoExercise, DemoLesson, DemoQuestion } from './course';

/** All courses of the demo school; a course comes after its prerequisites. */
export const demoCourses: readonly DemoCourse[] = [
  drawingFoundations,
  watercolorBasics,
  renaissancePainting,
  photographyLight,
  handbuiltCeramics,
  italicCalligraphy,
  linocutPrintmaking,
  comicsStorytelling,
  digitalPainting,
  oilPaintingLayers,
  eggTemperaPanel,
  paintingConservation,
];
