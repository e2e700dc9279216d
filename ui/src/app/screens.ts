import type { Component } from 'svelte';
import type { Screen } from '../state/route.svelte';

type Loader = () => Promise<{ default: Component }>;

const files = import.meta.glob<{ default: Component }>('../{review,library,models,settings}/{Review,Library,Models,Settings}Screen.svelte');

/** A new screen is its folder with one component of its name. */
export const screenLoaders: Partial<Record<Screen, Loader>> = {
  review: files['../review/ReviewScreen.svelte'],
  library: files['../library/LibraryScreen.svelte'],
  models: files['../models/ModelsScreen.svelte'],
  settings: files['../settings/SettingsScreen.svelte'],
};
