import type { DemoCourse } from './course';

/** The entry course of the school: line, measuring, value and perspective with a pencil. */
export const drawingFoundations: DemoCourse = {
  slug: 'drawing-foundations',
  title: 'Drawing Foundations',
  description:
    'Learn to see like a draftsman. With a pencil and a stack of cheap paper you will train line, proportion, light ' +
    'and perspective, and finish with a still life you can be proud of. No experience needed.',
  category: 'drawing',
  level: 'beginner',
  teacher: 'elena',
  teocoinReward: 50,
  durationHours: 14,
  maxEnrollments: null,
  prerequisites: [],
  lessons: [
    {
      title: 'Line and Contour: Learning to Look',
      lessonType: 'mixed',
      durationMinutes: 60,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Draw what you see, not what you know

Most early drawing problems are problems of looking. We glance at a hand, think "hand", and draw the symbol we have
carried since childhood. Contour drawing breaks that habit.

In **blind contour** drawing you keep your eyes on the subject and never on the paper. Imagine that the tip of the
pencil touches the edge you are looking at. Move your eye slowly along that edge, and let the pencil move at exactly
the same speed. Do not lift it. The result will look odd; that is fine, because the exercise trains attention, not
likeness.

In **modified contour** drawing you may look down briefly to place the pencil again, about one tenth of the time.

Work from the shoulder for long lines and from the wrist for small ones. Hold the pencil further back than you do for
writing. An HB or 2B pencil on plain office paper is all you need. Begin every session this week with two blind
contours of your free hand, five minutes each.`,
      materials: [{ title: 'Contour drawing', url: 'https://en.wikipedia.org/wiki/Contour_drawing' }],
      exercises: [
        {
          title: 'Ten hands',
          description: 'A week of contour drawings of your own free hand.',
          exerciseType: 'practice',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Hand in photographs of ten contour drawings of your free hand: five blind and five modified. Change ' +
            'the pose each time and write the date and the minutes spent on every sheet. Do not erase anything.',
        },
      ],
    },
    {
      title: 'Proportion: Measuring by Eye',
      lessonType: 'practical',
      durationMinutes: 75,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Comparing one length with another

A drawing looks right when its lengths are in the right *ratio* to each other, whatever its size. The classic tool is
the pencil itself.

1. Stretch your arm out fully and lock the elbow, so the pencil is always the same distance from your eye.
2. Close one eye. Line up the tip of the pencil with one end of the object and slide your thumb to the other end.
3. Without moving the thumb, turn the pencil and compare: how many times does that width fit into the height?

Choose one short, clear length as your **unit**, for example the width of the mug, and express everything else in it.

Then check two more things. **Angles**: hold the pencil along a sloping edge and carry that slope to the paper.
**Alignments**: drop an imaginary plumb line from a point and see what lies exactly below it.

Place the outermost points first, draw the large shapes with straight lines, and leave curves and details for the end.
Correct early; a wrong proportion cannot be saved by shading.`,
      materials: [],
      exercises: [
        {
          title: 'Three objects in proportion',
          description: 'A measured line drawing of three household objects.',
          exerciseType: 'assignment',
          maxScore: 50,
          attemptsAllowed: 2,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Place a bottle, a mug and a box on a table and draw them in line only. Hand in the drawing, a ' +
            'photograph of the setup taken from your eye position, and three measurements in units (for example: ' +
            '"the bottle is 3.5 mug widths high").',
        },
      ],
    },
    {
      title: 'Light, Shadow and Value',
      lessonType: 'theory',
      durationMinutes: 60,
      isMandatory: true,
      teocoinReward: 10,
      content: `## How light describes form

**Value** is how light or dark something is. A sphere lit by one lamp shows the whole vocabulary:

- **Highlight**: the reflection of the lamp itself, the lightest spot on a shiny surface.
- **Light** and **halftone**: the surface turning gradually away from the lamp.
- **Core shadow**: the dark band just past the point where the light can no longer reach.
- **Reflected light**: light bouncing from the table into the shadow. It is always darker than the halftones.
- **Cast shadow**: the shadow the object throws. Its edge is sharpest near the object and softens with distance.
- **Occlusion shadow**: the darkest accent, where object and table meet.

Squint. Details disappear and the world falls apart into two families, light and shadow. Keep those families separate:
the lightest tone in the shadow must stay darker than the darkest tone in the light.

Graphite grades help: H pencils are hard and pale, B pencils soft and dark. Build tone in thin layers with even
hatching rather than by pressing hard, and avoid smudging with your finger; it makes mud.`,
      materials: [
        { title: 'Chiaroscuro', url: 'https://en.wikipedia.org/wiki/Chiaroscuro' },
        { title: 'Pencil hardness grades', url: 'https://en.wikipedia.org/wiki/Pencil' },
      ],
      exercises: [
        {
          title: 'Value check',
          description: 'A short quiz on the parts of light and shadow.',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'single',
              text: 'Which part of a lit sphere lies between the halftone and the reflected light?',
              points: 5,
              options: ['The highlight', 'The core shadow', 'The cast shadow', 'The occlusion shadow'],
              answer: 1,
            },
            {
              kind: 'true_false',
              text: 'Reflected light inside a shadow may be lighter than the halftones on the lit side.',
              points: 5,
              answer: false,
            },
            {
              kind: 'single',
              text: 'Which of these pencils makes the darkest mark?',
              points: 5,
              options: ['4H', 'HB', '2B', '6B'],
              answer: 3,
            },
            {
              kind: 'short_answer',
              text: 'What is the one-word name for how light or dark something is?',
              points: 5,
              accepted: ['value', 'tone', 'tonal value'],
            },
          ],
        },
      ],
    },
    {
      title: 'Perspective with One and Two Points',
      lessonType: 'video',
      durationMinutes: 80,
      isMandatory: true,
      teocoinReward: 10,
      content: `## The horizon is at your eyes

The **horizon line** is always at the height of your eye. Sit down and it drops; climb a ladder and it rises with you.
Horizontal parallel lines that run away from you appear to meet at a **vanishing point** on that line.

**One-point perspective** fits when a face of the object is parallel to the picture: a corridor, a street seen down
the middle. Widths and heights stay horizontal and vertical; only the depth lines converge.

**Two-point perspective** fits when you look at a corner. The two sets of horizontal edges run to two vanishing points
on the horizon, and only the verticals stay vertical. Put the two points far apart, even outside the paper; if they
are too close the box looks violently distorted.

To find the middle of a wall in perspective, draw its diagonals: they cross at the true center, which lies *behind*
the measured center of the drawn shape. Circles become ellipses, and the closer to eye level they are, the flatter the
ellipse.

The method was demonstrated by Filippo Brunelleschi in Florence in the early fifteenth century.`,
      materials: [{ title: 'Perspective (graphical)', url: 'https://en.wikipedia.org/wiki/Perspective_(graphical)' }],
      exercises: [
        {
          title: 'Perspective quiz',
          description: 'Horizon, vanishing points and ellipses.',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'numeric',
              text: 'You draw an upright box seen from its corner. How many vanishing points do you use?',
              points: 5,
              answer: 2,
              tolerance: 0,
            },
            {
              kind: 'true_false',
              text: 'When you sit down, the horizon line sinks together with your eyes.',
              points: 5,
              answer: true,
            },
            {
              kind: 'multiple',
              text: 'Which statements are right?',
              points: 10,
              options: [
                'The diagonals of a wall in perspective cross at its true center',
                'Vanishing points that are close together make a box look natural',
                'A circle seen near eye level becomes a flatter ellipse',
                'Vanishing points of horizontal edges lie on the horizon line',
              ],
              answer: [0, 2, 3],
            },
          ],
        },
        {
          title: 'A corner of your room',
          description: 'A two-point perspective drawing from life.',
          exerciseType: 'assignment',
          maxScore: 50,
          attemptsAllowed: 2,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Draw a piece of furniture seen from its corner in two-point perspective. Leave the horizon line and ' +
            'the construction lines visible, and mark where the vanishing points lie.',
        },
      ],
    },
    {
      title: 'Your First Still Life',
      lessonType: 'critique',
      durationMinutes: 120,
      isMandatory: true,
      teocoinReward: 15,
      content: `## Putting it all together

Choose three objects with different shapes and surfaces: something round, something boxy, something made of cloth.
Light them with **one lamp** from the side and switch the others off.

Plan with **thumbnails**: four or five sketches the size of a matchbox, each done in a minute with only three values.
Try a high and a low viewpoint, overlap the objects, and avoid lining them up like soldiers. Let one be clearly the
star. An odd number of objects and unequal spaces between them usually look livelier than symmetry.

Then work in this order:

1. Place the group on the page with light straight lines and check the proportions.
2. Refine the contours; check every ellipse and every vanishing line.
3. Block in the whole shadow family with one flat tone.
4. Develop the halftones and the darkest accents.
5. Stop before every part is equally finished. Sharp edges attract the eye; soft edges let it rest.

In the critique we look at the drawing upside down and from three meters away. Bring one question of your own.`,
      materials: [],
      exercises: [
        {
          title: 'Still life in graphite',
          description: 'The final drawing of the course.',
          exerciseType: 'portfolio_piece',
          maxScore: 100,
          attemptsAllowed: 2,
          teocoinReward: 25,
          questions: [],
          prompt:
            'Hand in a finished graphite still life, at least A4, with its thumbnails and a photograph of the ' +
            'setup. Add a short note (about 100 words): what works, and what would you change in a second version?',
        },
      ],
    },
  ],
};
