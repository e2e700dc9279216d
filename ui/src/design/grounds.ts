import type { Ground } from '../bindings';

/** In the order they are offered. */
export const GROUNDS: readonly Ground[] = ['checker', 'light', 'dark', 'wallpaper'];
