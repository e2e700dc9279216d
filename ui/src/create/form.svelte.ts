import { backend } from '../backend';
import type { Draft, DraftCheck, ModelOptions } from '../bindings';
import { sentence } from '../i18n/format';
import { jobs } from '../state/jobs.svelte';
import { goTo } from '../state/route.svelte';
import { studio } from '../state/studio.svelte';
import { attempt, quietly } from '../state/toasts.svelte';

const emptyDraft: Draft = {
  prompt: '',
  negativePrompt: '',
  style: null,
  bucket: null,
  count: 4,
  seed: null,
  steps: null,
  guidance: null,
  sampler: null,
  size: null,
  transparent: true,
  model: null,
  adapters: [],
  start: null,
  plan: { kind: 'single' },
};

interface State {
  draft: Draft;
  options: ModelOptions | null;
  check: DraftCheck | null;
  /** Make was pressed: from now on an empty prompt is a mistake worth telling. */
  tried: boolean;
  submitting: boolean;
  /** Rises with every job that went off. */
  submitted: number;
  /** Rises when the prompt box should take the focus. */
  focusWanted: number;
}

const state = $state<State>({
  draft: { ...emptyDraft },
  options: null,
  check: null,
  tried: false,
  submitting: false,
  submitted: 0,
  focusWanted: 0,
});

/** The prompt that the draft's bucket belongs to. */
let ideaPrompt = '';
let opened = false;
let checks = 0;

export const form = {
  get draft(): Draft {
    return state.draft;
  },
  get options(): ModelOptions | null {
    return state.options;
  },
  get check(): DraftCheck | null {
    return state.check;
  },
  get submitting(): boolean {
    return state.submitting;
  },
  get submitted(): number {
    return state.submitted;
  },
  get focusWanted(): number {
    return state.focusWanted;
  },

  /** What is wrong with this field of the draft. */
  problem(field: keyof Draft): string | null {
    const problem = state.check?.problem;
    if (problem?.field !== field) return null;
    if (field === 'prompt' && state.draft.prompt.trim() === '' && !state.tried) return null;
    return sentence(problem.message);
  },

  setPrompt(prompt: string) {
    state.draft.prompt = prompt;
    if (prompt !== ideaPrompt) state.draft.bucket = null;
  },

  takeIdea(prompt: string, bucket: Draft['bucket']) {
    ideaPrompt = prompt;
    state.draft.prompt = prompt;
    state.draft.bucket = bucket;
    state.tried = false;
  },

  focusPrompt() {
    state.focusWanted++;
  },

  /** The draft of the last time, unless the person was quicker. */
  async begin(): Promise<void> {
    const startup = await studio.start();
    if (!startup || opened) return;
    const typed = state.draft.prompt;
    opened = true;
    state.draft = startup.draft;
    ideaPrompt = startup.draft.prompt;
    if (typed) form.setPrompt(typed);
  },

  async loadOptions(model: string | null): Promise<void> {
    const options = await quietly(() => backend.modelOptions(model));
    if (options) state.options = options;
  },

  /** What is wrong with this draft; the form shows it unless a later one was asked about since. */
  async recheck(draft: Draft): Promise<DraftCheck | undefined> {
    const mine = ++checks;
    const check = await quietly(() => backend.checkDraft(draft));
    if (check && mine === checks) state.check = check;
    return check;
  },

  /** One job from the form; whether it went off. */
  async submit(): Promise<boolean> {
    if (state.submitting) return false;
    state.tried = true;
    state.submitting = true;
    const draft = $state.snapshot(state.draft);
    const check = await form.recheck(draft);
    const job = check?.problem ? undefined : await attempt(() => backend.submitDraft(draft));
    state.submitting = false;
    if (!job) return false;
    state.tried = false;
    state.submitted++;
    jobs.add(job);
    return true;
  },

  /** One job for each idea, with the form's other settings. */
  async submitIdeas(ideas: { prompt: string; bucket: Draft['bucket'] }[]): Promise<void> {
    if (state.submitting) return;
    state.submitting = true;
    const settings = $state.snapshot(state.draft);
    for (const { prompt, bucket } of ideas) {
      const job = await attempt(() => backend.submitDraft({ ...settings, prompt, bucket }));
      if (!job) break;
      state.submitted++;
      jobs.add(job);
    }
    state.submitting = false;
  },

  load(draft: Draft) {
    opened = true;
    ideaPrompt = draft.prompt;
    state.draft = draft;
    state.tried = false;
  },
};

/** Shows Create with this draft in its form. */
export function openInCreate(draft: Draft) {
  form.load(draft);
  form.focusPrompt();
  goTo('create');
}
