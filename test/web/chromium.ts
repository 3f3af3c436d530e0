import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterEach, beforeAll, describe } from 'vitest';

/** The shell without windows comes first: a context costs it a quarter of the CPU time that the whole browser takes. */
const PLACES = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The browser of this machine, or the one that the environment names; undefined where there is none. */
export const chromiumPath = process.env['CHROMIUM_PATH'] || PLACES.find((path) => existsSync(path));

/** What a suite says of itself where it cannot run. */
export const unlessMissing = chromiumPath === undefined ? ' (left out: no Chromium here)' : '';

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
export type Screen = [name: string, options: BrowserContextOptions];

/** The screens with their names, for titles of tests. */
export const SCREENS: [Screen, Screen] = [
  ['a desktop', DESKTOP],
  ['a phone', PHONE],
];

/** How long Playwright waits for an element or a page, in milliseconds. It ends a test that hangs and asserts nothing. */
const PATIENCE_MS = 120_000;

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What tests in Chromium are given. */
export interface Chromium {
  /** A page of a new context. The context is closed after the test. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** A page of a new context after the sign-in of `name`. */
  signIn(name: string, options?: BrowserContextOptions): Promise<Page>;
  /**
   * Lets the browser write lines that match `line` to its console during this test. Any other line, above all a breach of
   * the content policy, and each uncaught error fails the test.
   */
  tolerate(line: RegExp): void;
}

/**
 * Describes tests of the app at `url` in Chromium. Contexts get `defaults` as their options. The tests are left out
 * where there is no Chromium.
 */
export function describeInChromium(
  subject: string,
  { url, ...defaults }: BrowserContextOptions & { url: string },
  define: (chromium: Chromium) => void,
): void {
  describe.skipIf(chromiumPath === undefined)(`${subject}${unlessMissing}`, () => {
    const complaints: string[] = [];
    const tolerated: RegExp[] = [];
    const contexts = new Set<BrowserContext>();
    let browser: Browser;

    beforeAll(async () => {
      browser = await sharedChromium();
    });
    afterEach(async () => {
      await Promise.all([...contexts].map((context) => context.close()));
      contexts.clear();
      // Lines may come until the pages are closed: pictures that the page still waits for are refused late.
      const lines = tolerated.splice(0);
      const found = complaints.splice(0).filter((complaint) => !lines.some((line) => line.test(complaint)));
      if (found.length > 0) throw new Error(`The browser complained: ${found.join('\n')}`);
    });

    async function open(options: BrowserContextOptions = {}): Promise<Page> {
      const context = await browser.newContext({ baseURL: url, ...defaults, ...options });
      contexts.add(context);
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      return page;
    }

    async function signIn(name: string, options?: BrowserContextOptions): Promise<Page> {
      const page = await open(options);
      await signInOn(page, name);
      return page;
    }

    define({ open, signIn, tolerate: (line) => tolerated.push(line) });
  });
}

/** Signs in on a page that is open, and waits for the page that follows. */
export async function signInOn(page: Page, name: string): Promise<void> {
  await page.goto('/');
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Sign out').waitFor();
}

let shared: Promise<Browser> | undefined;

/** The browser that the test files of this process share. Playwright ends it with the process. */
export async function sharedChromium(): Promise<Browser> {
  const browser = await (shared ??= openChromium());
  if (browser.isConnected()) return browser;
  shared = openChromium();
  return shared;
}

/** Starts the browser. The caller closes it. */
export function openChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('There is no Chromium on this machine: name one by CHROMIUM_PATH.');
  return chromium.launch({ executablePath: chromiumPath, args: ARGS });
}
