import type { Bucket } from '../../bindings';

export const SUBJECTS = [
  'cat', 'fox', 'panda', 'frog', 'ghost', 'avocado', 'penguin', 'hamburger',
  'heart', 'cactus', 'cloud', 'star', 'coffee mug', 'planet', 'mushroom', 'octopus',
] as const;
export type Subject = (typeof SUBJECTS)[number];

export const MOODS = ['happy', 'sleepy', 'in love', 'angry', 'surprised', 'sad', 'cool', 'shy'] as const;
export type Mood = (typeof MOODS)[number];

export const ACTIONS = ['waving', 'dancing', 'reading a book', 'eating noodles', 'saying thank you', 'on a skateboard', 'giving a thumbs up', 'writing code'];
export const SCENES = ['under a cherry tree', 'in the rain', 'at the beach', 'on the moon', 'in a teacup', 'by a camp fire', 'in the snow', 'on a Monday morning'];
export const TAGS = ['chat', 'work', 'birthday', 'keeper', 'food', 'animals', 'team', 'draft', 'thanks', '可爱'];
export const SETS = ['Soft pastels', 'Thick outline', 'Office life', 'For Mei'];
export const STYLES = ['3d', 'flat', 'noto'];
export const SAMPLERS = ['dpmpp_2m_karras', 'dpmpp_2m', 'ddim', 'euler', 'euler_a'];

export function phrase(bucket: Bucket, subject: string, pick: <T>(from: readonly T[]) => T): string {
  const a = (word: string) => (/^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`);
  if (bucket === 'emotion') {
    const mood = pick(MOODS);
    return mood === 'in love' ? `${a(subject)} in love` : `${a(mood)} ${subject}`;
  }
  return `${a(subject)} ${pick(bucket === 'action' ? ACTIONS : SCENES)}`;
}
