import type { RecipeView } from '../bindings';
import { samplerName, styleName } from '../create/names';
import { t } from '../i18n/index.svelte';

export const RECIPE_KEYS = [
  'prompt', 'fullPrompt', 'negativePrompt', 'style', 'seed', 'steps', 'guidance', 'guidanceRescale', 'sampler', 'size',
  'model', 'adapters', 'start', 'alpha', 'device', 'precision', 'program',
] as const;
export type RecipeKey = (typeof RECIPE_KEYS)[number];
export type Row = { key: RecipeKey; value: string };

export function modelName(model: string): string {
  return model === 'built-in' ? t('library.recipe.builtIn') : model;
}

function alphaName(alpha: string): string {
  return alpha === 'decoder' || alpha === 'cutout' || alpha === 'none' ? t(`library.recipe.alpha.${alpha}`) : alpha;
}

function value(recipe: RecipeView, key: RecipeKey): string {
  switch (key) {
    case 'size': return `${recipe.width} × ${recipe.height}`;
    case 'model': return `${modelName(recipe.model)} (${recipe.modelSha256.slice(0, 8)})`;
    case 'style': return recipe.style === null ? '' : styleName(recipe.style);
    case 'sampler': return samplerName(recipe.sampler);
    case 'alpha': return alphaName(recipe.alpha);
    case 'adapters': return recipe.adapters.map((each) => `${each.name} × ${each.weight}`).join(', ');
    case 'start': return recipe.start ? `${recipe.start.sha256.slice(0, 8)} × ${recipe.start.strength}` : '';
    case 'fullPrompt': return recipe.fullPrompt === recipe.prompt ? '' : recipe.fullPrompt;
    case 'guidanceRescale': return recipe.guidanceRescale === 0 ? '' : String(recipe.guidanceRescale);
    default: return String(recipe[key] ?? '');
  }
}

/** What a recipe says, without what it leaves empty. */
export function rows(recipe: RecipeView): Row[] {
  return RECIPE_KEYS.map((key) => ({ key, value: value(recipe, key) })).filter((row) => row.value !== '');
}

export type Compared = { key: RecipeKey; left: string; right: string; differs: boolean };

export function compare(left: RecipeView | null, right: RecipeView | null): Compared[] {
  return RECIPE_KEYS.map((key) => {
    const [a, b] = [left, right].map((recipe) => (recipe ? value(recipe, key) : ''));
    return { key, left: a ?? '', right: b ?? '', differs: a !== b };
  }).filter((row) => row.left !== '' || row.right !== '');
}
