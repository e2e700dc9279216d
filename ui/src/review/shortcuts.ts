import { defineShortcuts } from '../state/shortcuts.svelte';

/** For the sheet and the caps; keys.ts reads them, since it also knows other layouts and input methods. */
export const shortcuts = defineShortcuts({
  strong: { keys: ['q'], label: 'common.alignment.strong' },
  weak: { keys: ['w'], label: 'common.alignment.weak' },
  fail: { keys: ['e'], label: 'common.alignment.fail' },
  quality: { keys: ['1', '2', '3', '4', '5'], label: 'common.quality' },
  favourite: { keys: ['f'], label: 'common.favourite' },
  set: { keys: ['s'], label: 'review.set' },
  next: { keys: ['space', 'arrowright'], label: 'review.next' },
  previous: { keys: ['arrowleft'], label: 'review.previous' },
  undo: { keys: ['z', 'backspace'], label: 'common.undo' },
});
