import type { DemoCourse } from './course';

/** The italic hand with a broad-edged pen. */
export const italicCalligraphy: DemoCourse = {
  slug: 'italic-calligraphy',
  title: 'The Italic Hand',
  description:
    'The elegant handwriting of the Renaissance chanceries, written with a broad-edged pen. Learn pen angle, rhythm ' +
    'and spacing, capitals and flourishes, and write out a short text as a finished sheet.',
  category: 'calligraphy',
  level: 'beginner',
  teacher: 'yuki',
  teocoinReward: 45,
  durationHours: 10,
  maxEnrollments: null,
  prerequisites: [],
  lessons: [
    {
      title: 'Pen, Ink and Angle',
      lessonType: 'mixed',
      durationMinutes: 50,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Thick and thin without pressure

A broad-edged nib ends in a straight edge instead of a point. Thick and thin come from the *direction* of the stroke,
not from pressure, as long as the edge keeps a constant angle to the writing line. For italic this **pen angle** is
about 45 degrees. At that angle a diagonal rising to the right is the thinnest line, and one falling to the right is
the thickest.

Measure letters in **nib widths**. Turn the pen sideways and make a ladder of small squares. Our x-height, the height
of an *a* or *n*, is **five nib widths**; ascenders and descenders add about four more. A 2.4 mm nib therefore needs
an x-height of 12 mm, a comfortable size for learning.

The letters lean: a **slope** of 5 to 10 degrees from the vertical. Slope and pen angle are different things.

Use a non-waterproof ink, because waterproof inks based on shellac clog the nib. Wipe a new steel nib with a little
saliva or soap to remove the protective oil. Write on a sloping board, with a few sheets under the paper as a cushion.`,
      materials: [
        { title: 'Italic script', url: 'https://en.wikipedia.org/wiki/Italic_script' },
        { title: 'Guideline sheets', url: 'https://example.org/italic-calligraphy/guidelines' },
      ],
      exercises: [
        {
          title: 'Pen basics',
          description: 'Angles, heights and ink.',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'numeric',
              text: 'Your nib is 2 mm wide. How high, in mm, is an x-height of five nib widths?',
              points: 5,
              answer: 10,
              tolerance: 0,
            },
            {
              kind: 'single',
              text: 'Held at 45 degrees, in which direction does the pen make its thinnest line?',
              points: 5,
              options: ['Straight down', 'Straight across', 'Rising to the right', 'Falling to the right'],
              answer: 2,
            },
            {
              kind: 'true_false',
              text: 'With a broad-edged pen, thick strokes are made by pressing harder.',
              points: 5,
              answer: false,
            },
            {
              kind: 'multiple',
              text: 'Which statements are right?',
              points: 5,
              options: [
                'Slope and pen angle are two different things',
                'Shellac-based ink is kind to the nib',
                'A new nib is coated with oil that must be removed',
              ],
              answer: [0, 2],
            },
          ],
        },
      ],
    },
    {
      title: 'Lowercase: Families and Rhythm',
      lessonType: 'video',
      durationMinutes: 60,
      isMandatory: true,
      teocoinReward: 10,
      content: `## The n and the a

The italic alphabet is built on two shapes. Write a zigzag that springs up from the baseline and returns: pointed
below, rounded above, and you have the arch of **n**. Turn it upside down and you have **u** and the body of **a**.

Learn the letters in families:

- **Straight**: i, l, t, j
- **Arch**: n, m, h, r, b, p, k
- **Bowl**: a, d, g, q, and, as a close relative, u and y
- **Oval**: o, c, e
- **Diagonal**: v, w, x, z
- **The rest**: s and f

The arch *branches*: in n the pen does not leave the paper but travels up inside the stem and leaves it at about half
to two thirds of the x-height. If it branches at the top, the letter becomes a stiff roman n.

The counter (the white inside) is narrower than in roman letters, and the white *between* letters should look equal to
the white *inside* n. Squint at the line: it should be an even gray, without knots or holes. Two straight strokes need
the most distance, a straight and a curve less, two curves least.`,
      materials: [],
      exercises: [
        {
          title: 'The letter families',
          description: 'Practice sheets for the lowercase alphabet.',
          exerciseType: 'practice',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Write two lines of each letter family and three lines of the word "minimum". Hand in scans of the ' +
            'sheets with visible guidelines, and circle your best letter in every line.',
        },
      ],
    },
    {
      title: 'Capitals and Numerals',
      lessonType: 'practical',
      durationMinutes: 55,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Roman bones in an italic coat

Italic capitals are sloped and slightly compressed Roman capitals. The model for their proportions is the inscription
at the foot of **Trajan's Column** in Rome, dedicated in 113 AD.

Write them **seven nib widths** high, clearly lower than the ascenders. Capitals that are too tall shout.

Their widths follow groups:

- **Round and wide**: O, C, D, G, Q fill nearly a full circle or most of it.
- **Medium**: A, H, N, T, U, V, X, Y, Z take about three quarters to four fifths of the height.
- **Narrow**: B, E, F, K, L, P, R, S are about half as wide as high.
- **Very wide**: M and W. **Very narrow**: I and J.

Flatten the pen to about 30 degrees for most strokes, and steepen it for the diagonals and for the uprights of N, so
they do not become too heavy.

Numerals exist in two styles. **Lining figures** share one height and go with capitals. **Old-style figures** have
ascenders and descenders (3, 4, 5, 7 and 9 drop below the line) and sit better in running text.`,
      materials: [{ title: "Trajan's Column", url: 'https://en.wikipedia.org/wiki/Trajan%27s_Column' }],
      exercises: [
        {
          title: 'Names and dates',
          description: 'Capitals and numerals in use.',
          exerciseType: 'assignment',
          maxScore: 30,
          attemptsAllowed: 2,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Write the names and birth dates of five people, first with a capital and lowercase letters, then in ' +
            'capitals only. Hand in a scan and mark two places where you adjusted the spacing by eye.',
        },
      ],
    },
    {
      title: 'A Short History of the Chancery Hand',
      lessonType: 'theory',
      durationMinutes: 40,
      isMandatory: true,
      teocoinReward: 10,
      content: `## From Florence to the printing press

Around 1400 Florentine humanists looked for a clearer script than the Gothic of their day. **Poggio Bracciolini** took
the Carolingian minuscule of old manuscripts as his model, which he and others believed to be ancient Roman. His
friend **Niccolò Niccoli** wrote a faster, sloping version in the 1420s: the ancestor of italic.

The papal chancery adopted a refined form of it for its briefs, and so the hand is also known as *cancellaresca*.

In 1501 the Venetian printer **Aldus Manutius** published an edition of Virgil set entirely in an italic type cut by
**Francesco Griffo**. It was the first of his small pocket books of the classics.

In 1522 **Ludovico degli Arrighi**, a scribe at the papal chancery, issued *La Operina*, the first printed manual of
the chancery hand, in Rome. It was printed from wood blocks. Giovanni Antonio Tagliente (1524) and Giambattista
Palatino (1540) followed.

The modern revival began in England with William Morris and **Edward Johnston**, whose *Writing & Illuminating, &
Lettering* appeared in 1906.`,
      materials: [
        {
          title: 'Ludovico Vicentino degli Arrighi',
          url: 'https://en.wikipedia.org/wiki/Ludovico_Vicentino_degli_Arrighi',
        },
        { title: 'Aldus Manutius', url: 'https://en.wikipedia.org/wiki/Aldus_Manutius' },
      ],
      exercises: [
        {
          title: 'History quiz',
          description: 'Scribes, printers and dates.',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'single',
              text: 'Who cut the first italic type for Aldus Manutius?',
              points: 5,
              options: ['Edward Johnston', 'Francesco Griffo', 'Ludovico degli Arrighi', 'Poggio Bracciolini'],
              answer: 1,
            },
            {
              kind: 'numeric',
              text: 'In which year was La Operina issued?',
              points: 5,
              answer: 1522,
              tolerance: 2,
            },
            {
              kind: 'short_answer',
              text: 'What is the Italian name of the chancery hand?',
              points: 5,
              accepted: ['cancellaresca', 'la cancellaresca', 'cancelleresca', 'cancellaresca corsiva'],
            },
            {
              kind: 'true_false',
              text: 'The humanists modeled their script on the Carolingian minuscule.',
              points: 5,
              answer: true,
            },
          ],
        },
      ],
    },
    {
      title: 'A Finished Sheet',
      lessonType: 'critique',
      durationMinutes: 80,
      isMandatory: true,
      teocoinReward: 15,
      content: `## Layout for a short text

Choose four to eight lines that you like and that you may copy: a poem long out of copyright, a proverb, words of your
own.

1. **Rough.** Write the text once at the final size, without caring about the layout. Now you know how long each line
   is.
2. **Cut and paste.** Cut the lines apart and move them on a large sheet. Try flush left, centered and asymmetric. For
   a centered layout fold every strip in half to find its middle.
3. **Margins.** Be generous. The bottom margin should be the largest, or the text seems to slide off the page.
4. **Line spacing.** Ascenders must not collide with the descenders above. Leave at least two x-heights between the
   lines.
5. **Emphasis.** One contrast is enough: size, color or weight. Vermilion with black is the oldest pairing of all.
6. **Flourishes.** Extend only strokes that already exist, at the edge of the text, and rehearse them with fast
   movements.

For the final sheet rule lines lightly with a hard pencil, warm up for ten minutes, and write three copies. The second
is often the best.`,
      materials: [],
      exercises: [
        {
          title: 'A text of your choice',
          description: 'A finished calligraphic sheet.',
          exerciseType: 'portfolio_piece',
          maxScore: 100,
          attemptsAllowed: 2,
          teocoinReward: 25,
          questions: [],
          prompt:
            'Hand in a finished sheet of four to eight lines in italic, at least A4, with a photograph of your ' +
            'cut-and-paste layout. Name the source of the text and the nib sizes.',
        },
      ],
    },
  ],
};
