import type { Locator } from 'playwright-core';
import { eventually, type Workbench } from './workbench.ts';

/** The message that contains a text, in the list of notifications: under test VS Code shows none by itself. */
export async function message(workbench: Workbench, text: string): Promise<Locator> {
  const center = workbench.page.locator('.notifications-center.visible');
  const found = center.locator('.notification-list-item', { hasText: text }).first();
  // The list closes when its last message goes.
  const look = async (): Promise<boolean> => {
    if ((await center.count()) === 0) {
      await workbench.command('Notifications: Show Notifications');
      await center.waitFor({ timeout: 3000 }).catch(() => undefined);
    }
    return found.isVisible();
  };
  await eventually(`the message "${text}"`, look, (shown) => shown);
  return found;
}

/** Waits for the quick pick or input box whose title contains a text: another one, such as the palette, may still be going. */
export async function quickInput(workbench: Workbench, title: string): Promise<void> {
  await workbench.page.locator('.quick-input-widget .quick-input-title', { hasText: title }).waitFor();
}
