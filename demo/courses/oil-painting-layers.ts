import type { DemoCourse } from './course';

/** Indirect oil painting: ground, underpainting, body color and glazes. Builds on the drawing course. */
export const oilPaintingLayers: DemoCourse = {
  slug: 'oil-painting-layers',
  title: 'Oil Painting Layer by Layer',
  description:
    'The indirect method of the old masters in a modern studio: prepare a panel, paint a monochrome underpainting, ' +
    'add body color and finish with glazes. Sound technique and safe solvents included.',
  category: 'oil_painting',
  level: 'intermediate',
  teacher: 'marco',
  teocoinReward: 65,
  durationHours: 20,
  maxEnrollments: null,
  prerequisites: ['drawing-foundations'],
  lessons: [
    {
      title: 'Oil, Pigment and Drying',
      lessonType: 'theory',
      durationMinutes: 55,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Oil paint does not dry, it hardens

Watercolor dries because water evaporates. A **drying oil** takes up *oxygen* from the air and links into a solid
film. A layer feels dry after days; it goes on reacting for many years.

- **Linseed oil** gives the strongest film but yellows most.
- **Walnut oil** yellows less and hardens more slowly. Leonardo used it.
- **Poppy oil** is pale and slow, and its film is weaker. It is often found in tubes of white.

Pigments matter too. Umbers contain manganese and speed up the hardening; many blacks and quinacridones slow it down.
**Titanium white** (PW6) is opaque and cool; **zinc white** (PW4) is more transparent, and its films become brittle
with age, so avoid it in lower layers. Genuine **lead white** (PW1) makes a tough film, but it is poisonous and its
sale is restricted in the European Union.

From this follows the main law, **fat over lean**: every layer should contain at least as much oil as the one beneath.
A lean layer over a fat one hardens first, while the one below still moves, and it cracks.`,
      materials: [
        { title: 'Drying oil', url: 'https://en.wikipedia.org/wiki/Drying_oil' },
        { title: 'Fat over lean', url: 'https://en.wikipedia.org/wiki/Fat_over_lean' },
      ],
      exercises: [
        {
          title: 'Oils and whites',
          description: 'The chemistry a painter should know.',
          exerciseType: 'quiz',
          maxScore: 25,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'short_answer',
              text: 'Which gas from the air does a drying oil need in order to harden?',
              points: 5,
              accepted: ['oxygen', 'o2'],
            },
            {
              kind: 'single',
              text: 'Which white becomes brittle and should be avoided in lower layers?',
              points: 5,
              options: ['Titanium white', 'Zinc white', 'Lead white'],
              answer: 1,
            },
            {
              kind: 'true_false',
              text: 'According to "fat over lean", the top layer should contain less oil than the first.',
              points: 5,
              answer: false,
            },
            {
              kind: 'multiple',
              text: 'Which of these are drying oils?',
              points: 5,
              options: ['Linseed oil', 'Olive oil', 'Walnut oil', 'Poppy oil'],
              answer: [0, 2, 3],
            },
            {
              kind: 'single',
              text: 'Which pigment speeds up the hardening of the oil?',
              points: 5,
              options: ['Burnt umber', 'Ivory black', 'Quinacridone rose'],
              answer: 0,
            },
          ],
        },
      ],
    },
    {
      title: 'Supports, Grounds and a Safe Studio',
      lessonType: 'mixed',
      durationMinutes: 60,
      isMandatory: true,
      teocoinReward: 10,
      content: `## What lies under the paint

Oil must not touch bare canvas or wood, since it makes cellulose fibers brittle. Two barriers protect them: a **size**
and a **ground**.

**Support.** A panel is rigid and therefore kind to paint. Canvas is light and lively; linen is stronger than cotton
and holds its tension better.

**Size.** Traditionally rabbit-skin glue. It swells and shrinks with humidity and causes cracks, so we use an acrylic
medium or PVA made for artists.

**Ground.** Two to four thin coats of acrylic primer ("acrylic gesso"), brushed crosswise and sanded lightly. True
*gesso* is chalk or gypsum in animal glue: for panels only, because it is too stiff for canvas.

**Imprimatura.** Tint the white ground with a thin veil of umber or warm gray and let it dry. On a middle tone you
judge light and dark correctly from the first stroke.

**Safety.** Work with a window open. Use as little odorless mineral spirit as possible, or clean brushes with oil and
soap. Rags soaked in drying oil **can ignite by themselves**: spread them flat outdoors to dry, or keep them under
water in a closed metal can. Do not eat while painting.`,
      materials: [{ title: 'Gesso', url: 'https://en.wikipedia.org/wiki/Gesso' }],
      exercises: [
        {
          title: 'Prepare a panel',
          description: 'Size, ground and tone a support of your own.',
          exerciseType: 'practice',
          maxScore: 30,
          attemptsAllowed: 2,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Prepare a panel of at least 24 x 30 cm with size, ground and a toned imprimatura. Hand in one ' +
            'photograph per stage and the list of products, coats and drying times.',
        },
      ],
    },
    {
      title: 'The Monochrome Underpainting',
      lessonType: 'video',
      durationMinutes: 80,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Drawing with a brush

Indirect painting separates the problems: first form and light, then color. The underpainting solves the first half.

- **Brunaille**: in browns, usually raw or burnt umber. Transparent and fast.
- **Grisaille**: in grays from black and white. Precise and sculptural.
- **Verdaccio**: in greenish grays. Under flesh, the green makes the reds glow.

We take raw umber. Transfer your drawing, fix it, and proceed in two ways at once. **Additive**: paint the shadows as
a thin, flat family. **Subtractive**: wipe the lights out of the wet tone with a rag, so that the ground shines
through.

Keep it **lean**. Thin the first tone with a *little* spirit, not with oil. Keep it **light**, too: glazes darken
everything, so paint the underpainting one or two steps lighter in value than the final picture. Leave the edges soft;
they are easily sharpened later.

When it is dry to the touch, in one or two days for umber, check it in a mirror. Form that does not turn now will not
turn in color.`,
      materials: [
        { title: 'Grisaille', url: 'https://en.wikipedia.org/wiki/Grisaille' },
        { title: 'Verdaccio', url: 'https://en.wikipedia.org/wiki/Verdaccio' },
      ],
      exercises: [
        {
          title: 'Underpainting of a still life',
          description: 'A brunaille on your prepared panel.',
          exerciseType: 'assignment',
          maxScore: 50,
          attemptsAllowed: 2,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Paint a still life of two or three objects as a brunaille in raw umber on your panel. Hand in a ' +
            'photograph of the setup, the drawing and the dry underpainting, taken without glare.',
        },
      ],
    },
    {
      title: 'Body Color and Flesh Tones',
      lessonType: 'practical',
      durationMinutes: 80,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Opaque lights, thin shadows

Now color arrives. The old rule is to keep the **shadows thin and transparent** and the **lights thick and opaque**.
Thick paint catches real light and comes forward; transparent darks look deep.

Before each session rub a trace of oil into the dry layer and wipe it off again until almost nothing is left (*oiling
out*). The sunken, matte colors return, and you can match them.

Start with a small palette: titanium white, yellow ochre (PY43), a red earth (PR101 or PR102), ivory black (PBk9). The
Swedish painter **Anders Zorn** was famous for something very similar, with vermilion as his red. Black acts as the
blue: with white it looks bluish beside warm colors.

For **flesh**, mix three piles (light, halftone, shadow) before you begin. Halftones are cooler and grayer than lights
and shadows. Forehead, middle and lower part of a face differ: often yellower above, redder across cheeks, nose and
ears, and grayer around the mouth and chin.

Lay strokes next to each other, leave them, and blend only where a form really turns.`,
      materials: [{ title: 'Anders Zorn', url: 'https://en.wikipedia.org/wiki/Anders_Zorn' }],
      exercises: [],
    },
    {
      title: 'Glazing, Scumbling and Varnish',
      lessonType: 'theory',
      durationMinutes: 60,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Colored glass and thin clouds

A **glaze** is a transparent *darker* color over a lighter, dry layer. Light passes through it, is reflected below,
and passes through it again: the color looks deep and saturated. A **scumble** is the reverse, a thin, broken layer of
*lighter, opaque* paint over a darker one. It cools and looks like mist or dust.

Choose transparent pigments for glazes: the modern substitutes for rose madder such as quinacridones, ultramarine,
phthalo green, transparent iron oxides. Look for an empty square on the tube; a filled one means opaque.

Medium: stand oil with a little spirit, or an alkyd medium that is dry overnight. Keep to a few drops. Too much oil
wrinkles and yellows. Brush the glaze on thinly, then pat it with a soft dry brush or with your palm in a glove.

**Varnish** protects from dirt and evens out the gloss. A removable final varnish should go on only when the paint is
dry all the way through. Six to twelve months is the usual advice for a traditional natural resin varnish such as
dammar; thick paint takes longer.`,
      materials: [
        { title: 'Glaze (painting technique)', url: 'https://en.wikipedia.org/wiki/Glaze_(painting_technique)' },
      ],
      exercises: [
        {
          title: 'Glaze or scumble?',
          description: 'A quiz on the last layers.',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'single',
              text: 'A thin, broken layer of light opaque paint over a darker one is called ...',
              points: 5,
              options: ['Glaze', 'Scumble', 'Imprimatura', 'Varnish'],
              answer: 1,
            },
            {
              kind: 'multiple',
              text: 'Which paints suit a glaze?',
              points: 5,
              options: ['Titanium white', 'Ultramarine', 'Transparent iron oxide', 'Cadmium yellow'],
              answer: [1, 2],
            },
            {
              kind: 'numeric',
              text: 'How many months at least does the usual advice give before a traditional final varnish?',
              points: 5,
              answer: 6,
              tolerance: 0,
            },
            {
              kind: 'true_false',
              text: 'An empty square on a paint tube usually marks a transparent color.',
              points: 5,
              answer: true,
            },
          ],
        },
      ],
    },
    {
      title: 'Finishing the Still Life',
      lessonType: 'critique',
      durationMinutes: 110,
      isMandatory: true,
      teocoinReward: 15,
      content: `## The last ten percent

Set the painting next to its subject, walk back five steps and look from one to the other. Ask in this order:

1. **Values.** Where is the lightest light, where the darkest dark? There should be one of each, close to the focal
   point.
2. **Drawing.** Mirror. Ellipses. Verticals.
3. **Temperature.** Do lights and shadows differ not only in brightness but also in warmth?
4. **Edges.** Name your sharpest and your softest edge.
5. **Texture.** Is the paint thick where the light falls and thin in the dark?

Finish with **accents**: a few strokes of the darkest dark in the deepest cracks, and highlights placed last, each
with one loaded touch. A highlight has a color as well; on metal it takes the color of the metal, on glass or glazed
ware that of the light.

Then turn the painting to the wall for a week. Fresh eyes see what is missing and, more often, what is too much.

In the critique we talk about the picture, not about the painter. Say first what you see, then what it does, and only
then what you would try.`,
      materials: [],
      exercises: [
        {
          title: 'Still life in oil',
          description: 'The finished painting, with its stages.',
          exerciseType: 'portfolio_piece',
          maxScore: 100,
          attemptsAllowed: 2,
          teocoinReward: 30,
          questions: [],
          prompt:
            'Finish the still life you began as an underpainting, with body color and at least one glaze. Hand in ' +
            'photographs of all stages and a record of the pigments and medium used in every layer.',
        },
      ],
    },
  ],
};
