import { defineShortcuts } from '../state/shortcuts.svelte';

export const shortcuts = defineShortcuts({
  search: { keys: ['/', 'mod+f'], label: 'library.key.search' },
  all: { keys: ['mod+a'], label: 'library.key.all' },
  // The grid listens to these two itself; here they are for the sheet.
  move: { keys: ['arrowleft', 'arrowright', 'arrowup', 'arrowdown'], label: 'library.key.arrows' },
  toggle: { keys: ['mod+space'], label: 'library.key.toggle' },
  favourite: { keys: ['f'], label: 'library.key.favourite' },
  quality: { keys: ['1', '2', '3', '4', '5', '0'], label: 'library.key.quality' },
  tag: { keys: ['t'], label: 'library.key.tag' },
  copy: { keys: ['mod+c'], label: 'library.key.copy' },
  edit: { keys: ['e'], label: 'library.key.edit' },
  compare: { keys: ['c'], label: 'library.key.compare' },
  details: { keys: ['i'], label: 'library.key.details' },
  trash: { keys: ['delete', 'backspace'], label: 'library.key.trash' },
  clear: { keys: ['escape'], label: 'library.key.clear' },
});
