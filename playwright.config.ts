import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

const DEBIAN_CHROMIUM = '/usr/bin/chromium-headless-shell';

// One worker: the tests share a site and a runner, and two cores have enough to do with those. The limits are for a host
// that runs other tests at the same time.
export default defineConfig({
  testDir: 'test/e2e',
  globalSetup: './test/support/browser/global-setup.ts',
  outputDir: '.heldout/e2e-output',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: [['list'], ...(process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ? ([['json']] as const) : [])],
  use: {
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(existsSync(DEBIAN_CHROMIUM) ? { executablePath: DEBIAN_CHROMIUM } : {}),
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // Draws WebGL without a GPU.
        '--enable-unsafe-swiftshader',
      ],
    },
  },
});
