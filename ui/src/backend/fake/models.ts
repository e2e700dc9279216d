import type { Adapter, Device, DeviceTest, Model } from '../../bindings';
import { StudioError } from '..';
import { ADAPTERS } from './library';
import { hex } from './random';

const DAY = 86_400_000;

export class FakeModels {
  models: Model[] = [
    {
      id: 'built-in', name: 'Sticker Studio built-in', builtIn: true, folder: '/usr/lib/sticker-studio/model', sha256: hex('built-in', 64),
      licence: 'CC BY 4.0', size: 128, nativeAlpha: true, bytes: 58_400_000, problem: null,
    },
    {
      id: 'sd15', name: 'stable-diffusion-v1-5', builtIn: false, folder: '/home/mei/models/stable-diffusion-v1-5', sha256: hex('sd15', 64),
      licence: 'CreativeML Open RAIL-M', size: 512, nativeAlpha: false, bytes: 2_132_000_000, problem: null,
    },
    {
      id: 'lcm', name: 'lcm-dreamshaper', builtIn: false, folder: '/media/usb/lcm-dreamshaper', sha256: hex('lcm', 64),
      licence: null, size: 512, nativeAlpha: false, bytes: 2_132_000_000,
      problem: 'the folder is gone; plug in the disk it is on, or remove it from the list: /media/usb/lcm-dreamshaper',
    },
  ];
  adapters: Adapter[] = ADAPTERS.map((a, i) => ({ ...a, createdAt: Date.now() - (i + 2) * 5 * DAY, uses: 34 - i * 21 }));
  readonly devices: Device[] = [
    { choice: 'gpu:0', name: 'NVIDIA GeForce RTX 4070', backend: 'Vulkan', kind: 'discrete GPU', memoryMb: 12_282, chosenByAuto: true },
    { choice: 'gpu:1', name: 'AMD Radeon 780M', backend: 'Vulkan', kind: 'integrated GPU', memoryMb: 4_096, chosenByAuto: false },
    { choice: 'cpu', name: 'CPU (8 cores)', backend: 'burn-flex', kind: 'CPU', memoryMb: null, chosenByAuto: false },
  ];

  constructor(empty: boolean) {
    if (empty) (this.models.splice(1), (this.adapters = []));
  }

  addModel(): Model {
    const n = this.models.length;
    const model: Model = {
      id: `added-${n}`, name: `sticker-model-${n}`, builtIn: false, folder: `/home/mei/models/sticker-model-${n}`, sha256: hex(`added-${n}`, 64),
      licence: 'Apache-2.0', size: 512, nativeAlpha: false, bytes: 1_720_000_000, problem: null,
    };
    this.models.push(model);
    return model;
  }

  removeModel(id: string): null {
    if (this.models.find((m) => m.id === id)?.builtIn) throw new StudioError('usage', 'the built-in model stays');
    this.models = this.models.filter((m) => m.id !== id);
    return null;
  }

  importAdapter(): Adapter {
    const n = this.adapters.length;
    const adapter: Adapter = { id: `adapter-${n}`, name: `Imported style ${n}`, sha256: hex(`adapter-${n}`, 64), bytes: 3_200_512, rank: 8, form: 'kohya', createdAt: Date.now(), uses: 0 };
    this.adapters.push(adapter);
    return adapter;
  }

  adapter(id: string): Adapter {
    const adapter = this.adapters.find((a) => a.id === id);
    if (!adapter) throw new StudioError('input', 'there is no such adapter');
    return adapter;
  }

  test(device: string): DeviceTest {
    const cpu = device === 'cpu';
    const name = this.devices.find((d) => d.choice === device || (device === 'auto' && d.chosenByAuto))?.name ?? device;
    return { device: name, model: 'Sticker Studio built-in', loadSeconds: cpu ? 0.6 : 1.1, stepMs: cpu ? 212 : 9.4, decodeMs: cpu ? 96 : 6.1, stickerSeconds: cpu ? 5.4 : 0.24, memoryMb: cpu ? 410 : 690 };
  }
}
