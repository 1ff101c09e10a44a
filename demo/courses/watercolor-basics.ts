import type { DemoCourse } from './course';

/** Watercolor from the first wash to a small landscape. */
export const watercolorBasics: DemoCourse = {
  slug: 'watercolor-basics',
  title: 'Watercolor Basics',
  description:
    'Six pigments, two brushes and a sheet of good paper. Learn to control water, lay even washes, mix clean color ' +
    'and keep your whites, and paint a small landscape from light to dark.',
  category: 'watercolor',
  level: 'beginner',
  teacher: 'elena',
  teocoinReward: 50,
  durationHours: 12,
  maxEnrollments: null,
  prerequisites: [],
  lessons: [
    {
      title: 'Paper, Brushes and Pigments',
      lessonType: 'theory',
      durationMinutes: 45,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Spend your money on paper

Watercolor is pigment bound with **gum arabic**. The paint is transparent: the light passes through it, hits the paper
and comes back. There is no white paint in the classic technique; the paper is your white.

Paper weight is given in grams per square meter. At **300 g/m²** a sheet survives a moderate amount of water without
much buckling; lighter sheets should be stretched first. Cotton paper lets you rework a passage, cellulose paper dries
faster and lifts more easily. The surface comes in three kinds: **hot-pressed** (smooth), **cold-pressed** (slight
texture, the best start) and **rough**.

Two round brushes, sizes 6 and 12, are enough. A good round holds a lot of water and springs back to a point.

Our palette has a warm and a cool version of each primary: *PY65* and *PY175* yellows, *PR255* and *PV19* reds, *PB29*
(ultramarine) and *PB15:3* (phthalo blue, green shade). The codes come from the Colour Index and tell you what is
really in the tube, whatever name the maker prints on it.`,
      materials: [
        { title: 'Watercolor painting', url: 'https://en.wikipedia.org/wiki/Watercolor_painting' },
        { title: 'Course shopping list', url: 'https://example.org/watercolor-basics/shopping-list' },
      ],
      exercises: [
        {
          title: 'Know your materials',
          description: 'A quiz on paper, binder and pigments.',
          exerciseType: 'quiz',
          maxScore: 25,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'short_answer',
              text: 'Which plant gum is the traditional binder of watercolor?',
              points: 5,
              accepted: ['gum arabic', 'arabic gum', 'acacia gum', 'gum acacia'],
            },
            {
              kind: 'single',
              text: 'Which paper surface is the smoothest?',
              points: 5,
              options: ['Rough', 'Cold-pressed', 'Hot-pressed'],
              answer: 2,
            },
            {
              kind: 'numeric',
              text: 'Which paper weight, in grams per square meter, does the lesson recommend to avoid stretching?',
              points: 5,
              answer: 300,
              tolerance: 0,
            },
            {
              kind: 'true_false',
              text: 'In classic transparent watercolor the white of the picture is the paper itself.',
              points: 5,
              answer: true,
            },
            {
              kind: 'single',
              text: 'Which pigment does the Colour Index code PB29 stand for?',
              points: 5,
              options: ['Phthalo blue', 'Ultramarine', 'Cobalt blue', 'Prussian blue'],
              answer: 1,
            },
          ],
        },
      ],
    },
    {
      title: 'Flat, Graded and Variegated Washes',
      lessonType: 'video',
      durationMinutes: 60,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Following the bead

Tilt the board about fifteen degrees and mix **more paint than you think you need**; you cannot stop halfway to mix
again.

**Flat wash.** Load the big brush and draw a stroke across the top of the shape. A bead of wet paint collects along
its lower edge. Reload and place the next stroke so that it just touches the bead and pulls it down. Continue to the
bottom, then lift the last bead with a thirsty (damp, squeezed) brush. Now leave it alone.

**Graded wash.** The same, but add clear water to the brush for each new stroke, so the color fades away. This is how
you paint a clear sky, which is palest near the horizon.

**Variegated wash.** Change the color instead of the strength and let the two meet while wet.

What can go wrong? Touching a half-dry wash pushes pigment outward into a **bloom** (also called a backrun or
cauliflower). The rule: paint while it is *glossy*, wait while it is only *damp*, and go on when it is dry and no
longer cool to the touch.`,
      materials: [],
      exercises: [
        {
          title: 'Nine small washes',
          description: 'Practice sheet with the three kinds of wash.',
          exerciseType: 'practice',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Divide a sheet into nine rectangles with masking tape. Paint three flat, three graded and three ' +
            'variegated washes. Hand in a photograph taken in daylight, and circle every bloom with a note on how ' +
            'it happened.',
        },
      ],
    },
    {
      title: 'Wet-in-Wet and Wet-on-Dry',
      lessonType: 'practical',
      durationMinutes: 60,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Two kinds of edges

Everything you see in a watercolor is either a soft edge or a hard one. The wetness of the paper decides which.

**Wet-on-dry** gives a crisp edge. Use it for shapes in the foreground, for cast shadows and for details.

**Wet-in-wet** means touching wet paint to wet paper. The color spreads and the edge melts: clouds, mist, distant
hills, the shadow side of a round form. The trick is balance. The paint on your brush should be *thicker* than what is
on the paper. If the brush carries more water than the sheet, the water pushes the paint away and a bloom appears.

Learn to read the surface from the side:

- **Mirror shine**: paint flows anywhere; good for skies.
- **Satin shine**: soft but controlled edges; the best moment.
- **No shine, still cool**: hands off.

**Lost and found**: paint a hard edge, then soften half of it with a clean damp brush while it is still wet. Round
forms turn, and the eye enjoys completing what is missing.`,
      materials: [{ title: 'Wet-on-wet', url: 'https://en.wikipedia.org/wiki/Wet-on-wet' }],
      exercises: [
        {
          title: 'One pear, two edges',
          description: 'A simple form painted with soft and hard edges.',
          exerciseType: 'assignment',
          maxScore: 40,
          attemptsAllowed: 2,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Paint a pear in natural light with at most two pigments. Keep the side in shadow soft (wet-in-wet) and ' +
            'the edge in light crisp (wet-on-dry). Hand in a photograph and name the pigments you used.',
        },
      ],
    },
    {
      title: 'Clean Mixtures',
      lessonType: 'theory',
      durationMinutes: 50,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Why mixtures turn to mud

Mixing paint is **subtractive**: each pigment absorbs part of the light, and every pigment you add absorbs more. Two
pigments make a clear mixture, three a quiet one, four usually make mud.

Every primary leans toward one of its neighbors. Phthalo blue (green shade) leans toward green; ultramarine leans
toward violet. To get a **bright green**, mix phthalo blue with a cool, greenish yellow: neither contains any red. To
get a **bright violet**, mix ultramarine with quinacridone rose (PV19). Mix phthalo blue with a warm, orange-leaning
red and you get a gray, because all three primaries have met.

That is useful too. **Complementary** colors neutralize each other, so ultramarine with burnt sienna (a seventh tube
worth buying) gives a whole family of grays, warm or cool depending on which one wins.

Note two more properties. **Staining** pigments such as phthalo blue sink into the fibers and hardly lift.
**Granulating** pigments such as ultramarine settle in the hollows of the paper and show a texture. And remember that
watercolor dries lighter: mix a step darker than you want.`,
      materials: [{ title: 'Subtractive color', url: 'https://en.wikipedia.org/wiki/Subtractive_color' }],
      exercises: [
        {
          title: 'Mixing quiz',
          description: 'Which pigments would you reach for?',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'single',
              text: 'Which pair gives the brightest green?',
              points: 5,
              options: [
                'Ultramarine and a warm yellow',
                'Phthalo blue (green shade) and a cool yellow',
                'Ultramarine and burnt sienna',
                'Phthalo blue and quinacridone rose',
              ],
              answer: 1,
            },
            {
              kind: 'multiple',
              text: 'Which statements describe phthalo blue?',
              points: 5,
              options: ['It stains the paper', 'It granulates strongly', 'Its green shade leans toward green'],
              answer: [0, 2],
            },
            {
              kind: 'true_false',
              text: 'Watercolor dries darker than it looks when wet.',
              points: 5,
              answer: false,
            },
            {
              kind: 'short_answer',
              text: 'What do we call two colors that neutralize each other when mixed?',
              points: 5,
              accepted: ['complementary', 'complementary colors', 'complements', 'complementary colours'],
            },
          ],
        },
      ],
    },
    {
      title: 'Granulation, Salt and Other Textures',
      lessonType: 'mixed',
      durationMinutes: 45,
      isMandatory: false,
      teocoinReward: 10,
      content: `## Optional: a playground

This lesson is optional. It collects the effects that watercolor offers almost for free. Use them like spice.

- **Salt.** Sprinkle coarse salt into a wash at the satin stage. Each grain draws water and pigment toward it and
  leaves a pale star. Let it dry completely before you brush the salt off.
- **Dry brush.** Drag a nearly dry brush, held flat, over rough paper. The paint catches only the tops of the grain:
  sparkling water, old wood, dry grass.
- **Lifting.** Wet a dry passage, wait a few seconds and dab with a tissue. It works well with cobalt blue and poorly
  with staining pigments.
- **Wax resist.** A candle or white crayon repels the paint. You cannot remove it afterwards.
- **Masking fluid.** Liquid latex reserves small whites. Dip an old brush in soap first, never your good one, and rub
  the mask off as soon as the paint is dry.
- **Scratching.** With the corner of an old card, push paint aside while it is damp.

Make one swatch of each, with the pigment, paper and timing written beside it.`,
      materials: [],
      exercises: [],
    },
    {
      title: 'A Small Landscape, Light to Dark',
      lessonType: 'live',
      durationMinutes: 100,
      isMandatory: true,
      teocoinReward: 15,
      content: `## The order of work

Transparent paint can only get darker, so we begin with the lightest passages and end with the darkest. In this
session we paint a field, a row of trees and a barn, in three layers.

1. **Plan.** Make a thumbnail with three values: light, middle, dark. Decide where the paper stays white and where the
   strongest contrast, your focal point, will be.
2. **Draw lightly** with an HB pencil. Heavy lines cannot be erased under paint.
3. **First layer.** A variegated wash over almost everything: cool sky, warm field. Leave the roof of the barn white.
   Let it dry fully.
4. **Second layer.** The middle values: distant hills in pale blue-gray, the trees as one connected shape, the shadow
   side of the barn.
5. **Third layer.** A few darks, crisp and confident: the doorway, trunks, cast shadows.

**Atmospheric perspective** makes the distance convincing: far things are paler, bluer and have less contrast than
near ones. Stop one stroke earlier than you want to.`,
      materials: [{ title: 'Aerial perspective', url: 'https://en.wikipedia.org/wiki/Aerial_perspective' }],
      exercises: [
        {
          title: 'Your own landscape',
          description: 'The final painting of the course.',
          exerciseType: 'portfolio_piece',
          maxScore: 100,
          attemptsAllowed: 2,
          teocoinReward: 25,
          questions: [],
          prompt:
            'Paint a landscape of a place you know, at least 18 x 24 cm, in no more than three layers. Hand in the ' +
            'three-value thumbnail, a photograph after each layer, and the finished painting.',
        },
      ],
    },
  ],
};
