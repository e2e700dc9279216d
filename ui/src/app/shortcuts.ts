import { defineShortcuts } from '../state/shortcuts.svelte';

export const shortcuts = defineShortcuts({
  create: { keys: ['mod+1'], label: 'common.screen.create', inFields: true },
  review: { keys: ['mod+2'], label: 'common.screen.review', inFields: true },
  library: { keys: ['mod+3'], label: 'common.screen.library', inFields: true },
  finish: { keys: ['mod+4'], label: 'common.screen.finish', inFields: true },
  packs: { keys: ['mod+5'], label: 'common.screen.packs', inFields: true },
  models: { keys: ['mod+6'], label: 'common.screen.models', inFields: true },
  settings: { keys: ['mod+7'], label: 'common.screen.settings', inFields: true },
  undo: { keys: ['mod+z'], label: 'common.shortcuts.undo', repeats: true },
  sheet: { keys: ['?'], label: 'common.shortcuts.sheet' },
});
