import type { DemoCourse } from './course';

/** Hand-building without a wheel. Places are limited because every student's work is fired. */
export const handbuiltCeramics: DemoCourse = {
  slug: 'handbuilt-ceramics',
  title: 'Hand-Built Ceramics',
  description:
    'Pinch, coil and slab: three ancient ways to build with clay, no wheel required. Work at home with a few simple ' +
    'tools and have your pieces fired at a partner studio. A small group of twelve.',
  category: 'ceramics',
  level: 'beginner',
  teacher: 'elena',
  teocoinReward: 60,
  durationHours: 16,
  maxEnrollments: 12,
  prerequisites: [],
  lessons: [
    {
      title: 'What Clay Is and How It Dries',
      lessonType: 'theory',
      durationMinutes: 45,
      isMandatory: true,
      teocoinReward: 10,
      content: `## From mud to stone

Clay consists of tiny flat crystals, mostly of the kaolinite type, with films of water between them. The plates slide
over one another when you push and stay where you leave them: that is **plasticity**.

**Earthenware** is fired at roughly 1000 to 1150 °C and stays porous. **Stoneware** is fired at about 1200 to 1300 °C
and becomes dense. **Porcelain** is white, fine and the most demanding. For hand-building we use a stoneware body with
**grog**, clay that has been fired and crushed; it opens the body and reduces cracking.

Clay goes through stages:

1. **Slip**: liquid clay, our glue.
2. **Plastic**: ready to form.
3. **Leather-hard**: firm as cheese. Join, carve and trim now.
4. **Bone-dry**: no longer cool to the touch, very fragile.
5. **Bisque**: fired once, porous; it will never be clay again.

Clay **shrinks** as water leaves, often 10 to 13 percent in total by the end of the glaze firing. Thin parts dry
faster than thick ones and cracks open between them, so keep the walls even and dry slowly under plastic.`,
      materials: [{ title: 'Pottery', url: 'https://en.wikipedia.org/wiki/Pottery' }],
      exercises: [
        {
          title: 'Clay basics',
          description: 'Stages, bodies and shrinkage.',
          exerciseType: 'quiz',
          maxScore: 25,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'single',
              text: 'At which stage do you join, carve and trim?',
              points: 5,
              options: ['Slip', 'Leather-hard', 'Bone-dry', 'Bisque'],
              answer: 1,
            },
            {
              kind: 'short_answer',
              text: 'What is crushed fired clay called when it is added to a clay body?',
              points: 5,
              accepted: ['grog', 'chamotte'],
            },
            {
              kind: 'numeric',
              text: 'A plate is made 20 cm wide and shrinks by 12 percent in total. How wide is it at the end, in cm?',
              points: 5,
              answer: 17.6,
              tolerance: 0.1,
            },
            {
              kind: 'true_false',
              text: 'Bisque-fired ware can be soaked in water and turned back into plastic clay.',
              points: 5,
              answer: false,
            },
            {
              kind: 'multiple',
              text: 'What helps against cracks?',
              points: 5,
              options: [
                'Walls of even thickness',
                'Drying in the sun',
                'Drying slowly under plastic',
                'A grogged body',
              ],
              answer: [0, 2, 3],
            },
          ],
        },
      ],
    },
    {
      title: 'The Pinch Pot',
      lessonType: 'video',
      durationMinutes: 60,
      isMandatory: true,
      teocoinReward: 10,
      content: `## One ball, two hands

Wedge the clay first: push, roll back, quarter turn, about fifty times. Wedging evens out the moisture and drives out
air pockets. Cut the lump with a wire and look; the cut should be smooth and without holes.

1. Make a ball that fits your hand, about 300 g.
2. Hold it in one palm and press the thumb of the other hand down the middle until about one centimeter is left for
   the floor.
3. Pinch between thumb (inside) and fingers (outside), starting **at the bottom**. Turn a little after each pinch.
4. Work upward in a spiral, three rounds rather than one. Leave the rim thick until the end, or it will flare and
   crack.
5. If the rim dries, wet a fingertip. Do not pour water into the pot; it weakens the clay.

Aim for walls of five to six millimeters. Rest the pot on its rim on a sponge while it firms up, then scrape the foot.

Two pinch pots of the same size, scored and joined rim to rim, make a hollow ball: the start of a teapot, a bird, a
rattle. A closed form needs a small hole so that steam can escape in the kiln.`,
      materials: [],
      exercises: [
        {
          title: 'A family of three bowls',
          description: 'Three pinch pots that belong together.',
          exerciseType: 'practice',
          maxScore: 30,
          attemptsAllowed: 2,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Make three pinched bowls from 200, 300 and 400 g of clay that share one profile. Hand in a photograph ' +
            'of the group at eye level and one of a bowl cut in half so the wall can be seen.',
        },
      ],
    },
    {
      title: 'Coils and Good Joints',
      lessonType: 'practical',
      durationMinutes: 75,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Building upward

The large storage jars of antiquity, the pithoi, were coil-built. With coils there is almost no limit to size, only to
patience.

**Rolling.** Start with a fat sausage and roll it with the whole hand, fingers spread, moving outward. If it becomes
flat, roll less and squeeze it round again. Coils as thick as your finger suit a pot of 20 to 30 cm.

**Joining.** On the inside, drag clay from the upper coil down over the seam with your thumb; on the outside, drag it
in the other direction. While the clay is soft and you do this thoroughly, no slip is needed between coils.

For stiffer clay remember **score and slip**: scratch both surfaces crosswise, brush on slip, press and wiggle until
the parts grip. Reinforce the inside of the angle with a thin coil. Join only parts of the *same* wetness; a wet
handle on a dry cup shrinks away and drops off.

**Shape.** To widen, set each coil on the outer edge of the last; to narrow, on the inner edge. After three or four
coils let the wall stiffen before it carries more. Compress the surface with a rib.`,
      materials: [{ title: 'Coiling (pottery)', url: 'https://en.wikipedia.org/wiki/Coiling_(pottery)' }],
      exercises: [
        {
          title: 'A coiled vase',
          description: 'A vase of at least 20 cm with one change of direction.',
          exerciseType: 'assignment',
          maxScore: 50,
          attemptsAllowed: 2,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Build a coiled vase at least 20 cm high that widens and narrows again. Hand in the paper template of ' +
            'its profile, two photographs of the work in progress and one of the leather-hard piece.',
        },
      ],
    },
    {
      title: 'Slabs, Templates and Boxes',
      lessonType: 'practical',
      durationMinutes: 75,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Clay as sheet material

Roll the clay between two wooden strips six millimeters thick, on canvas so it does not stick. Turn and flip it often.
Clay has a **memory**: a slab that was bent while soft tends to curl back the same way while drying or in the kiln.
Lift it with the cloth, carry it on a board, and compress both faces with a rib.

**Soft slabs** are draped over a bowl or rolled around a tube wrapped in newspaper. **Stiff slabs**, nearly
leather-hard, are cut and assembled like cardboard: boxes, houses, lamps.

For a box:

1. Draw a paper template for every side. Subtract the wall thickness where one slab butts against another, or cut
   45-degree miters.
2. Cut all parts at once and let them stiffen together between boards.
3. Score, slip and press. Run a thin coil along every inner corner.
4. Paddle the outside gently with a flat stick to close the joint.
5. Cut the lid out of the closed box, so that it fits exactly and dries on it.

Dry on newspaper or a grid, so the floor can shrink freely.`,
      materials: [{ title: 'Box templates to print', url: 'https://example.org/handbuilt-ceramics/box-templates' }],
      exercises: [],
    },
    {
      title: 'Surface, Glaze and Firing',
      lessonType: 'mixed',
      durationMinutes: 70,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Glass on stone

A glaze is a thin layer of glass. It needs **silica** to form the glass, **alumina** to keep it from running off the
pot, and a **flux** such as feldspar, whiting or a boron frit to melt it at a temperature that the kiln can reach.
Metal oxides color it: cobalt blue, copper green (or red without oxygen), iron from honey to black.

**Before firing** you can brush colored slips, called engobes, on leather-hard clay and scratch through them:
*sgraffito*.

**Bisque firing**, to around 1000 °C, must start slowly. Up to about 120 °C leftover water turns to steam, and a piece
that is not bone-dry may burst. Around 573 °C quartz changes its crystal form and the volume jumps.

**Glazing.** Wipe off dust, wax the foot, and leave the last three millimeters bare; glaze glues a pot to the shelf.
Dip for three seconds.

**Safety.** Dry glaze and clay dust contain silica that harms the lungs: mix with a mask, clean wet, never sweep. Use
only glazes that the maker declares food-safe for tableware.`,
      materials: [
        { title: 'Ceramic glaze', url: 'https://en.wikipedia.org/wiki/Ceramic_glaze' },
        { title: 'Quartz inversion', url: 'https://en.wikipedia.org/wiki/Quartz_inversion' },
      ],
      exercises: [
        {
          title: 'Glaze and kiln quiz',
          description: 'What happens in the fire, and how to stay safe.',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'single',
              text: 'Which component of a glaze keeps it from running off the pot?',
              points: 5,
              options: ['Silica', 'Alumina', 'Flux', 'Cobalt oxide'],
              answer: 1,
            },
            {
              kind: 'numeric',
              text: 'At about which temperature, in °C, does quartz change its crystal form?',
              points: 5,
              answer: 573,
              tolerance: 5,
            },
            {
              kind: 'true_false',
              text: 'Dry clay dust should be removed with a broom.',
              points: 5,
              answer: false,
            },
            {
              kind: 'short_answer',
              text: 'What is the Italian word for scratching through a colored slip?',
              points: 5,
              accepted: ['sgraffito', 'graffito'],
            },
          ],
        },
        {
          title: 'A finished piece',
          description: 'One glazed work with its technical sheet.',
          exerciseType: 'portfolio_piece',
          maxScore: 100,
          attemptsAllowed: 1,
          teocoinReward: 25,
          questions: [],
          prompt:
            'Hand in three photographs of one fired and glazed piece against a plain background, with a sheet that ' +
            'names the clay body, the technique, the glaze, both firing temperatures and the measured shrinkage.',
        },
      ],
    },
  ],
};
