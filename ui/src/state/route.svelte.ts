export const screens = ['create', 'review', 'library', 'finish', 'packs', 'models', 'settings'] as const;
export type Screen = (typeof screens)[number];

const state = $state<{ screen: Screen }>({ screen: fromAddress() });

/** The address keeps it (#library), so a test or a reload can open a screen. */
export const route = {
  get screen(): Screen {
    return state.screen;
  },
};

export function goTo(screen: Screen) {
  if (screen === state.screen) return;
  state.screen = screen;
  history.replaceState(null, '', `#${screen}`);
}

function fromAddress(): Screen {
  const name = location.hash.replace(/^#\/?/, '');
  return screens.find((screen) => screen === name) ?? 'create';
}

addEventListener('hashchange', () => {
  state.screen = fromAddress();
});
