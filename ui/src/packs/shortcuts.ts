import { defineShortcuts } from '../state/shortcuts.svelte';

export const shortcuts = defineShortcuts({
  add: { keys: ['a'], label: 'packs.key.add' },
  all: { keys: ['mod+a'], label: 'packs.key.all' },
  // The grid listens to these two itself; here they are for the sheet.
  walk: { keys: ['arrowleft', 'arrowright', 'arrowup', 'arrowdown'], label: 'packs.key.walk' },
  order: { keys: ['alt+arrowleft', 'alt+arrowright', 'alt+arrowup', 'alt+arrowdown'], label: 'packs.key.order' },
  emoji: { keys: ['e'], label: 'packs.key.emoji' },
  cover: { keys: ['c'], label: 'packs.key.cover' },
  remove: { keys: ['delete', 'backspace'], label: 'packs.key.remove' },
  export: { keys: ['mod+enter'], label: 'packs.key.export', inFields: true },
  clear: { keys: ['escape'], label: 'packs.key.clear' },
});
