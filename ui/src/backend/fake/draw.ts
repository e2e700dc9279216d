import { hash, Random } from './random';
import { MOODS, SUBJECTS, type Mood, type Subject } from './words';
import { bodies, type Body, type Paint } from './bodies';
import { face } from './faces';

const PALETTES: Record<Subject, readonly (readonly [string, string])[]> = {
  cat: [['#ffb65c', '#f08a3c'], ['#9aa5b8', '#75809a'], ['#f6d9b8', '#d9a878'], ['#6b6f80', '#4b4e5e']],
  fox: [['#ff8a4c', '#e5632a'], ['#ffa25f', '#e8743f'], ['#e7eef5', '#b7c7d8']],
  panda: [['#fbfaf7', '#dcd9d2'], ['#fdf3ea', '#e3cdb9']],
  frog: [['#7fd069', '#4dab4b'], ['#5cc7a7', '#2f9c83'], ['#b6d84c', '#86b02f']],
  ghost: [['#ffffff', '#d5dcf2'], ['#e9dcff', '#c3aef0'], ['#d9f6ff', '#a8dcee']],
  avocado: [['#7fb24a', '#4f8a35'], ['#94bd5b', '#5e8f3a']],
  penguin: [['#46516e', '#2d3650'], ['#3f6e9c', '#28507a'], ['#7d5fa6', '#573f7e']],
  hamburger: [['#f0b058', '#d28a37'], ['#e9a86a', '#c27a40']],
  heart: [['#ff6b7d', '#e0405f'], ['#ff8fb1', '#ee5d8c'], ['#b57bff', '#8a4fe0']],
  cactus: [['#5fc08a', '#34986a'], ['#86c06a', '#559a45']],
  cloud: [['#ffffff', '#cfe0f5'], ['#dfe4f2', '#a9b4d0'], ['#ffe3ee', '#f6b4cf']],
  star: [['#ffd54a', '#f5ab1f'], ['#ffe27a', '#f2b93d'], ['#9fd8ff', '#5fa9ee']],
  'coffee mug': [['#ff7f6b', '#dd5546'], ['#6bb7ff', '#3f8be0'], ['#f4eee3', '#d3c6b0']],
  planet: [['#8f8bff', '#5d57dd'], ['#ff9f7a', '#e06a4c'], ['#6fd3c7', '#36a598']],
  mushroom: [['#f25c54', '#c93a3c'], ['#c48ae8', '#9559c4'], ['#f2a154', '#cf7628']],
  octopus: [['#ff8fa3', '#e65f80'], ['#a58bff', '#7457e0'], ['#5fc9e8', '#2f9cc4']],
};

function subjectOf(prompt: string, random: Random): Subject {
  return SUBJECTS.find((subject) => prompt.includes(subject.split(' ').at(-1) ?? subject)) ?? random.pick(SUBJECTS);
}

function moodOf(prompt: string, random: Random): Mood {
  return MOODS.find((mood) => prompt.includes(mood)) ?? random.pick(MOODS);
}

const shape = (body: Body, paint: Paint): string =>
  body.shapes.map(([markup, fill]) => `<${markup} fill="${fill === 'main' ? 'url(#m)' : (paint[fill as keyof Paint] ?? fill)}"/>`).join('');

/** One die-cut sticker, 256 by 256, the same for the same seed and prompt. */
export function draw(seed: string, prompt: string): string {
  const random = new Random(hash(seed));
  const words = prompt.toLowerCase();
  const subject = subjectOf(words, random);
  const [light, dark] = random.pick(PALETTES[subject]);
  const paint: Paint = { light, dark };
  const body = bodies[subject];
  const tilt = (random.next() - 0.5) * 14;
  const scale = 0.9 + random.next() * 0.1;
  const outline = body.shapes.map(([markup]) => `<${markup}/>`).join('');
  const extra = random.chance(0.3) ? sparkles(random) : '';
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256" viewBox="0 0 256 256">` +
    `<defs><linearGradient id="m" x1="0" y1="0" x2=".3" y2="1"><stop offset="0" stop-color="${light}"/><stop offset="1" stop-color="${dark}"/></linearGradient></defs>` +
    `<g transform="rotate(${tilt.toFixed(1)} 128 128) translate(128 128) scale(${scale.toFixed(3)}) translate(-128 -128)">` +
    `<g fill="#fff" stroke="#fff" stroke-width="20" stroke-linejoin="round" stroke-linecap="round">${outline}</g>` +
    `${shape(body, paint)}${body.details(paint)}` +
    `${face(body.face, moodOf(words, random), body.ink ?? '#3a2a35')}</g>${extra}</svg>`
  );
}

function sparkles(random: Random): string {
  const colour = random.pick(['#ffd54a', '#ff8fb1', '#8fd3ff']);
  return [[34, 52], [222, 44], [228, 196]]
    .slice(0, 1 + random.below(3))
    .map(([x = 0, y = 0]) => {
      const r = 9 + random.below(7);
      return `<path d="M${x} ${y - r}q2 ${r - 2} ${r} ${r}q-${r - 2} 2-${r} ${r}q-2-${r - 2}-${r}-${r}q${r - 2}-2 ${r}-${r}z" fill="${colour}" stroke="#fff" stroke-width="7" paint-order="stroke" stroke-linejoin="round"/>`;
    })
    .join('');
}
