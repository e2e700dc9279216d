import type { Mood } from './words';

export type Place = { x: number; y: number; size: number };

/** A face in a box of about 100 by 60 round 0,0. */
const FACES: Record<Mood, (ink: string) => string> = {
  happy: (ink) => eyes(ink) + `<path d="M-14 14q14 16 28 0q-4 20-14 20t-14-20z" fill="${ink}"/><path d="M-7 25q7-5 14 0q-3 8-7 8t-7-8z" fill="#ff7f8e"/>`,
  sleepy: (ink) => line(ink, 'M-38 0q9 9 18 0M20 0q9 9 18 0M-7 18q7 5 14 0') + `<text x="42" y="-22" font-family="sans-serif" font-weight="800" font-size="22" fill="#6f8fd8">z</text><text x="56" y="-38" font-family="sans-serif" font-weight="800" font-size="16" fill="#6f8fd8">z</text>`,
  'in love': (ink) => loveHeart(-28) + loveHeart(28) + line(ink, 'M-13 16q13 14 26 0'),
  angry: (ink) => eyes(ink) + line(ink, 'M-42-20l22 8M42-20l-22 8M-12 24q12-12 24 0'),
  surprised: (ink) => `<circle cx="-28" r="12" fill="#fff"/><circle cx="28" r="12" fill="#fff"/><circle cx="-28" r="7" fill="${ink}"/><circle cx="28" r="7" fill="${ink}"/><ellipse cy="22" rx="7" ry="9" fill="${ink}"/>`,
  sad: (ink) => eyes(ink) + line(ink, 'M-12 24q12-12 24 0') + '<path d="M36 12q9 14 0 19q-9-5 0-19z" fill="#6fc3ff"/>',
  cool: (ink) => `<path d="M-50-12h42q3 0 3 3q-2 22-21 22t-22-20q0-5-2-5zM50-12h-42q-3 0-3 3q2 22 21 22t22-20q0-5 2-5z" fill="#24222e"/><path d="M-10-8h20" stroke="#24222e" stroke-width="6"/><path d="M-38-6l10 12M18-6l10 12" stroke="#fff" stroke-opacity=".5" stroke-width="4" stroke-linecap="round"/>` + line(ink, 'M-8 24q10 7 18-3'),
  shy: (ink) => line(ink, 'M-36 3q9-10 18 0M18 3q9-10 18 0M-6 18q3 5 6 0q3 5 6 0') + '<path d="M-46 17l5-7M-38 17l5-7M34 17l5-7M42 17l5-7" stroke="#f2637e" stroke-width="3.5" stroke-linecap="round"/>',
};

function eyes(ink: string): string {
  return [-28, 28].map((x) => `<ellipse cx="${x}" rx="8" ry="10" fill="${ink}"/><circle cx="${x + 3}" cy="-4" r="3" fill="#fff"/>`).join('');
}

function line(ink: string, path: string): string {
  return `<path d="${path}" fill="none" stroke="${ink}" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/>`;
}

function loveHeart(x: number): string {
  return `<path d="M${x} 12q-16-10-16-19q0-8 8-8q6 0 8 6q2-6 8-6q8 0 8 8q0 9-16 19z" fill="#f0365c"/>`;
}

export function face(place: Place, mood: Mood, ink: string): string {
  const blush = '<ellipse cx="-44" cy="14" rx="9" ry="6" fill="#ff6f8a" opacity=".45"/><ellipse cx="44" cy="14" rx="9" ry="6" fill="#ff6f8a" opacity=".45"/>';
  return `<g transform="translate(${place.x} ${place.y}) scale(${place.size})">${mood === 'angry' ? '' : blush}${FACES[mood](ink)}</g>`;
}
