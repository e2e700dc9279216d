import type { StudioEvent } from '../../bindings';
import type { FakeOptions } from './options';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Finishing and packing: one after the other, told by `work` events, and stopped between two of them. */
export class FakeWork {
  private stopped = false;

  constructor(
    private readonly options: FakeOptions,
    private readonly emit: (event: StudioEvent) => void,
  ) {}

  stop(): null {
    this.stopped = true;
    return null;
  }

  /** Whether it was stopped before its end. */
  async each<T>(list: readonly T[], one: (item: T) => void | Promise<void>, ms = 120): Promise<boolean> {
    this.stopped = false;
    for (const [index, item] of list.entries()) {
      if (this.stopped) return true;
      await one(item);
      if (this.options.latency > 0) await pause(ms / this.options.speed);
      this.emit({ kind: 'work', done: index + 1, of: list.length });
    }
    return false;
  }
}
