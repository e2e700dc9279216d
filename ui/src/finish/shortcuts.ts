import { defineShortcuts } from '../state/shortcuts.svelte';

export const shortcuts = defineShortcuts({
  erase: { keys: ['e'], label: 'finish.tool.erase' },
  restore: { keys: ['r'], label: 'finish.tool.restore' },
  wand: { keys: ['w'], label: 'finish.tool.wand' },
  crop: { keys: ['c'], label: 'finish.tool.crop' },
  none: { keys: ['v', 'escape'], label: 'finish.tool.none' },
  smaller: { keys: ['['], label: 'finish.key.smaller', repeats: true },
  larger: { keys: [']'], label: 'finish.key.larger', repeats: true },
  before: { keys: ['b'], label: 'finish.key.before' },
  compare: { keys: ['d'], label: 'finish.compare' },
  fit: { keys: ['0'], label: 'finish.zoom.fit' },
  actual: { keys: ['1'], label: 'finish.zoom.actual' },
  zoomIn: { keys: ['+', '='], label: 'finish.zoom.in', repeats: true },
  zoomOut: { keys: ['-'], label: 'finish.zoom.out', repeats: true },
  // The cards listen to these two themselves; here they are for the sheet.
  up: { keys: ['alt+arrowup'], label: 'finish.key.up' },
  down: { keys: ['alt+arrowdown'], label: 'finish.key.down' },
  undo: { keys: ['mod+z'], label: 'finish.key.undo', repeats: true },
  redo: { keys: ['mod+shift+z', 'mod+y'], label: 'finish.key.redo', repeats: true },
  save: { keys: ['mod+s'], label: 'finish.save', inFields: true },
});
