import { mergeConfig } from 'vite';
import base from '../vite.config';

/** The page with the fake studio, built: a dev server would load it anew whenever a file is saved. */
export default mergeConfig(base, {
  logLevel: 'warn',
  build: {
    outDir: `test-results/page-${process.env['E2E_PORT']}`,
    emptyOutDir: true,
    minify: false,
    rollupOptions: { input: 'mock.html' },
  },
});
