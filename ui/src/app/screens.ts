import type { Component } from 'svelte';
import type { Screen } from '../state/route.svelte';

type Loader = () => Promise<{ default: Component }>;

const files = import.meta.glob<{ default: Component }>(
  '../{review,library,finish,packs,models,settings}/{Review,Library,Finish,Packs,Models,Settings}Screen.svelte',
);

/** A new screen is its folder with one component of its name. */
export const screenLoaders: Partial<Record<Screen, Loader>> = {
  review: files['../review/ReviewScreen.svelte'],
  library: files['../library/LibraryScreen.svelte'],
  finish: files['../finish/FinishScreen.svelte'],
  packs: files['../packs/PacksScreen.svelte'],
  models: files['../models/ModelsScreen.svelte'],
  settings: files['../settings/SettingsScreen.svelte'],
};
