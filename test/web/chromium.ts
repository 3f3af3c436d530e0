import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine, or the one that the environment names; undefined where there is none. */
export const chromiumPath = process.env['CHROMIUM_PATH'] || PLACES.find((path) => existsSync(path));

/** What a suite says of itself where it cannot run. */
export const unlessMissing = chromiumPath === undefined ? ' (left out: no Chromium here)' : '';

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

/** Starts the browser. The caller closes it. */
export function openChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('There is no Chromium on this machine: name one by CHROMIUM_PATH.');
  return chromium.launch({ executablePath: chromiumPath, args: ARGS });
}
