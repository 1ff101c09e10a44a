import type { DemoCourse } from './course';

/** Telling a short story in panels. Builds on the drawing course. */
export const comicsStorytelling: DemoCourse = {
  slug: 'comics-storytelling',
  title: 'Comics: Telling a Story in Panels',
  description:
    'From an idea on a napkin to four finished pages. Learn how panels control time, how to design characters that ' +
    'can be drawn a hundred times, and how to plan, ink and letter a short comic.',
  category: 'comics',
  level: 'intermediate',
  teacher: 'yuki',
  teocoinReward: 55,
  durationHours: 15,
  maxEnrollments: null,
  prerequisites: ['drawing-foundations'],
  lessons: [
    {
      title: 'The Grammar of the Page',
      lessonType: 'theory',
      durationMinutes: 50,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Time turned into space

In a comic, moments lie *next to each other*. The reader sees the whole page at once and then reads it panel by panel,
and in the empty **gutter** between two panels imagines what happens. Scott McCloud, in *Understanding Comics* (1993),
calls this **closure** and sorts the jumps into six kinds:

1. **Moment to moment**: an eyelid closes.
2. **Action to action**: the bat swings, the ball flies.
3. **Subject to subject**: within one scene, from speaker to listener.
4. **Scene to scene**: across time or place.
5. **Aspect to aspect**: the eye wanders around one place; frequent in manga.
6. **Non-sequitur**: no logical link.

Western pages read from left to right and top to bottom; Japanese pages from right to left. Readers decide by
proximity and alignment, so when the order could be unclear, widen the gutter that should be crossed last.

Size is duration and importance. A wide silent panel slows down; a row of narrow ones speeds up. A panel without a
border floats outside time. Save the large surprise for the top of a page that has to be turned.`,
      materials: [{ title: 'Understanding Comics', url: 'https://en.wikipedia.org/wiki/Understanding_Comics' }],
      exercises: [
        {
          title: 'Page grammar quiz',
          description: 'Gutters, closure and transitions.',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'short_answer',
              text: 'What is the empty space between two panels called?',
              points: 5,
              accepted: ['gutter', 'the gutter'],
            },
            {
              kind: 'numeric',
              text: 'How many kinds of transition between panels does Scott McCloud list?',
              points: 5,
              answer: 6,
              tolerance: 0,
            },
            {
              kind: 'single',
              text: 'A kettle, a cat on the sill, rain on the window: which transition is this?',
              points: 5,
              options: ['Moment to moment', 'Action to action', 'Scene to scene', 'Aspect to aspect'],
              answer: 3,
            },
            {
              kind: 'true_false',
              text: 'A wide panel without text usually slows the reader down.',
              points: 5,
              answer: true,
            },
          ],
        },
      ],
    },
    {
      title: 'Characters You Can Draw a Hundred Times',
      lessonType: 'practical',
      durationMinutes: 65,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Silhouette first

Your hero appears in almost every panel, from all sides, in all moods. A design you cannot repeat is a bad design,
however beautiful.

**Silhouette.** Fill the figure with black. Can you still tell who it is? Give each member of the cast a basic shape:
round seems friendly, square reliable, triangular dangerous, and it is fun to contradict that.

**Construction.** Build the head from a ball and a jaw, and decide how many heads tall the body is. An adult measures
about seven and a half heads in life; comic figures often have between three and six.

**Signs.** Two or three constant features are enough, such as a hat, a nose or a stoop. Tintin has a quiff; the rest
is almost empty, so that we can slip into him.

Prepare a **model sheet**:

- front, three-quarter, side and back view, all heads on the same lines
- six expressions
- two typical poses
- the figure next to the rest of the cast

Emotion lives mainly in **eyebrows and mouth**, and in the line of the whole body. Draw that line of action first, as
one curve.`,
      materials: [{ title: 'Model sheet', url: 'https://en.wikipedia.org/wiki/Model_sheet' }],
      exercises: [
        {
          title: 'Model sheet',
          description: 'A reference sheet for your main character.',
          exerciseType: 'assignment',
          maxScore: 40,
          attemptsAllowed: 2,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Design the main character of your short comic. Hand in a model sheet with four views, six expressions, ' +
            'two poses and the filled silhouette, all on one or two pages.',
        },
      ],
    },
    {
      title: 'Script and Thumbnails',
      lessonType: 'mixed',
      durationMinutes: 60,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Fail quickly and small

A four-page story has room for **one** idea. Write it in a single sentence: *somebody wants something, something is in
the way, and it ends differently than expected.*

Divide that sentence over the pages:

- **Page 1**: who, where, and what is wanted
- **Page 2**: the obstacle
- **Page 3**: it gets worse, and a decision is made
- **Page 4**: the result, and a last panel that lingers

Then write a script panel by panel, with two columns: what we *see* and what we *read*. If the words repeat the
picture, cut the words. As a guide, keep to about 25 words per balloon and 35 to 50 words per panel.

Now draw **thumbnails**, each page about the size of a playing card, with stick figures and balloons as blobs. Redo
each page three times. Vary the shots: a wide *establishing shot* when a place is new, medium shots for talk, a
close-up where it matters. Keep the **180-degree rule**: stay on one side of the line between two speakers, so that
they do not swap places.

Show the thumbnails to someone without explaining. Where they hesitate, you have work to do.`,
      materials: [{ title: '180-degree rule', url: 'https://en.wikipedia.org/wiki/180-degree_rule' }],
      exercises: [
        {
          title: 'Four pages in thumbnails',
          description: 'Script and thumbnails of your short comic.',
          exerciseType: 'assignment',
          maxScore: 50,
          attemptsAllowed: 3,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Hand in the one-sentence idea, the script in two columns and the thumbnails of all four pages. Include ' +
            'one rejected version of a page and say why you rejected it.',
        },
      ],
    },
    {
      title: 'Inking and Lettering',
      lessonType: 'video',
      durationMinutes: 65,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Letters first, ink second

Lettering belongs to the composition. Place the balloons **before** you ink, with the first speaker at the upper left,
and let the balloons lead the eye through the panel.

- Rule guidelines. Traditional comic lettering uses capitals only; write *I* with serifs only when it stands for the
  word "I".
- Shape the text like a lozenge: short lines at the top and bottom, long ones in the middle. Draw the balloon around
  it afterwards, with a margin of about one letter.
- The tail points to the mouth and stops well before it.

**Inking** is drawing again, not tracing. Vary the weight of the line: heavier in the foreground and on the side away
from the light, thinner in the distance and in the light. A **brush** or a flexible nib such as the *G-pen* gives that
in one stroke; with fineliners use several sizes.

**Spot blacks**, solid areas of ink, hold the page together. Squint at all four pages and see whether the blacks form
a path.

Work on heavy, smooth paper at 125 to 150 percent of the printed size. Let the ink dry before erasing the pencil.`,
      materials: [{ title: 'Speech balloon', url: 'https://en.wikipedia.org/wiki/Speech_balloon' }],
      exercises: [
        {
          title: 'Ink and letters quiz',
          description: 'Balloons, line weight and black areas.',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'multiple',
              text: 'Where does the lesson advise a heavier line?',
              points: 10,
              options: ['In the foreground', 'In the distance', 'On the side away from the light', 'On the lit side'],
              answer: [0, 2],
            },
            {
              kind: 'numeric',
              text: 'A page is printed 20 cm high. How high, in cm, is an original drawn at 150 percent?',
              points: 5,
              answer: 30,
              tolerance: 0,
            },
            {
              kind: 'true_false',
              text: 'The balloons should be placed after the panel has been inked.',
              points: 5,
              answer: false,
            },
          ],
        },
      ],
    },
    {
      title: 'Your Four-Page Comic',
      lessonType: 'critique',
      durationMinutes: 100,
      isMandatory: true,
      teocoinReward: 15,
      content: `## Finishing

Pencil all four pages before you ink the first one, so that the style does not drift. Put the backgrounds in early. A
place drawn carefully once, in the establishing shot, may be simplified afterwards.

Before you hand in, check this list.

- **Order.** Cover the text. Can the story still be followed?
- **Continuity.** Scar on the correct cheek? Same number of buttons? Does the sun stay where it was?
- **Eye path.** Follow a page with your finger. Does it ever have to jump back?
- **Rhythm.** Is there one quiet panel on every page?
- **Tangents.** Lines that just touch (a roof against a hat, a balloon against a frame) flatten the space. Overlap
  them or pull them apart.
- **Spelling.** Read each balloon aloud, backward from the last one.

Scan line art at 600 dpi. Convert pure black line art to one-bit at 1200 dpi if your printer asks for it. In the
critique everyone reads in silence first, then retells your story; you may speak last. The difference between what you
meant and what they tell is the most valuable note you will get.`,
      materials: [],
      exercises: [
        {
          title: 'A short comic',
          description: 'Four finished, inked and lettered pages.',
          exerciseType: 'portfolio_piece',
          maxScore: 100,
          attemptsAllowed: 2,
          teocoinReward: 30,
          questions: [],
          prompt:
            'Hand in four finished pages as one PDF, in black and white or with one additional color, together with ' +
            'your thumbnails. Add three sentences about the change that helped the story most.',
        },
      ],
    },
  ],
};
