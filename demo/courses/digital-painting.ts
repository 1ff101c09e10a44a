import type { DemoCourse } from './course';

/** Digital painting, independent of the program used. */
export const digitalPainting: DemoCourse = {
  slug: 'digital-painting',
  title: 'Digital Painting: From Sketch to Environment',
  description:
    'Resolution, layers, brushes and color on screen, explained for any painting program. You will paint two ' +
    'studies and one complete environment, and export it correctly for web and print.',
  category: 'digital_art',
  level: 'intermediate',
  teacher: 'elena',
  teocoinReward: 55,
  durationHours: 14,
  maxEnrollments: null,
  prerequisites: [],
  lessons: [
    {
      title: 'Pixels, Resolution and Files',
      lessonType: 'theory',
      durationMinutes: 45,
      isMandatory: true,
      teocoinReward: 10,
      content: `## How large is a digital canvas?

A digital painting is a grid of **pixels**. Only the number of pixels matters; the value in **ppi** (pixels per inch)
says how densely they will be printed. For a good print we count on 300 ppi. A4 measures 210 x 297 mm, so it needs
about 2480 x 3508 pixels. Enlarging later invents nothing; reducing is harmless.

Each channel of a normal image has **8 bits**, that is 256 steps. With **16 bits** smooth gradients such as skies do
not break into bands, but files double in size.

Screens mix light **additively** from red, green and blue. Printers use cyan, magenta, yellow and black, and some
bright screen colors cannot be printed. Work in RGB with the profile **sRGB** unless your printer asks for something
else.

Formats:

- the program's own format (PSD, KRA, ...): keeps the layers, your master file
- **PNG**: lossless, with transparency
- **JPEG**: small, lossy, without transparency; each new save loses a little more
- **TIFF**: lossless, for print

Save under a new number every half hour. Disks fail, and so do programs.`,
      materials: [
        { title: 'sRGB', url: 'https://en.wikipedia.org/wiki/SRGB' },
        { title: 'Krita', url: 'https://en.wikipedia.org/wiki/Krita' },
      ],
      exercises: [
        {
          title: 'Pixel quiz',
          description: 'Sizes, bits and file formats.',
          exerciseType: 'quiz',
          maxScore: 25,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'numeric',
              text: 'An image shall be printed 10 inches wide at 300 ppi. How many pixels wide must it be?',
              points: 5,
              answer: 3000,
              tolerance: 0,
            },
            {
              kind: 'numeric',
              text: 'How many brightness steps does a channel of 8 bits have?',
              points: 5,
              answer: 256,
              tolerance: 0,
            },
            {
              kind: 'multiple',
              text: 'Which formats store an image without loss?',
              points: 5,
              options: ['PNG', 'Ordinary JPEG', 'Uncompressed TIFF'],
              answer: [0, 2],
            },
            {
              kind: 'true_false',
              text: 'Every color of an RGB screen can be reproduced with four-color printing.',
              points: 5,
              answer: false,
            },
            {
              kind: 'short_answer',
              text: 'What do we call the mixing of light on a screen, as opposed to subtractive mixing?',
              points: 5,
              accepted: ['additive', 'additive mixing', 'additive color mixing', 'additive color', 'additively'],
            },
          ],
        },
      ],
    },
    {
      title: 'Layers, Masks and Blend Modes',
      lessonType: 'video',
      durationMinutes: 60,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Few layers, well named

Layers are sheets of glass. They make changes easy, and they tempt you to own ninety of them. Five are usually enough:
sketch, background, middle ground, figure, effects.

- **Lock transparency**: you paint only where paint already is.
- **Clipping layer**: is visible only where the layer below has pixels. Good for light and pattern inside a flat
  shape.
- **Layer mask**: a grayscale picture that hides (black) and shows (white). Unlike erasing, it can be undone next
  week.

**Blend modes** calculate with the layer below, where 0 is black and 1 is white.

- **Multiply** multiplies the two values. It can only darken; white changes nothing. For shadows and scanned line art.
- **Screen** does the same to the inverted values. It can only lighten; black changes nothing. For fog and glow.
- **Overlay** combines both: it darkens the darks below and lightens the lights, so contrast increases.
- **Color** takes hue and saturation from above and brightness from below: a quick way to glaze a gray study.

Use blend modes to find a color, then merge and paint over with normal opaque strokes. Otherwise every picture gets
the same plastic sheen.`,
      materials: [{ title: 'Blend modes', url: 'https://en.wikipedia.org/wiki/Blend_modes' }],
      exercises: [
        {
          title: 'Blend mode quiz',
          description: 'Predict the result.',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'numeric',
              text: 'Multiply: the upper layer has the value 0.5, the lower one 0.4. What is the result?',
              points: 5,
              answer: 0.2,
              tolerance: 0.001,
            },
            {
              kind: 'single',
              text: 'Which color on a layer in the mode Screen leaves the picture unchanged?',
              points: 5,
              options: ['White', 'Black', 'Middle gray', 'Red'],
              answer: 1,
            },
            {
              kind: 'single',
              text: 'What does black paint on a layer mask do?',
              points: 5,
              options: ['It deletes the pixels', 'It darkens the layer', 'It hides the layer there', 'Nothing'],
              answer: 2,
            },
            {
              kind: 'true_false',
              text: 'A clipping layer is visible only where the layer below it has pixels.',
              points: 5,
              answer: true,
            },
          ],
        },
      ],
    },
    {
      title: 'Brushes, Edges and Values',
      lessonType: 'practical',
      durationMinutes: 65,
      isMandatory: true,
      teocoinReward: 10,
      content: `## One hard brush

Thousands of brushes will not paint your picture. For this lesson use a single **hard round** brush with pressure on
opacity, and the color picker.

The method is simple: lay two flat tones side by side, pick the color where they overlap, and paint the transition
with it. Repeat, and you have a soft edge with a visible hand. The airbrush makes everything equally soft; reserve it
for mist and glow.

There are four kinds of **edges**: hard, firm, soft and lost. Bony forms and cast shadows close to the object are
hard; turning forms are soft; two equal values beside each other are lost. Decide which edge is the hardest and put it
at the focal point.

**Check values, always.** Put a layer filled with gray on top, in the mode *Color*, and switch it on and off. If the
picture falls apart in gray, no color will save it.

**Flip the canvas** every ten minutes. Your eye gets used to mistakes, and the mirror shows them fresh.

Zoom out: stay at a view where the whole picture fits the screen for the first hour.`,
      materials: [],
      exercises: [
        {
          title: 'Master study in gray',
          description: 'Copy the values of a painting you admire.',
          exerciseType: 'practice',
          maxScore: 30,
          attemptsAllowed: 2,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Choose a painting by an artist who died more than a hundred years ago and paint a study of its values ' +
            'in gray with one hard brush in 90 minutes. Hand in the study beside a grayscale version of the ' +
            'original.',
        },
      ],
    },
    {
      title: 'Color and Atmosphere',
      lessonType: 'mixed',
      durationMinutes: 60,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Color is light times surface

The sliders of the HSB picker (hue, saturation, brightness) tempt you to shade by moving only brightness. Nature does
more than that.

A surface shows the product of its own color and the color of the light. On a sunny day there are two lights: the
**warm, strong sun** and the **cool, weak sky**. Sunlit planes lean toward yellow, planes in shadow that face up
toward blue. Indoors by lamplight it is often the other way round. The rule of thumb: *warm light, cool shadows; cool
light, warm shadows.*

Keep the saturation highest near the border of light and shadow, not in the highlight.

**Relative color.** A neutral gray looks blue next to orange. Pick it, and you will be surprised. So judge each color
in its place and never by the slider alone.

**Atmosphere.** With distance the darks become lighter first, contrast falls, and the color moves toward that of the
air. Separate the picture into foreground, middle ground and background, and give each of them its own range of
values.

Limit yourself: one dominant hue, a second in support, a small accent.`,
      materials: [{ title: 'Aerial perspective', url: 'https://en.wikipedia.org/wiki/Aerial_perspective' }],
      exercises: [
        {
          title: 'One place, three times of day',
          description: 'Small color studies of the same view.',
          exerciseType: 'assignment',
          maxScore: 40,
          attemptsAllowed: 2,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Paint the same simple view in the morning, at noon and at night, each 800 pixels wide and in no more ' +
            'than 40 minutes. Hand in the three studies side by side with the five main colors of each as swatches.',
        },
      ],
    },
    {
      title: 'Texture from Your Own Photographs',
      lessonType: 'video',
      durationMinutes: 40,
      isMandatory: false,
      teocoinReward: 10,
      content: `## Optional: photobashing with a good conscience

This lesson is optional. Concept artists often paste parts of photographs into a painting and paint over them. It
saves hours, and it can ruin a picture in seconds.

**Rights first.** Use photographs that you took yourself, that are in the public domain, or whose license allows it.
Keep a list. "Found on the internet" is not a license.

**Match four things**, in this order:

1. **Perspective.** Distort the photo until its vanishing points agree with your horizon.
2. **Light.** If the sun comes from the wrong side, mirror the photo or choose another.
3. **Values.** Use levels or curves so that its black and white are no stronger than those around it.
4. **Color.** Shift it toward the air of that distance.

Then break the evenness. Photographs are equally detailed everywhere; paintings are not. Simplify two thirds of the
texture with opaque strokes and leave it only where the eye should rest.

A photo of rusty metal makes a fine rock face, and tree bark a canyon. Try unlikely sources.`,
      materials: [{ title: 'Public domain', url: 'https://en.wikipedia.org/wiki/Public_domain' }],
      exercises: [],
    },
    {
      title: 'Painting an Environment',
      lessonType: 'live',
      durationMinutes: 110,
      isMandatory: true,
      teocoinReward: 15,
      content: `## A place where something could happen

In this session we paint from nothing to a finished environment. Bring a sentence such as *a lighthouse that has
become a library*.

1. **References** (10 minutes). Collect six pictures: architecture, weather, material, light. Study them, do not copy
   them.
2. **Thumbnails** (20). Six compositions in three values, 300 pixels wide. Change the eye level every time.
3. **Perspective** (10). Set the horizon and put a figure on it for scale. On level ground, every standing person of
   your height has the eyes on the horizon, near or far.
4. **Color sketch** (15). Three versions of the light on the chosen thumbnail.
5. **Block-in** (25). Large flat shapes from back to front, on three layers.
6. **Finish** (30). Edges, accents, a few sharp details at the focal point, then texture where it helps.

**Export.** Flatten a *copy*. For the web, reduce it to 1920 pixels on the long side, sharpen slightly and save as
JPEG at about 85 percent in sRGB. For print, keep the full size as TIFF or PNG and ask the printer for the profile.`,
      materials: [],
      exercises: [
        {
          title: 'Environment painting',
          description: 'The final project of the course.',
          exerciseType: 'project',
          maxScore: 100,
          attemptsAllowed: 2,
          teocoinReward: 30,
          questions: [],
          prompt:
            'Hand in a finished environment with at least one figure for scale (3000 pixels on the long side or ' +
            'more), your thumbnails, the color sketches, a grayscale version and the list of references with their ' +
            'licenses.',
        },
      ],
    },
  ],
};
