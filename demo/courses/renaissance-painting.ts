import type { DemoCourse } from './course';

/** An art history course on Italian painting from Giotto to Titian. */
export const renaissancePainting: DemoCourse = {
  slug: 'renaissance-painting',
  title: 'Italian Renaissance Painting: Giotto to Titian',
  description:
    'Two and a half centuries of Italian painting in five lessons: how pictures gained space, weight and light, who ' +
    'paid for them, and how to describe a painting in your own words.',
  category: 'art_history',
  level: 'beginner',
  teacher: 'marco',
  teocoinReward: 50,
  durationHours: 10,
  maxEnrollments: null,
  prerequisites: [],
  lessons: [
    {
      title: 'Giotto and the Weight of Figures',
      lessonType: 'theory',
      durationMinutes: 50,
      isMandatory: true,
      teocoinReward: 10,
      content: `## A chapel in Padua

Around 1305 Giotto di Bondone finished the frescoes of the **Scrovegni Chapel** in Padua, built for the banker Enrico
Scrovegni. Three bands of scenes tell the lives of Mary's parents, of Mary and of Christ, and the Last Judgment fills
the entrance wall.

Compare a figure by Giotto with one in the Italo-Byzantine manner of the time. The gold background is replaced by a
deep blue sky. Cloaks hang in heavy folds from a body you believe in. In the *Lamentation* some figures turn their
backs to us, so that we seem to stand behind them; a diagonal ridge of rock leads the eye down to the faces of Mary
and Christ.

**Buon fresco** explains part of the style. The painter works with pigment in water on fresh lime plaster, and the
plaster binds the color as it hardens. Only as much wall is plastered as can be painted in a day, the *giornata*. Blue
azurite does not suit wet lime, so the skies were painted *a secco*, on dry plaster, and have suffered more.`,
      materials: [
        { title: 'Scrovegni Chapel', url: 'https://en.wikipedia.org/wiki/Scrovegni_Chapel' },
        { title: 'Giotto', url: 'https://en.wikipedia.org/wiki/Giotto' },
      ],
      exercises: [
        {
          title: 'Giotto and fresco',
          description: 'A quiz on the Scrovegni Chapel and its technique.',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'single',
              text: 'In which city is the Scrovegni Chapel?',
              points: 5,
              options: ['Florence', 'Assisi', 'Padua', 'Siena'],
              answer: 2,
            },
            {
              kind: 'short_answer',
              text: 'What is the Italian word for the patch of plaster painted in one day?',
              points: 5,
              accepted: ['giornata', 'la giornata', 'giornate'],
            },
            {
              kind: 'true_false',
              text: 'In buon fresco the pigment is bound by the lime plaster as it hardens.',
              points: 5,
              answer: true,
            },
            {
              kind: 'numeric',
              text: 'In about which year were the frescoes of the chapel finished?',
              points: 5,
              answer: 1305,
              tolerance: 5,
            },
          ],
        },
      ],
    },
    {
      title: 'Florence: Space by Numbers',
      lessonType: 'video',
      durationMinutes: 55,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Brunelleschi, Masaccio, Alberti

In the first decades of the fifteenth century the architect **Filippo Brunelleschi** showed Florence, with two painted
panels, that a picture can be constructed so that it agrees with what the eye sees from one point.

**Masaccio** used the discovery in his *Trinity* in Santa Maria Novella (about 1427). The painted barrel vault seems
to open the wall of the church; its vanishing point lies near the eye level of a standing visitor. In the Brancacci
Chapel he lit his figures from the direction of the real window. He died in his twenties.

In 1435 **Leon Battista Alberti** wrote *De pictura*, the first treatise to describe the method. He compares the
picture to an *open window* and asks painters to think in a "visual pyramid" whose tip is in the eye.

Not everybody used perspective soberly. **Paolo Uccello** filled *The Battle of San Romano* with broken lances that
all point, suspiciously neatly, into the distance. **Piero della Francesca** wrote a treatise of his own, *De
prospectiva pingendi*, and turned geometry into stillness and pale light.`,
      materials: [
        { title: 'Holy Trinity (Masaccio)', url: 'https://en.wikipedia.org/wiki/Holy_Trinity_(Masaccio)' },
        { title: 'De pictura', url: 'https://en.wikipedia.org/wiki/De_pictura' },
      ],
      exercises: [
        {
          title: 'Find the vanishing point',
          description: 'Analyze the construction of a fifteenth-century painting.',
          exerciseType: 'assignment',
          maxScore: 40,
          attemptsAllowed: 2,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Choose an Italian painting made between 1425 and 1500 that shows architecture. Print it, draw the ' +
            'receding lines to their vanishing point, and hand in the sheet with 150 words on what the painter ' +
            'placed there and why.',
        },
      ],
    },
    {
      title: 'Leonardo, Michelangelo, Raphael',
      lessonType: 'theory',
      durationMinutes: 60,
      isMandatory: true,
      teocoinReward: 10,
      content: `## The High Renaissance

For about thirty years around 1500 three very different artists set the standard for centuries.

**Leonardo da Vinci** (1452–1519) softened the border between light and shadow into *sfumato*, a smoky transition made
of very thin layers. In the *Mona Lisa* the corners of the mouth and eyes dissolve, which is why her expression never
stands still. His *Last Supper* in Milan was painted on a dry wall so that he could work slowly; it began to flake
within his lifetime.

**Michelangelo** (1475–1564), who called himself a sculptor, painted the ceiling of the **Sistine Chapel** in
fresco between 1508 and 1512 for Pope Julius II. He returned to paint the *Last Judgment* on the altar wall,
unveiled in 1541. His bright colors surprised everyone when the dirt was removed in the 1980s and 1990s.

**Raphael** (1483–1520) learned from both. His *School of Athens* (1509–1511) gathers the philosophers of antiquity in
one clear space, with Plato pointing upward and Aristotle stretching his hand over the earth.`,
      materials: [
        { title: 'Sistine Chapel ceiling', url: 'https://en.wikipedia.org/wiki/Sistine_Chapel_ceiling' },
        { title: 'The School of Athens', url: 'https://en.wikipedia.org/wiki/The_School_of_Athens' },
      ],
      exercises: [
        {
          title: 'High Renaissance quiz',
          description: 'Three artists, their works and dates.',
          exerciseType: 'quiz',
          maxScore: 25,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'short_answer',
              text: "What is the Italian term for Leonardo's smoky transitions from light to shadow?",
              points: 5,
              accepted: ['sfumato', 'lo sfumato'],
            },
            {
              kind: 'numeric',
              text: 'In which year did Michelangelo complete the ceiling of the Sistine Chapel?',
              points: 5,
              answer: 1512,
              tolerance: 0,
            },
            {
              kind: 'single',
              text: 'Who painted The School of Athens?',
              points: 5,
              options: ['Leonardo', 'Michelangelo', 'Raphael', 'Botticelli'],
              answer: 2,
            },
            {
              kind: 'true_false',
              text: "Leonardo's Last Supper is a true fresco on wet plaster.",
              points: 5,
              answer: false,
            },
            {
              kind: 'multiple',
              text: 'Which works are by Michelangelo?',
              points: 5,
              options: ['The Last Judgment', 'Mona Lisa', 'The Sistine Chapel ceiling', 'The School of Athens'],
              answer: [0, 2],
            },
          ],
        },
      ],
    },
    {
      title: 'Venice: Color before Line',
      lessonType: 'theory',
      durationMinutes: 50,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Oil on canvas, in a damp city

Florence praised *disegno*, drawing and design. Venice answered with *colorito*, building the picture from color
itself.

Geography helped. Venice traded with the East and had a special profession, the *vendecolori*, who sold pigments such
as ultramarine made from Afghan lapis lazuli. The damp, salty air ruined frescoes, so painters turned to **canvas**,
which the city produced for sails, and to **oil**, which had been brought to perfection in the Netherlands.

**Giovanni Bellini** bathed his late altarpieces in warm light. **Giorgione**, who died in 1510, left us *The
Tempest*, a picture whose subject nobody has explained to everyone's satisfaction. **Titian** outlived them all. His
*Assumption of the Virgin* in the Frari (1516–1518) is almost seven meters high; in old age he painted with broad,
broken strokes and, according to Palma il Giovane, more with his fingers than with the brush.

X-rays of Venetian paintings often show *pentimenti*: figures moved or painted out. The composition was found while
painting.`,
      materials: [{ title: 'Titian', url: 'https://en.wikipedia.org/wiki/Titian' }],
      exercises: [],
    },
    {
      title: 'How to Describe a Painting',
      lessonType: 'critique',
      durationMinutes: 70,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Look first, read later

Give yourself ten minutes in front of one painting before you read the label. Then write in four steps, and keep them
apart.

1. **Description.** What can anyone see? Size, material, figures, place, gestures, light. No guesses yet.
2. **Form.** How is it organized? Where is the eye level? Which lines lead where? Warm or cool, bright or muted? Where
   is the strongest contrast, and what stands there?
3. **Iconography.** What does it show? A wheel identifies Saint Catherine, keys Saint Peter, a lion Saint Jerome or,
   with wings, Saint Mark. Sources include the Bible, Ovid and the *Golden Legend*.
4. **Context.** Who ordered it, for which place, and what did it have to do there? Contracts often specified the
   pigments and the number of figures.

Only now comes your interpretation, and every claim should point back to something visible. "The painting is sad" is
not an argument; "nobody's eyes meet" is.`,
      materials: [{ title: 'Iconography', url: 'https://en.wikipedia.org/wiki/Iconography' }],
      exercises: [
        {
          title: 'A written description',
          description: 'Describe one painting in four steps.',
          exerciseType: 'project',
          maxScore: 100,
          attemptsAllowed: 2,
          teocoinReward: 20,
          questions: [],
          prompt:
            'Choose one Italian painting from 1300 to 1576, preferably one you can visit. Write 500 to 700 words in ' +
            'the four steps of the lesson plus your interpretation. Name the title, artist, date, material, size ' +
            'and location, and list your sources.',
        },
      ],
    },
  ],
};
