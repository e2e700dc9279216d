import { backend } from '../backend';
import type { Adapter, Model } from '../bindings';
import { t } from '../i18n/index.svelte';
import { attempt, messageOf, toast } from '../state/toasts.svelte';

/** What is being waited for: a native dialog and the check that follows it. */
export type Busy = 'model' | 'adapter' | null;

class Models {
  models = $state.raw<Model[]>([]);
  adapters = $state.raw<Adapter[]>([]);
  loaded = $state(false);
  error = $state<string | null>(null);
  busy = $state<Busy>(null);

  async load(): Promise<void> {
    try {
      const [models, adapters] = await Promise.all([backend.models(), backend.adapters()]);
      this.models = models;
      this.adapters = adapters;
      this.loaded = true;
      this.error = null;
    } catch (thrown) {
      this.error = messageOf(thrown);
    }
  }

  async addModel(): Promise<void> {
    await this.#wait('model', async () => {
      const model = await backend.addModel();
      if (!model) return;
      await this.load();
      toast(t('models.added', { name: model.name }), { tone: 'success' });
    });
  }

  async removeModel(model: Model): Promise<void> {
    await attempt(async () => {
      await backend.removeModel(model.id);
      this.models = this.models.filter(({ id }) => id !== model.id);
      toast(t('models.removed', { name: model.name }));
    });
  }

  async importAdapter(): Promise<void> {
    await this.#wait('adapter', async () => {
      const adapter = await backend.importAdapter();
      if (!adapter) return;
      await this.load();
      toast(t('models.added', { name: adapter.name }), { tone: 'success' });
    });
  }

  async exportAdapter(adapter: Adapter): Promise<void> {
    await attempt(async () => {
      const path = await backend.exportAdapter(adapter.id);
      if (path !== null) toast(t('common.saved', { path }), { tone: 'success' });
    });
  }

  /** Throws: the dialog says why. */
  async renameAdapter(adapter: Adapter, name: string): Promise<void> {
    await backend.renameAdapter(adapter.id, name);
    this.adapters = this.adapters.map((one) => (one.id === adapter.id ? { ...one, name } : one));
  }

  async deleteAdapter(adapter: Adapter): Promise<void> {
    await attempt(async () => {
      await backend.deleteAdapter(adapter.id);
      this.adapters = this.adapters.filter(({ id }) => id !== adapter.id);
      toast(t('models.deleted', { name: adapter.name }));
    });
  }

  async #wait(busy: Busy, work: () => Promise<void>): Promise<void> {
    this.busy = busy;
    await attempt(work);
    this.busy = null;
  }
}

export const models = new Models();
