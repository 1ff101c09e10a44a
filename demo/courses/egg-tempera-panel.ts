import type { DemoCourse } from './course';

/** A gilded panel in egg tempera, after the method of Cennino Cennini. */
export const eggTemperaPanel: DemoCourse = {
  slug: 'egg-tempera-panel',
  title: 'Egg Tempera and Gilding on Panel',
  description:
    'Make a small gilded panel as it was done in fourteenth-century Siena: gesso, water gilding on bole, and color ' +
    'bound with nothing but egg yolk. For students who already draw and paint with confidence.',
  category: 'tempera',
  level: 'advanced',
  teacher: 'marco',
  teocoinReward: 70,
  durationHours: 22,
  maxEnrollments: null,
  prerequisites: [],
  lessons: [
    {
      title: 'Cennini and the Medieval Workshop',
      lessonType: 'theory',
      durationMinutes: 50,
      isMandatory: true,
      teocoinReward: 10,
      content: `## A handbook from about 1400

Around 1400 the Tuscan painter **Cennino Cennini** wrote *Il libro dell'arte*. He had trained with Agnolo Gaddi, whose
father Taddeo had been a pupil of Giotto, and he describes a painter's craft from the making of glue to the modeling
of a face.

A panel passed through many hands. A carpenter built it, usually in Italy from **poplar**. The workshop sized it,
covered joints and knots with linen, and laid on many coats of gesso. The design was drawn with charcoal and ink, and
the outlines that met the gold were incised with a needle. Then came the gilding, then the tooling of the haloes with
punches, and only at the end the color.

**Duccio** worked like this in Siena; his *Maestà* was carried to the cathedral in procession in 1311. **Simone
Martini** gave the technique its finest gold work in the *Annunciation* of 1333.

In the course of the fifteenth century oil gradually replaced egg in Italy; many painters used both in one picture.
The method was revived in the nineteenth century, and Andrew Wyeth painted *Christina's World* (1948) with it.`,
      materials: [
        { title: 'Cennino Cennini', url: 'https://en.wikipedia.org/wiki/Cennino_Cennini' },
        { title: 'Maestà (Duccio)', url: 'https://en.wikipedia.org/wiki/Maest%C3%A0_(Duccio)' },
      ],
      exercises: [
        {
          title: 'Workshop quiz',
          description: 'People, dates and the order of work.',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'short_answer',
              text: "Who wrote Il libro dell'arte? (The surname is enough.)",
              points: 5,
              accepted: ['cennini', 'cennino cennini', 'cennino'],
            },
            {
              kind: 'single',
              text: 'Which wood was usually used for panels in Italy?',
              points: 5,
              options: ['Oak', 'Poplar', 'Beech', 'Mahogany'],
              answer: 1,
            },
            {
              kind: 'numeric',
              text: "In which year was Duccio's Maestà carried to the cathedral of Siena?",
              points: 5,
              answer: 1311,
              tolerance: 1,
            },
            {
              kind: 'true_false',
              text: 'In this method the panel is gilded after the painting is finished.',
              points: 5,
              answer: false,
            },
          ],
        },
      ],
    },
    {
      title: 'True Gesso',
      lessonType: 'practical',
      durationMinutes: 75,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Eight coats, white as ivory

Tempera needs an absorbent, rigid, very smooth ground. Acrylic primer is not absorbent enough.

1. **Panel.** Birch plywood or MDF, 9 to 12 mm thick. Round the edges slightly.
2. **Glue.** Soak rabbit-skin glue overnight, about 70 g in one liter of water, and warm it in a water bath. It must
   *never boil*, or it loses its strength. Cooled, it should set like a soft jelly.
3. **Size** both sides and let them dry.
4. **Cloth.** Lay fine old linen, soaked in glue, on the front if you like.
5. **Gesso.** Sift whiting (chalk) into the warm glue until it forms an island that slowly sinks, roughly one and a
   half volumes to one. Stir without bubbles and strain it through a stocking.
6. **Coats.** Rub the first one in with your fingers. Add seven more, crosswise, each as soon as the last has lost its
   wet shine. Do all of them on one day.
7. **Finish.** After several days, sand or scrape until it feels like an eggshell. Wear a dust mask.

Pinholes come from bubbles; cracks from glue that is too strong or from coats that are too thick.`,
      materials: [{ title: 'Gesso', url: 'https://en.wikipedia.org/wiki/Gesso' }],
      exercises: [
        {
          title: 'A gessoed panel',
          description: 'Prepare two small panels from scratch.',
          exerciseType: 'assignment',
          maxScore: 40,
          attemptsAllowed: 2,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Prepare two panels of about 18 x 24 cm with at least eight coats of true gesso. Hand in your recipe ' +
            'with weights, photographs of three stages and one in raking light that shows the finished surface.',
        },
      ],
    },
    {
      title: 'Water Gilding',
      lessonType: 'video',
      durationMinutes: 85,
      isMandatory: true,
      teocoinReward: 15,
      content: `## Gold on red clay

Gold leaf is about **one ten-thousandth of a millimeter** thick. It shows every grain of dust below it, and it can be
polished only if it lies on something soft: **bole**, a fine, usually red, clay bound with weak glue.

1. Incise the outline of the area, and brush on four to six thin coats of bole. Polish the dry bole with a bristle
   brush or a cloth.
2. Cut the leaf on a leather cushion. Touch the **gilder's tip**, a flat squirrel brush, to your cheek; a trace of
   grease picks up the leaf.
3. Flood a small area with **gilder's liquor** (water, some alcohol, a trace of glue). Bring the leaf close. It jumps
   onto the wet surface.
4. Overlap the leaves by a few millimeters. Repair holes in the same way.
5. After one to four hours test with an **agate burnisher** at the edge. If it clicks and glides, polish softly, then
   harder. If it drags, wait.

Then tool the gold: dots and rings with rounded punches, lines with a stylus and compass. The gesso yields without
breaking.

No draft, no fan, no talking. A sneeze costs a book of gold.`,
      materials: [{ title: 'Gilding', url: 'https://en.wikipedia.org/wiki/Gilding' }],
      exercises: [
        {
          title: 'A gilded sample',
          description: 'A burnished and tooled square of gold.',
          exerciseType: 'practice',
          maxScore: 40,
          attemptsAllowed: 3,
          teocoinReward: 20,
          questions: [],
          prompt:
            'Gild a square of at least 6 x 6 cm on bole, burnish half of it and tool a border. Hand in two ' +
            'photographs with the light from different sides, and name the faults you see with their likely causes.',
        },
      ],
    },
    {
      title: 'Yolk, Pigment and the Hatched Stroke',
      lessonType: 'practical',
      durationMinutes: 75,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Fresh every morning

Separate an egg, roll the yolk on a paper towel until it is dry, pick it up by its skin, pierce it and let the inside
run into a jar. Throw the skin away. Add about a teaspoon of water. That is the whole medium. It keeps for a day, some
days in the refrigerator.

Grind each pigment with water to a **paste** beforehand. For painting, mix about equal parts of paste and yolk. Test
on glass: when dry, it should peel off as a flexible skin. If it is powdery, it needs more egg; if it is greasy and
shiny, more water and pigment.

Tempera dries in **seconds**. You cannot blend wet edges, so you model with fine **hatching**, hundreds of strokes
side by side along the form. Squeeze the brush out between two fingers before each stroke. Going over a wet spot tears
it up.

Cennini mixes three values of every color for a drapery, from pure color in the folds to a color lightened with white.
Under flesh lies **terra verde**, green earth (PG23).

**Avoid poisons.** Work with earths, ultramarine and modern substitutes in place of lead, mercury and arsenic
pigments, and wear a mask when you handle dry powder.`,
      materials: [{ title: 'Tempera', url: 'https://en.wikipedia.org/wiki/Tempera' }],
      exercises: [
        {
          title: 'Tempera quiz',
          description: 'Medium, test and stroke.',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'single',
              text: 'Your test stroke can be rubbed off the glass as powder. What is missing?',
              points: 5,
              options: ['Water', 'Pigment', 'Egg yolk', 'White'],
              answer: 2,
            },
            {
              kind: 'multiple',
              text: 'Which statements about egg tempera are right?',
              points: 5,
              options: [
                'It dries within seconds',
                'Tones are blended wet like oil',
                'Forms are modeled with hatching',
                'The medium keeps for months',
              ],
              answer: [0, 2],
            },
            {
              kind: 'short_answer',
              text: 'Which earth pigment lies under the flesh in Italian panels? (English or Italian)',
              points: 5,
              accepted: ['green earth', 'terra verde', 'terre verte', 'verde terra', 'verdeterra'],
            },
            {
              kind: 'numeric',
              text: 'How many values of a color does Cennini mix for a drapery?',
              points: 5,
              answer: 3,
              tolerance: 0,
            },
          ],
        },
      ],
    },
    {
      title: 'Painting the Panel',
      lessonType: 'live',
      durationMinutes: 120,
      isMandatory: true,
      teocoinReward: 15,
      content: `## From the gold inward

Choose a detail from a Sienese or Florentine painting of 1280 to 1450: a head with its halo, a hand with a book, a
bird on gold. A copy teaches more here than an invention.

The order of work:

1. **Drawing.** Transfer it and go over it with a fine brush and diluted ink. Hatch the shadows; this drawing will
   shimmer through.
2. **Gold.** Gild, burnish and tool everything before the first color.
3. **Draperies and background.** Start with what lies behind. Keep three dishes per color, and one for the lightest
   lights.
4. **Flesh.** Two thin layers of green earth with white. Model the shadows with *verdaccio*. Then place a pale red on
   cheeks and lips, and hatch three flesh tones over it from dark to light. Let the green stay visible in the
   halftones.
5. **Accents.** White on the ridge of the nose and in the eye, dark brown in nostrils and lids.

Colors look dull and chalky at first and gain depth as layers add up; thirty are not too many. The film goes on
hardening for months. Do not rub it with a cloth until then, and wait with a varnish for a year.`,
      materials: [],
      exercises: [
        {
          title: 'A detail on gold',
          description: 'The finished gilded panel.',
          exerciseType: 'portfolio_piece',
          maxScore: 100,
          attemptsAllowed: 1,
          teocoinReward: 35,
          questions: [],
          prompt:
            'Hand in your finished panel after a detail from a painting of 1280 to 1450: five photographs of the ' +
            'stages, one of the finished work, a picture of the original and a list of the pigments with their ' +
            'codes.',
        },
      ],
    },
  ],
};
