import { defineConfig } from '@playwright/test';

// Several runs at a time must not meet on one port; the workers inherit what the first process chose.
const port = (process.env['E2E_PORT'] ??= String(1430 + (process.pid % 500)));
const page = `http://127.0.0.1:${port}`;

/** The page alone, with the fake backend, in the system's Chromium. */
export default defineConfig({
  testDir: './e2e',
  outputDir: `test-results/${port}`,
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: [['line']],
  use: {
    baseURL: page,
    viewport: { width: 1180, height: 780 },
    locale: 'en-GB',
    colorScheme: 'light',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--force-color-profile=srgb'],
    },
    trace: 'retain-on-failure',
  },
  webServer: {
    command:
      'npx vite build -c e2e/page.config.ts && ' +
      `npx vite preview -c e2e/page.config.ts --host 127.0.0.1 --port ${port} --strictPort`,
    // Vite warns of imports without .ts, which TypeScript asks for.
    env: { VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true' },
    url: `${page}/mock.html`,
    reuseExistingServer: Boolean(process.env['E2E_REUSE']),
    timeout: 90_000,
  },
});
