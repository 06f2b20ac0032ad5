import { access } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { aptInstall, hasApt } from '../apt.ts';
import { retry, root, run, say } from '../process.ts';

/** What a headless Chromium needs to run as root in a container, and to leave the network alone. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The path of a Chromium: STEPTHROUGH_CHROMIUM, one that is installed, or one installed now. Throws with what to do when none can be had. */
export async function findChromium(): Promise<string> {
  const named = process.env['STEPTHROUGH_CHROMIUM'];
  if (named !== undefined) {
    if (await exists(named)) return named;
    throw new Error(`STEPTHROUGH_CHROMIUM names ${named}, which is not there; set it to the path of a Chromium or Chrome, or leave it out`);
  }
  const found = await installedChromium();
  if (found !== undefined) return found;
  await install();
  const now = await installedChromium();
  if (now !== undefined) return now;
  throw new Error('No Chromium was found or could be installed. Install Chromium or Chrome, or run "npx playwright-core install chromium", or set STEPTHROUGH_CHROMIUM to its path.');
}

async function installedChromium(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const candidates = [...commands.flatMap((name) => folders.map((folder) => path.join(folder, name))), ...applications, chromium.executablePath()];
  for (const candidate of candidates) if (await exists(candidate)) return candidate;
  return undefined;
}

async function install(): Promise<void> {
  try {
    if (await hasApt()) {
      await aptInstall('Chromium', ['chromium', 'fonts-dejavu-core']);
    } else {
      say("installing Playwright's Chromium, once");
      const cli = path.join(root, 'node_modules', 'playwright-core', 'cli.js');
      await retry('playwright-core install chromium', 2, () => run(process.execPath, [cli, 'install', 'chromium'], { timeout: 300_000 }));
    }
  } catch (error) {
    say(`that failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function exists(file: string): Promise<boolean> {
  return file !== '' && (await access(file).then(() => true, () => false));
}
