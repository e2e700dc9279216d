/** Colours that suit outlines and words; any other can be mixed. */
export const SWATCHES = [
  { name: 'white', color: '#ffffff' },
  { name: 'ink', color: '#202020' },
  { name: 'black', color: '#000000' },
  { name: 'coral', color: '#ff6b57' },
  { name: 'gold', color: '#ffd666' },
  { name: 'mint', color: '#4fc79a' },
  { name: 'sky', color: '#4f9dff' },
  { name: 'violet', color: '#8b6bff' },
] as const;
