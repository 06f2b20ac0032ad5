import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench.ts';

/** The message that contains a text, in the list of notifications: under test VS Code shows none by itself. */
export async function message(workbench: Workbench, text: string): Promise<Locator> {
  const center = workbench.page.locator('.notifications-center.visible');
  if ((await center.count()) === 0) await workbench.command('Notifications: Show Notifications');
  const found = center.locator('.notification-list-item', { hasText: text }).first();
  await found.waitFor();
  return found;
}

/** Waits for the quick pick or input box whose title contains a text: another one, such as the palette, may still be going. */
export async function quickInput(workbench: Workbench, title: string): Promise<void> {
  await workbench.page.locator('.quick-input-widget .quick-input-title', { hasText: title }).waitFor();
}
