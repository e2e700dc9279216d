const REMEMBERED = 'studio.library';

type Kept = { tile: number; details: boolean };
const first: Kept = { tile: 152, details: true };

function remembered(): Kept {
  try {
    return { ...first, ...(JSON.parse(localStorage.getItem(REMEMBERED) ?? '{}') as Partial<Kept>) };
  } catch {
    return first;
  }
}

const kept = $state(remembered());
const now = $state<{ text: number; narrow: boolean; drawer: boolean; filters: boolean; compared: [string, string] | null; tagging: string[] | null }>({
  text: 1,
  narrow: false,
  drawer: false,
  filters: false,
  compared: null,
  tagging: null,
});

export const SMALLEST = 96;
export const LARGEST = 288;

/** How the screen is laid out: kept while the program runs, the lasting part for good. */
export const view = {
  /** The wished side of a tile in px, with text of 16 px. */
  get tile() {
    return kept.tile;
  },
  set tile(tile: number) {
    kept.tile = tile;
    keep();
  },

  /** How large the person's text is, against 16 px. */
  get text() {
    return now.text;
  },
  measure() {
    now.text = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
  },

  /** Room for neither side column nor details beside the grid: the details become a drawer. */
  get narrow() {
    return now.narrow;
  },
  set narrow(narrow: boolean) {
    now.narrow = narrow;
  },

  get details() {
    return now.narrow ? now.drawer : kept.details;
  },
  set details(open: boolean) {
    if (now.narrow) now.drawer = open;
    else {
      kept.details = open;
      keep();
    }
  },

  get filters() {
    return now.filters;
  },
  set filters(open: boolean) {
    now.filters = open;
  },

  get compared() {
    return now.compared;
  },
  set compared(pair: [string, string] | null) {
    now.compared = pair;
  },

  /** What the dialog for tags is about. */
  get tagging() {
    return now.tagging;
  },
  set tagging(ids: string[] | null) {
    now.tagging = ids;
  },

  /** Where the grid was scrolled to when the screen was left. */
  scrollTop: 0,
};

function keep() {
  localStorage.setItem(REMEMBERED, JSON.stringify(kept));
}

export const GRID = 'sticker-grid';

export function focusGrid() {
  document.getElementById(GRID)?.focus();
}
