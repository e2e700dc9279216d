// The page with the fake studio behind it: for tests and for design. Never part of the product.
import { install } from './backend';
import { createFake, optionsFromUrl } from './backend/fake';

const fake = createFake(optionsFromUrl(new URL(location.href)));
install(fake.studio);
Object.assign(globalThis, { __fake: fake.hooks });
await import('./main');
