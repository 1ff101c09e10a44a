import type { DemoCourse } from './course';

/** Relief printing at the kitchen table, from one block to a reduction print. */
export const linocutPrintmaking: DemoCourse = {
  slug: 'linocut-printmaking',
  title: 'Linocut: From Block to Edition',
  description:
    'Carve, ink and print without a press. You will make a one-block print, a reduction print in three colors and a ' +
    'small numbered edition, and learn how to sign it properly.',
  category: 'printmaking',
  level: 'intermediate',
  teacher: 'yuki',
  teocoinReward: 55,
  durationHours: 13,
  maxEnrollments: null,
  prerequisites: [],
  lessons: [
    {
      title: 'Relief Printing and Its Relatives',
      lessonType: 'theory',
      durationMinutes: 40,
      isMandatory: true,
      teocoinReward: 10,
      content: `## What prints, what stays white

There are four classic families of printmaking.

- **Relief**: the raised surface carries the ink. Woodcut, wood engraving, linocut.
- **Intaglio**: ink is pushed into grooves and the surface wiped clean; strong pressure pulls it out onto damp paper.
  Engraving, drypoint, etching, aquatint.
- **Planographic**: the printing and non-printing parts lie on one level. Lithography, invented by Alois Senefelder
  around 1796, uses the fact that grease and water repel each other.
- **Stencil**: ink passes through openings. Screen printing.

**Linoleum** was patented by Frederick Walton in the 1860s as a floor covering, made of oxidized linseed oil with cork
dust and fillers on a woven backing. Artists of the group *Die Brücke* were using it for prints in the first years of
the twentieth century. It has no grain, so you can cut in every direction with the same ease.

In London, **Claude Flight** taught color linocut at the Grosvenor School of Modern Art from the 1920s; his students
Sybil Andrews and Cyril Power printed speed and machines. Picasso made the reduction method famous around 1960.`,
      materials: [
        { title: 'Linocut', url: 'https://en.wikipedia.org/wiki/Linocut' },
        {
          title: 'Grosvenor School of Modern Art',
          url: 'https://en.wikipedia.org/wiki/Grosvenor_School_of_Modern_Art',
        },
      ],
      exercises: [
        {
          title: 'Families of prints',
          description: 'Relief, intaglio, planographic, stencil.',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'multiple',
              text: 'Which of these are intaglio techniques?',
              points: 5,
              options: ['Woodcut', 'Drypoint', 'Lithography', 'Aquatint', 'Screen printing'],
              answer: [1, 3],
            },
            {
              kind: 'single',
              text: 'Who invented lithography?',
              points: 5,
              options: ['Frederick Walton', 'Claude Flight', 'Alois Senefelder', 'Pablo Picasso'],
              answer: 2,
            },
            {
              kind: 'short_answer',
              text: 'Which vegetable oil, oxidized, is the main ingredient of linoleum?',
              points: 5,
              accepted: ['linseed oil', 'linseed', 'flax oil', 'flaxseed oil'],
            },
            {
              kind: 'true_false',
              text: 'Linoleum has a grain that makes it harder to cut in one direction.',
              points: 5,
              answer: false,
            },
          ],
        },
      ],
    },
    {
      title: 'Designing and Transferring',
      lessonType: 'mixed',
      durationMinutes: 50,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Think in black and white, and in reverse

A relief print knows only ink and paper. Gray must be made from pattern: parallel lines, dots, crosshatching. Work out
the design with brush and ink rather than with a pencil, because a brush forces you to decide.

Ask of each shape: is it a **white line** in a black field, or a **black line** in a white one? White lines are a
single cut. For a black line you must clear both sides of it, so keep those few and not thinner than a millimeter at
first. Let shapes touch the border, so that the frame holds the picture together.

**The print is a mirror image** of the block. Everything with a direction, and especially lettering, must be reversed.

To transfer:

1. Draw the design at full size on tracing paper with a soft pencil (4B).
2. Lay it face *down* on the lino and rub the back with a spoon. The graphite comes off, already reversed.
3. Fix the lines with a permanent marker and fill in everything that will stay black.

Tint the block first with thin red ink or paint. The cuts then show up pale, and you see the image grow.`,
      materials: [],
      exercises: [],
    },
    {
      title: 'Carving Safely and Well',
      lessonType: 'video',
      durationMinutes: 55,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Both hands behind the blade

Almost every accident with lino happens when the tool slips into the hand that holds the block. So: **the free hand
stays behind the cutting edge, always.** Use a **bench hook**, a board with a strip on each end that catches the table
and stops the block. Turn the block, not your wrist.

You need three tools. A fine **V-tool** for lines and outlines, a small **U-gouge** for textures and a wide U-gouge
for clearing.

- Warm the lino on a radiator or under your arm; old, cold lino crumbles.
- Hold the tool low, at about 20 to 30 degrees, and push with the palm. Cut shallow. If the handle rises, you dig in
  and may reach the backing.
- Outline a shape with the V-tool before you clear it. The groove is a fence for the big gouge.
- Slope the sides outward, so that lines stand on a broad foot and do not break.
- Clear wide areas in one direction. Ridges that print by accident, the *chatter*, can be part of the charm.

Sharp tools are safer than blunt ones. Strop them on leather with polishing compound every half hour.`,
      materials: [],
      exercises: [
        {
          title: 'A sampler of marks',
          description: 'A test block with nine textures.',
          exerciseType: 'practice',
          maxScore: 20,
          attemptsAllowed: 2,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Divide a 12 x 12 cm block into nine squares and cut a different texture in each, using at least two ' +
            'tools. Hand in a print of it (a pencil rubbing is accepted) and name the tool used for every square.',
        },
      ],
    },
    {
      title: 'Inking and Printing by Hand',
      lessonType: 'practical',
      durationMinutes: 65,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Listen to the roller

Put a teaspoon of relief ink on a sheet of glass and roll it out in both directions to a thin, even film. The sound
tells you when it is right: a soft hiss, like frying. A wet, sticky crackle means too much.

Roll the block in **several thin layers**, changing direction each time, and recharge the roller in between. Too much
ink fills the fine lines; too little prints a speckle, called *salt*.

Use thin, strong, smooth paper. Japanese papers made from **kozo**, the paper mulberry, are ideal for printing by
hand.

**Register.** Tape a piece of card to the table, draw around the block and mark two edges for the paper. Lay the paper
down from one side and do not shift it.

**Burnish** with a baren or a wooden spoon in small circles, from the middle outward. Lay a sheet of baking paper
between so the print does not tear. Lift a corner, keep the rest in place, and check; you can still ink and rub again.

Hang the prints to dry. Oil-based ink needs several days; water-based dries in an hour but also on the glass.`,
      materials: [{ title: 'Baren', url: 'https://en.wikipedia.org/wiki/Baren_(printing_tool)' }],
      exercises: [
        {
          title: 'A one-block print',
          description: 'Your first complete linocut, in black.',
          exerciseType: 'assignment',
          maxScore: 50,
          attemptsAllowed: 2,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Cut and print a linocut of an animal or plant, at least 15 x 15 cm, in black. Hand in the ink design, ' +
            'your first proof and your best print, and explain what you changed on the block in between.',
        },
      ],
    },
    {
      title: 'The Reduction Print and the Edition',
      lessonType: 'critique',
      durationMinutes: 90,
      isMandatory: true,
      teocoinReward: 15,
      content: `## One block, three colors, no way back

In a **reduction** print every color comes from the same block. Each stage destroys the one before.

1. Cut away everything that stays **paper white**. Print the lightest color on *all* sheets.
2. Cut away what stays in that color. Print the middle tone over it.
3. Cut again and print the darkest color.

Print a third more sheets than you need; some will go wrong, and you can never reprint the first color. Keep the
registration exact with pins or a corner frame. Let each layer dry until it no longer feels tacky.

An **edition** is a set of equal impressions. In pencil under the image write the number on the left (3/12 means the
third of twelve), the title in the middle and your signature on the right. **A/P** marks artist's proofs, usually not
more than a tenth of the edition. Trial proofs are not numbered.

After printing an edition from a block, the block is traditionally **cancelled** with a cut across it. A reduction
block has cancelled itself.`,
      materials: [{ title: 'Edition (printmaking)', url: 'https://en.wikipedia.org/wiki/Edition_(printmaking)' }],
      exercises: [
        {
          title: 'Edition quiz',
          description: 'Numbers, proofs and layers.',
          exerciseType: 'quiz',
          maxScore: 15,
          attemptsAllowed: 3,
          teocoinReward: 10,
          prompt: '',
          questions: [
            {
              kind: 'numeric',
              text: 'A print is marked 4/15 in pencil. How many numbered prints does the edition have?',
              points: 5,
              answer: 15,
              tolerance: 0,
            },
            {
              kind: 'single',
              text: 'In which order does this lesson print the colors of a reduction linocut?',
              points: 5,
              options: ['Dark to light', 'Light to dark', 'The middle tone first'],
              answer: 1,
            },
            {
              kind: 'true_false',
              text: 'More prints of a reduction linocut can be made later from the same block.',
              points: 5,
              answer: false,
            },
          ],
        },
        {
          title: 'Edition of six',
          description: 'A three-color reduction print in a small edition.',
          exerciseType: 'portfolio_piece',
          maxScore: 100,
          attemptsAllowed: 1,
          teocoinReward: 30,
          questions: [],
          prompt:
            'Print an edition of at least six reduction prints in three colors. Hand in one numbered and signed ' +
            'print, a photograph of the whole edition side by side, and a proof after each color.',
        },
      ],
    },
  ],
};
