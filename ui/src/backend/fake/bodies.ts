import type { Place } from './faces';
import type { Subject } from './words';

export type Paint = { light: string; dark: string };
/** Shapes make the outline, too; each is markup without its bracket, and `main`, a key of Paint or a colour. */
export type Body = {
  shapes: readonly (readonly [string, string])[];
  details: (paint: Paint) => string;
  face: Place;
  ink?: string;
};

const path = (d: string): string => `path d="${d}"`;
const circle = (x: number, y: number, r: number): string => `circle cx="${x}" cy="${y}" r="${r}"`;
const oval = (x: number, y: number, rx: number, ry: number): string => `ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}"`;
const fill = (markup: string, colour: string, opacity = 1): string => `<${markup} fill="${colour}"${opacity < 1 ? ` opacity="${opacity}"` : ''}/>`;
const stroke = (d: string, colour: string, width: number): string =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
const shine = (x: number, y: number): string => fill(`ellipse cx="${x}" cy="${y}" rx="18" ry="9" transform="rotate(-32 ${x} ${y})"`, '#fff', 0.45);

export const bodies: Record<Subject, Body> = {
  cat: {
    shapes: [
      [path('M196 206q36-8 30-52q-3-14-13-10q-8 4-4 14q4 26-24 26z'), 'dark'],
      [path('M72 92L62 34q0-10 9-4l45 38zM184 92l10-58q0-10-9-4l-45 38z'), 'main'],
      [oval(128, 182, 64, 48), 'main'],
      [oval(128, 118, 80, 66), 'main'],
    ],
    details: (p) => fill(path('M80 82l-7-34l28 24zM176 82l7-34l-28 24z'), '#ffb3b8') + fill(oval(128, 190, 34, 32), '#fff', 0.75) + stroke('M118 60v14M128 56v20M138 60v14', p.dark, 6) + stroke('M100 222v-14M156 222v-14', p.dark, 5),
    face: { x: 128, y: 118, size: 1 },
  },
  fox: {
    shapes: [
      [path('M186 214q60-6 48-66q-4-16-16-6q-20 18-42 30z'), 'main'],
      [path('M58 102L46 34q0-12 11-6l58 42zM198 102l12-68q0-12-11-6l-58 42z'), 'main'],
      [path('M84 190h88q10 44-44 44t-44-44z'), 'main'],
      [path('M128 204Q40 186 40 116q0-58 88-58t88 58q0 70-88 88z'), 'main'],
    ],
    details: () => fill(path('M66 86l-8-40l34 26zM190 86l8-40l-34 26z'), '#4a3340') + fill(path('M128 204Q56 190 44 136q34-8 56 16q14 14 28 14t28-14q22-24 56-16q-12 54-84 68z'), '#fff8ef') + fill(path('M234 148q-4-16-16-6q-8 8-16 13q8 12 20 14q12-4 12-21z'), '#fff8ef') + fill(oval(128, 160, 9, 7), '#3a2a35'),
    face: { x: 128, y: 128, size: 0.92 },
  },
  panda: {
    shapes: [
      [circle(70, 66, 27), '#3b3540'], [circle(186, 66, 27), '#3b3540'],
      [oval(128, 190, 62, 44), '#3b3540'],
      [oval(128, 122, 84, 70), 'main'],
    ],
    details: () => fill(oval(128, 198, 36, 32), '#fff') + fill('ellipse cx="98" cy="118" rx="22" ry="27" transform="rotate(24 98 118)"', '#3b3540', 0.22) + fill('ellipse cx="158" cy="118" rx="22" ry="27" transform="rotate(-24 158 118)"', '#3b3540', 0.22) + fill(oval(128, 140, 8, 6), '#3b3540'),
    face: { x: 128, y: 120, size: 1 },
  },
  frog: {
    shapes: [
      [circle(82, 78, 32), 'main'], [circle(174, 78, 32), 'main'],
      [oval(60, 206, 30, 18), 'dark'], [oval(196, 206, 30, 18), 'dark'],
      [path('M128 70q88 0 88 74t-88 74t-88-74t88-74z'), 'main'],
    ],
    details: () => fill(oval(128, 182, 52, 34), '#f7ffd9', 0.8) + fill(circle(82, 76, 20), '#fff') + fill(circle(174, 76, 20), '#fff') + fill(circle(85, 78, 10), '#2e3a2b') + fill(circle(171, 78, 10), '#2e3a2b'),
    face: { x: 128, y: 130, size: 0.9 },
    ink: '#2e3a2b',
  },
  ghost: {
    shapes: [[path('M128 32q76 0 76 86v92q0 16-14 8l-18-12q-8-6-16 0l-16 12q-12 8-24 0l-16-12q-8-6-16 0l-18 12q-14 8-14-8v-92q0-86 76-86z'), 'main'], [path('M56 150q-34-8-34-30q4-12 16-4q8 8 20 8zM200 150q34-8 34-30q-4-12-16-4q-8 8-20 8z'), 'main']],
    details: () => shine(88, 68),
    face: { x: 128, y: 112, size: 1 },
    ink: '#3d3a55',
  },
  avocado: {
    shapes: [[path('M128 22q34 0 48 56q8 28 26 54q16 26 16 42q0 60-90 60t-90-60q0-16 16-42q18-26 26-54q14-56 48-56z'), 'dark']],
    details: (p) => fill(path('M128 38q24 0 36 48q8 30 26 56q12 20 12 32q0 46-74 46t-74-46q0-12 12-32q18-26 26-56q12-48 36-48z'), '#eef3b0') + fill(path('M128 38q24 0 36 48q8 30 26 56q12 20 12 32q0 46-74 46t-74-46q0-12 12-32q18-26 26-56q12-48 36-48z'), p.light, 0.18) + fill(circle(128, 182, 32), '#a8683f') + shine(116, 168),
    face: { x: 128, y: 112, size: 0.78 },
  },
  penguin: {
    shapes: [
      [oval(96, 226, 24, 11), '#ffab3d'], [oval(160, 226, 24, 11), '#ffab3d'],
      [path('M54 128q-36 26-28 62q16 4 36-18zM202 128q36 26 28 62q-16 4-36-18z'), 'dark'],
      [path('M128 30q80 0 80 106q0 88-80 88t-80-88q0-106 80-106z'), 'main'],
    ],
    details: () => fill(path('M128 82q20-26 44-10q20 14 20 52q0 90-64 90t-64-90q0-38 20-52q24-16 44 10z'), '#fff') + fill(path('M112 126q16-10 32 0q-4 18-16 18t-16-18z'), '#ffab3d'),
    face: { x: 128, y: 108, size: 0.86 },
  },
  hamburger: {
    shapes: [
      [path('M34 116q0-72 94-72t94 72q0 10-10 10H44q-10 0-10-10z'), 'main'],
      [path('M32 128h192q12 10 0 22H32q-12-12 0-22z'), '#73c454'],
      [path('M36 148h184q14 14 0 30H36q-14-16 0-30z'), '#8a4a34'],
      [path('M38 180h180q8 0 6 10q-6 28-40 28H72q-34 0-40-28q-2-10 6-10z'), 'main'],
    ],
    details: () => fill(path('M52 148h70l-22 26z M150 148h56l-16 20z'), '#ffce45') + ['78 74', '112 60', '150 60', '182 78', '132 78'].map((at) => `<ellipse rx="6" ry="4" fill="#fff4d6" transform="translate(${at}) rotate(-20)"/>`).join(''),
    face: { x: 128, y: 98, size: 0.62 },
  },
  heart: {
    shapes: [[path('M128 220Q26 156 26 94q0-54 52-54q36 0 50 34q14-34 50-34q52 0 52 54q0 62-102 126z'), 'main']],
    details: () => shine(70, 72),
    face: { x: 128, y: 116, size: 1.05 },
  },
  cactus: {
    shapes: [
      [path('M54 96q16 0 16 16v24q0 10 10 10h16v30H72q-34 0-34-34v-30q0-16 16-16zM202 76q16 0 16 16v28q0 34-34 34h-24v-30h16q10 0 10-10V92q0-16 16-16z'), 'main'],
      [path('M128 26q44 0 44 46v120H84V72q0-46 44-46z'), 'main'],
      [path('M70 184h116q6 0 5 7l-8 40q-1 7-8 7H81q-7 0-8-7l-8-40q-1-7 5-7z'), '#d9744f'],
    ],
    details: () => fill(path('M64 182h128q6 0 6 8t-6 8H64q-6 0-6-8t6-8z'), '#e98a63') + stroke('M108 44v10M148 50v10M128 148v12M104 158v8M152 156v8', '#fff', 4) + `<g fill="#ff7fa8"><circle cx="118" cy="30" r="9"/><circle cx="138" cy="30" r="9"/><circle cx="128" cy="20" r="9"/></g><circle cx="128" cy="28" r="6" fill="#ffd54a"/>`,
    face: { x: 128, y: 104, size: 0.78 },
  },
  cloud: {
    shapes: [[path('M70 204q-48 0-48-46q0-40 42-44q4-58 64-58q56 0 62 50q46 2 46 48q0 50-50 50z'), 'main']],
    details: () => shine(92, 84),
    face: { x: 128, y: 150, size: 1 },
    ink: '#3c4660',
  },
  star: {
    shapes: [[path('M114 36q14-26 28 0l22 44q3 6 10 7l48 7q30 5 9 27l-35 35q-5 5-4 12l8 48q4 30-22 16l-43-22q-7-4-14 0l-43 22q-26 14-22-16l8-48q1-7-4-12L25 121q-21-22 9-27l48-7q7-1 10-7z'), 'main']],
    details: () => shine(96, 90),
    face: { x: 128, y: 136, size: 0.95 },
  },
  'coffee mug': {
    shapes: [
      [path('M182 98h18q34 0 34 36t-40 42l-14 2v-24l10-2q18-4 18-18q0-10-12-10h-14z'), 'dark'],
      [path('M44 78h148q6 0 6 7l-8 118q-2 27-28 27H74q-26 0-28-27L38 85q0-7 6-7z'), 'main'],
    ],
    details: () => fill(oval(118, 82, 74, 13), '#fff', 0.85) + fill(oval(118, 84, 64, 9), '#7a4a34') + stroke('M92 58q-10-12 0-24t0-22M128 58q-10-12 0-24t0-22', '#d8dbe6', 7),
    face: { x: 118, y: 146, size: 0.95 },
  },
  planet: {
    shapes: [[circle(128, 128, 78), 'main'], [path('M24 176q-18-20 40-56l6 14q-34 24-26 32q16 12 88-22t92-66q4-12-36-6l-8-14q66-14 66 10q2 24-82 78T24 176z'), '#ffd98a']],
    details: (p) => fill(path('M54 104q34-40 78-54q30 0 46 16q-60 8-126 58z'), '#fff', 0.22) + fill(circle(164, 180, 11), p.dark, 0.5) + fill(circle(106, 190, 7), p.dark, 0.5),
    face: { x: 128, y: 108, size: 0.85 },
  },
  mushroom: {
    shapes: [
      [path('M88 134h80q10 40 12 66q2 30-52 30t-52-30q2-26 12-66z'), '#fff3df'],
      [path('M22 138Q28 34 128 34t106 104q0 16-18 16H40q-18 0-18-16z'), 'main'],
    ],
    details: () => `<g fill="#fff" opacity=".92"><circle cx="84" cy="84" r="17"/><circle cx="150" cy="66" r="13"/><circle cx="192" cy="112" r="15"/><circle cx="132" cy="118" r="11"/><circle cx="52" cy="128" r="9"/></g>`,
    face: { x: 128, y: 184, size: 0.72 },
  },
  octopus: {
    shapes: [
      [path('M60 150q-40 10-38 46q4 16 18 8q4-22 30-22zM196 150q40 10 38 46q-4 16-18 8q-4-22-30-22z'), 'main'],
      [path('M76 170q-16 60-4 62q16 4 22-18h14q4 24 20 24t20-24h14q6 22 22 18q12-2-4-62z'), 'dark'],
      [path('M128 28q84 0 84 88q0 84-84 84t-84-84q0-88 84-88z'), 'main'],
    ],
    details: (p) => shine(84, 68) + fill(circle(170, 64, 9), p.light, 0.8) + fill(circle(152, 48, 6), p.light, 0.8),
    face: { x: 128, y: 124, size: 1.02 },
  },
};
