import type { DemoCourse } from './course';

/** How conservators think: ethics, examination, cleaning and retouching. Builds on the oil course. */
export const paintingConservation: DemoCourse = {
  slug: 'painting-conservation',
  title: 'Principles of Painting Conservation',
  description:
    'How restorers examine, document, clean and retouch paintings, and why they often decide to do nothing. You ' +
    'practice on samples of your own making. The course does not qualify anyone to treat works of value.',
  category: 'restoration',
  level: 'expert',
  teacher: 'marco',
  teocoinReward: 80,
  durationHours: 18,
  maxEnrollments: null,
  prerequisites: ['oil-painting-layers'],
  lessons: [
    {
      title: 'Ethics: As Little as Possible',
      lessonType: 'theory',
      durationMinutes: 55,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Three words to start with

**Preventive conservation** changes the surroundings: light, climate, pests, handling. **Remedial conservation** stops
active damage, such as flaking paint. **Restoration** makes an object easier to read or appreciate. In that order they
reach deeper into the object.

Modern practice rests on a few principles:

- **Minimal intervention.** Do what is needed and no more.
- **Retreatability.** An addition should be removable, or at least must not stand in the way of later treatment. Full
  *reversibility*, the older ideal, is rarely possible.
- **Recognizability.** Additions can be told from the original, at least on close inspection.
- **Documentation.** Whatever is found and done is recorded and kept.

**Cesare Brandi**, first director of the institute for restoration founded in Rome in 1939, put the theory into words
in his *Teoria del restauro* (1963): one restores only the *material* of a work, and aims at its potential unity
without committing an artistic or historical forgery and without erasing the traces of its passage through time.

The *Venice Charter* of 1964 states similar principles for monuments.`,
      materials: [
        { title: 'Cesare Brandi', url: 'https://en.wikipedia.org/wiki/Cesare_Brandi' },
        { title: 'Venice Charter', url: 'https://en.wikipedia.org/wiki/Venice_Charter' },
      ],
      exercises: [
        {
          title: 'Ethics quiz',
          description: 'Terms and principles.',
          exerciseType: 'quiz',
          maxScore: 25,
          attemptsAllowed: 2,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'single',
              text: 'Replacing a bright lamp with a dimmer one in a gallery is an example of ...',
              points: 5,
              options: ['Restoration', 'Preventive conservation', 'Remedial conservation'],
              answer: 1,
            },
            {
              kind: 'short_answer',
              text: 'Who wrote Teoria del restauro? (The surname is enough.)',
              points: 5,
              accepted: ['brandi', 'cesare brandi'],
            },
            {
              kind: 'true_false',
              text: 'A good restoration should be impossible to recognize even on close inspection.',
              points: 5,
              answer: false,
            },
            {
              kind: 'numeric',
              text: 'From which year is the Venice Charter?',
              points: 5,
              answer: 1964,
              tolerance: 0,
            },
            {
              kind: 'multiple',
              text: 'Which belong to the principles in the lesson?',
              points: 5,
              options: ['Minimal intervention', 'Return to a state like new', 'Retreatability', 'Documentation'],
              answer: [0, 2, 3],
            },
          ],
        },
      ],
    },
    {
      title: 'Examination with Light',
      lessonType: 'video',
      durationMinutes: 65,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Look long before you touch

An examination begins with the eye and a lamp and moves on to what the eye cannot see. None of these methods takes a
sample.

- **Normal light**, front and back: stretcher, labels, nails, old repairs.
- **Raking light** from one side: flaking, cracks, dents, changes in the paint relief.
- **Ultraviolet**: aged natural resin varnish shows a greenish fluorescence; later retouching on top of it looks dark.
- **Infrared**: many paints become transparent, while carbon black absorbs. **Reflectography** thus reveals
  underdrawing in charcoal or ink on a light ground.
- **X-radiography**: heavy elements absorb. Lead white appears light, as do nails and lead seals. Changes of
  composition become visible, and so does the weave of the canvas.
- **X-ray fluorescence** (XRF) identifies chemical *elements*, for example mercury in vermilion.

Dating follows from materials. **Prussian blue** was first made in Berlin in the early eighteenth century, and
titanium white came into artists' use only after about 1920. If they occur in an original layer, the painting cannot
be older.

Wear UV-blocking goggles, and leave X-rays to licensed specialists.`,
      materials: [
        { title: 'Infrared reflectography', url: 'https://en.wikipedia.org/wiki/Infrared_reflectography' },
        { title: 'Prussian blue', url: 'https://en.wikipedia.org/wiki/Prussian_blue' },
      ],
      exercises: [
        {
          title: 'Which method?',
          description: 'Choose the right kind of examination.',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 2,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'single',
              text: 'You want to see a charcoal underdrawing on white gesso. Which method do you choose?',
              points: 5,
              options: ['Ultraviolet', 'Raking light', 'Infrared reflectography', 'X-ray fluorescence'],
              answer: 2,
            },
            {
              kind: 'single',
              text: 'In an X-radiograph, how does lead white appear?',
              points: 5,
              options: ['Light', 'Dark', 'It is invisible'],
              answer: 0,
            },
            {
              kind: 'true_false',
              text: 'A panel with titanium white in its original layers can date from the seventeenth century.',
              points: 5,
              answer: false,
            },
            {
              kind: 'short_answer',
              text: 'Which chemical element found by XRF in a red passage points to vermilion?',
              points: 5,
              accepted: ['mercury', 'hg'],
            },
          ],
        },
      ],
    },
    {
      title: 'The Condition Report',
      lessonType: 'practical',
      durationMinutes: 60,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Writing so that someone else can check

A condition report lets another person, decades from now, see what you saw. It separates **observation** from
**interpretation**.

Go through the object from back to front:

1. **Identification**: artist, title, date, inventory number, dimensions (height first), inscriptions.
2. **Support**: wood or canvas, joins, warping, insects (fresh wood powder means an active attack), tears, tension.
3. **Ground**: color, thickness, adhesion.
4. **Paint layer**: technique, *craquelure*, cupping, flaking, losses, abrasion.
5. **Surface**: varnish, gloss, yellowing, dirt.
6. **Earlier treatments**: lining, fills, overpaint.
7. **Frame** and **surroundings**.

**Cracks speak.** Age cracks go through ground and paint, with sharp edges, often in a net; drying cracks stay in the
paint and have soft, rounded edges. They tell of lean paint over fat, or of bitumen.

**Photograph** front, back, raking light and details, with a color chart and a scale. Draw the damage on a transparent
overlay with a legend, one color for each kind.

Write "brown layer, UV fluorescence greenish, probably natural resin", not "dirty".`,
      materials: [
        { title: 'Craquelure', url: 'https://en.wikipedia.org/wiki/Craquelure' },
        { title: 'Condition report form', url: 'https://example.org/painting-conservation/condition-report' },
      ],
      exercises: [
        {
          title: 'A condition report',
          description: 'Report and damage map of an old object.',
          exerciseType: 'assignment',
          maxScore: 60,
          attemptsAllowed: 2,
          teocoinReward: 20,
          questions: [],
          prompt:
            'Write a condition report on an old painting, framed print or painted object that you own or may ' +
            'examine. Do not treat it. Hand in the report, at least six photographs (one in raking light) and a ' +
            'damage map with a legend.',
        },
      ],
    },
    {
      title: 'Climate, Light and Handling',
      lessonType: 'theory',
      durationMinutes: 50,
      isMandatory: true,
      teocoinReward: 10,
      content: `## The cheapest treatment is a good wall

Wood and canvas take up water from the air and swell; when the air is dry they shrink. Ground and paint follow badly.
The harm lies less in the exact number than in **fast and large changes**. Many museums aim at about 50 percent
relative humidity, with slow seasonal drift, at around 20 °C.

Do not hang paintings above radiators and fireplaces, on damp outside walls or in bathrooms. Warming a closed room
without adding water **lowers** its relative humidity.

**Light** is measured in lux and its damage adds up: 50 lux for ten hours does about as much as 500 lux for one.
Museums commonly use

- about **50 lux** for paper, watercolor and textiles,
- about **200 lux** for oil and tempera paintings,

and filter out ultraviolet radiation. Fading cannot be undone.

**Handling.** Wash and dry your hands or wear nitrile gloves. Carry one painting at a time by both sides of the frame,
never by the top, and face it toward you. Lean it on padded blocks, face to back. Plan the route and open the doors
first.

Dust only if no paint is loose, with a soft, clean brush.`,
      materials: [{ title: 'Preventive conservation', url: 'https://en.wikipedia.org/wiki/Preventive_conservation' }],
      exercises: [
        {
          title: 'Climate quiz',
          description: 'Numbers and reasons.',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 2,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'numeric',
              text: 'A drawing hangs at 50 lux for 8 hours a day. How many lux hours is that in 100 days?',
              points: 5,
              answer: 40000,
              tolerance: 0,
            },
            {
              kind: 'single',
              text: 'What is the usual limit for watercolors on display?',
              points: 5,
              options: ['About 50 lux', 'About 200 lux', 'About 500 lux', 'About 1000 lux'],
              answer: 0,
            },
            {
              kind: 'true_false',
              text: 'Heating a closed room without adding water raises its relative humidity.',
              points: 5,
              answer: false,
            },
            {
              kind: 'multiple',
              text: 'Which places are bad for a panel painting?',
              points: 5,
              options: ['Above a radiator', 'On a dry inner wall', 'In a bathroom', 'On a damp outside wall'],
              answer: [0, 2, 3],
            },
          ],
        },
      ],
    },
    {
      title: 'Cleaning Tests on Samples',
      lessonType: 'mixed',
      durationMinutes: 75,
      isMandatory: true,
      teocoinReward: 10,
      content: `## What is removed does not come back

Cleaning is the one treatment that cannot be undone. Conservators therefore test on tiny areas and stop at the first
trace of color on the swab.

**Surface dirt** lies on the varnish. It is approached in the mildest order: soft brush, dry polyurethane sponge, then
*adjusted* water solutions with controlled pH and conductivity, sometimes with a chelating agent such as citrate.
Saliva, warm and slightly alkaline, contains enzymes and has long been in use.

**Varnish** is dissolved by solvents according to its chemistry. Natural resins oxidize with age and need more
**polar** solvents, which come ever closer to those that attack the oil film. Young oil paint, glazes with resin and
passages rich in umber or madder are sensitive. Gels keep the solvent on the surface and limit how deeply it goes.

Work with small rolled cotton swabs, **rolling, not rubbing**, and look at each one.

You will test only on **samples of your own**: oil paint at least six months old, varnished in parts and dirtied with
soot and oil. No kitchen recipes: potatoes, onions and bread leave residues that feed mold.`,
      materials: [],
      exercises: [
        {
          title: 'A sample board',
          description: 'Documented cleaning tests on your own samples.',
          exerciseType: 'practice',
          maxScore: 40,
          attemptsAllowed: 1,
          teocoinReward: 20,
          questions: [],
          prompt:
            'Make a sample board with six fields of soiled oil paint and test three dry methods and two water-based ' +
            'ones. Hand in photographs before and after, the swabs on white paper, and a table with time, effect ' +
            'and risk.',
        },
      ],
    },
    {
      title: 'Filling and Retouching',
      lessonType: 'critique',
      durationMinutes: 90,
      isMandatory: true,
      teocoinReward: 15,
      content: `## To complete without pretending

A loss disturbs because the eye reads it as a *figure* in front of the picture. Retouching pushes it back.

First comes the **fill**, of chalk and glue or a synthetic putty. It stays strictly inside the loss, level with the
paint, and takes on the texture around it. An **isolating varnish** then separates original and addition.

Retouching is done with paint that stays soluble and does not change color: watercolor, gouache, or pigment in a
stable synthetic resin. Oil darkens and cannot be removed safely. Several methods exist.

- **Neutral**: the loss gets a quiet tone that recedes.
- **Tratteggio**, developed by Brandi and his circle in Rome: fine vertical lines in pure colors. From a distance they
  merge into form; from close up they are clearly seen.
- **Selezione cromatica**, from Florence (Umberto Baldini): the hatching follows the direction of the forms.
- **Imitative**: invisible in normal light and documented.

Never paint over original, not even at the edge. If a large part is lost and nothing tells what was there, do not
invent it.

In the critique we compare all samples from thirty centimeters, from two meters and under UV.`,
      materials: [{ title: 'Tratteggio', url: 'https://en.wikipedia.org/wiki/Tratteggio' }],
      exercises: [
        {
          title: 'Three ways to retouch',
          description: 'Neutral, tratteggio and imitative retouching on one sample.',
          exerciseType: 'project',
          maxScore: 100,
          attemptsAllowed: 1,
          teocoinReward: 35,
          questions: [],
          prompt:
            'Damage a painted sample of your own in three places, fill the losses and retouch them in neutral tone, ' +
            'tratteggio and imitative manner. Hand in close and distant photographs, the materials used, and 300 ' +
            'words that argue which method suits this picture.',
        },
      ],
    },
  ],
};
