/** The folder of the next start, once one was chosen; remembered while the window is open. */
export const chosen = $state<{ folder: string | null }>({ folder: null });
