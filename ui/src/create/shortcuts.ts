import { defineShortcuts } from '../state/shortcuts.svelte';

/** From make to prompt: always. The others act on the sticker that has the focus. */
export const shortcuts = defineShortcuts({
  make: { keys: ['mod+enter'], label: 'create.key.make', inFields: true },
  prompt: { keys: ['/'], label: 'create.key.prompt' },
  history: { keys: ['arrowup'], label: 'create.key.history' },
  view: { keys: ['enter'], label: 'create.tile.view' },
  favourite: { keys: ['f'], label: 'create.tile.favourite' },
  quality: { keys: ['1', '2', '3', '4', '5'], label: 'create.key.quality' },
  variations: { keys: ['v'], label: 'create.tile.variations' },
  start: { keys: ['u'], label: 'create.tile.start' },
  redo: { keys: ['e'], label: 'create.tile.redo' },
  recreate: { keys: ['r'], label: 'create.tile.recreate' },
  copy: { keys: ['mod+c'], label: 'create.tile.copy' },
  save: { keys: ['mod+s'], label: 'create.tile.save' },
  trash: { keys: ['delete', 'backspace'], label: 'create.tile.trash' },
});
