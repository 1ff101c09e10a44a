import type { DemoCourse } from './course';

/** Manual exposure and light, with any camera that can be set by hand. */
export const photographyLight: DemoCourse = {
  slug: 'photography-light',
  title: 'Photography: Working with Light',
  description:
    'Leave automatic mode behind. Understand aperture, shutter speed and ISO, learn to judge the direction and ' +
    'quality of light, and put together a small black-and-white series.',
  category: 'photography',
  level: 'beginner',
  teacher: 'yuki',
  teocoinReward: 50,
  durationHours: 11,
  maxEnrollments: null,
  prerequisites: [],
  lessons: [
    {
      title: 'The Exposure Triangle',
      lessonType: 'theory',
      durationMinutes: 55,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Three ways to change the brightness

We count light in **stops**. One stop more means twice as much light, one stop less means half.

**Aperture** is the size of the opening in the lens. The f-number is the focal length divided by the diameter of the
opening, so a *small* number is a *large* hole. Full stops run f/1.4, 2, 2.8, 4, 5.6, 8, 11, 16: each step divides the
area by two.

**Shutter speed** is how long the light comes in: 1/30, 1/60, 1/125, 1/250 of a second. Again, each step is one stop.

**ISO** sets how strongly the signal is amplified. ISO 200 to 400 is one stop brighter, at the price of more visible
noise.

Different combinations give the same brightness. If f/8 at 1/125 is correct, so is f/5.6 at 1/250. The picture is
*not* the same, though: aperture changes the depth of field, shutter speed changes how movement is drawn.

So decide first what matters, depth or motion, set that, and let the other two follow.`,
      materials: [
        { title: 'Exposure (photography)', url: 'https://en.wikipedia.org/wiki/Exposure_(photography)' },
        { title: 'F-number', url: 'https://en.wikipedia.org/wiki/F-number' },
      ],
      exercises: [
        {
          title: 'Counting stops',
          description: 'A quiz on equivalent exposures.',
          exerciseType: 'quiz',
          maxScore: 25,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'single',
              text: 'f/8 at 1/125 s is correct. Which setting gives the same brightness at the same ISO?',
              points: 5,
              options: ['f/4 at 1/250 s', 'f/5.6 at 1/250 s', 'f/11 at 1/250 s', 'f/5.6 at 1/60 s'],
              answer: 1,
            },
            {
              kind: 'numeric',
              text: 'What is the f-number of a 50 mm lens with an opening 25 mm wide?',
              points: 5,
              answer: 2,
              tolerance: 0.05,
            },
            {
              kind: 'true_false',
              text: 'A larger f-number means a larger opening.',
              points: 5,
              answer: false,
            },
            {
              kind: 'numeric',
              text: 'How many stops brighter is ISO 1600 than ISO 200?',
              points: 5,
              answer: 3,
              tolerance: 0,
            },
            {
              kind: 'multiple',
              text: 'Which changes make the picture brighter?',
              points: 5,
              options: ['From f/8 to f/4', 'From 1/60 s to 1/250 s', 'From ISO 100 to ISO 400', 'From f/4 to f/11'],
              answer: [0, 2],
            },
          ],
        },
      ],
    },
    {
      title: 'Depth of Field and Motion',
      lessonType: 'practical',
      durationMinutes: 60,
      isMandatory: true,
      teocoinReward: 10,
      content: `## What is sharp, and why

**Depth of field** is the zone in front of and behind the focus plane that looks sharp. It becomes *shallower* when
you

- open the aperture (a smaller f-number),
- move closer to the subject,
- use a longer focal length from the same place.

For a portrait, focus on the nearer eye and try f/2.8. For a landscape, f/8 or f/11 usually gives the best sharpness;
beyond about f/16 diffraction softens everything again.

**Motion** is the other half. To freeze a cyclist, start at 1/1000 s. To show movement, try 1/30 s and *pan*: follow
the rider with the camera, release while you turn, and keep turning. The background streaks, the rider stays readable.

Your own hands move too. An old rule says: not slower than one over the focal length, so 1/50 s for a 50 mm lens on a
full-frame camera. Image stabilization lets you go slower, but it does nothing for a subject that walks.

Bracing helps more than equipment: elbows in, lean on a wall, breathe out, press gently.`,
      materials: [{ title: 'Depth of field', url: 'https://en.wikipedia.org/wiki/Depth_of_field' }],
      exercises: [
        {
          title: 'Four of the same',
          description: 'Compare depth of field and movement.',
          exerciseType: 'assignment',
          maxScore: 40,
          attemptsAllowed: 3,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Hand in four photographs: the same still subject at your widest aperture and at f/11, and the same ' +
            'moving subject frozen and panned. Keep the brightness equal within each pair and list all settings.',
        },
      ],
    },
    {
      title: 'Reading the Light',
      lessonType: 'mixed',
      durationMinutes: 55,
      isMandatory: true,
      teocoinReward: 10,
      content: `## Direction, quality, color

Before you raise the camera, hold out your hand and turn it slowly. Watch the shadows.

**Direction.** Front light is flat and clear. Side light brings out texture and form. Back light draws a bright rim
and turns things into silhouettes.

**Quality.** Hard light has sharp-edged shadows, soft light has gradual ones. What counts is how *large the source
appears from the subject*. The sun is huge but far away, so it is hard; an overcast sky covers everything, so it is
soft. A window is soft close by and harder from the back of the room.

**Color.** Color temperature is measured in kelvin, and low values are warm. A household tungsten bulb is about 2700 K
to 2900 K, midday daylight about 5500 K, open shade 7000 K or more. White balance corrects for it; you may also choose
not to.

Light also **falls off** with the square of the distance from a small source. Twice as far from a bare lamp means a
quarter of the light, which is two stops. That is why a face near a lamp can stand in front of a wall that goes black.`,
      materials: [{ title: 'Color temperature', url: 'https://en.wikipedia.org/wiki/Color_temperature' }],
      exercises: [
        {
          title: 'Light quiz',
          description: 'Hard, soft, warm, cool.',
          exerciseType: 'quiz',
          maxScore: 20,
          attemptsAllowed: 3,
          teocoinReward: 15,
          prompt: '',
          questions: [
            {
              kind: 'numeric',
              text: 'You move a small bare lamp to twice the distance. What percentage of the light still arrives?',
              points: 5,
              answer: 25,
              tolerance: 1,
            },
            {
              kind: 'single',
              text: 'Which light source is the softest for a person standing outdoors?',
              points: 5,
              options: ['The sun at noon', 'An overcast sky', 'A bare street lamp', 'A car headlight'],
              answer: 1,
            },
            {
              kind: 'true_false',
              text: 'A light of 2700 K looks warmer (more orange) than a light of 5500 K.',
              points: 5,
              answer: true,
            },
            {
              kind: 'short_answer',
              text: 'In which unit is color temperature measured?',
              points: 5,
              accepted: ['kelvin', 'k', 'kelvins'],
            },
          ],
        },
        {
          title: 'One window, three portraits',
          description: 'Portraits lit by a single window.',
          exerciseType: 'practice',
          maxScore: 30,
          attemptsAllowed: 3,
          teocoinReward: 15,
          questions: [],
          prompt:
            'Photograph the same person, or a stuffed animal, with light from one window: front, side and back. ' +
            'Switch off all lamps. Hand in the three pictures with one sentence each on what the light does.',
        },
      ],
    },
    {
      title: 'Composing in the Frame',
      lessonType: 'video',
      durationMinutes: 45,
      isMandatory: true,
      teocoinReward: 10,
      content: `## The edges are part of the picture

A painter adds; a photographer takes away. Before pressing the button, run your eyes once around the four edges. What
is cut off, what pokes in, what touches the border without reason?

Some tools, none of them laws:

- **Rule of thirds.** Placing the subject off center leaves room for a direction. Place it dead center when symmetry
  is the point.
- **Figure and ground.** Move a step to the left so that the dark head stands against the bright wall. Lamp posts
  growing out of heads are a problem of *position*, not of luck.
- **Lines.** Roads, walls and shadows lead the eye. Check that they lead to something.
- **Layers.** Foreground, middle and background give a flat sheet depth.
- **The moment.** Find the stage first, then wait for the actor. Henri Cartier-Bresson's book of 1952 is known in
  English as *The Decisive Moment*.

Zooming only crops the view. To change the *perspective*, the relation of near and far, you have to walk.`,
      materials: [{ title: 'Rule of thirds', url: 'https://en.wikipedia.org/wiki/Rule_of_thirds' }],
      exercises: [],
    },
    {
      title: 'Editing a Black-and-White Series',
      lessonType: 'critique',
      durationMinutes: 90,
      isMandatory: true,
      teocoinReward: 15,
      content: `## From two hundred to six

A series says more than its single pictures. Choose a small subject near you, such as one street corner, a workshop or
your grandmother's kitchen, and photograph it on at least three days.

**Selecting.** Go through everything once and keep what makes you stop. A day later, print small copies and lay them
on the floor. If two pictures say the same thing, one must go. Look for a rhythm: far and near, quiet and busy, people
and objects. The first picture invites, the last one lets us leave.

**Converting.** Shoot in raw and convert later. Black and white is a mix of the color channels, so you may decide
whether a red jacket becomes light or dark. A strong red filter effect darkens a blue sky dramatically.

**Toning.** Set the black and the white point first, then adjust the middle. Watch the histogram: a wall of pixels at
the right edge is lost detail. Lighten and darken small areas gently (*dodge and burn*), as in the darkroom.

Keep one treatment for all six pictures.`,
      materials: [{ title: 'Dodging and burning', url: 'https://en.wikipedia.org/wiki/Dodging_and_burning' }],
      exercises: [
        {
          title: 'Six photographs',
          description: 'A black-and-white series on one subject.',
          exerciseType: 'portfolio_piece',
          maxScore: 100,
          attemptsAllowed: 2,
          teocoinReward: 25,
          questions: [],
          prompt:
            'Hand in six black-and-white photographs in their final order, a contact sheet of at least forty ' +
            'frames, and a title with a text of at most 80 words. People who can be recognized must have agreed.',
        },
      ],
    },
  ],
};
