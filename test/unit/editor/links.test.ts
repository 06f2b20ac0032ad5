import assert from 'node:assert/strict';
import { withoutLinks } from '../../../src/editor/links.ts';

/** What VS Code takes for a link in a message (`parseLinkedText`). */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

describe('links in messages', () => {
  const texts: readonly (readonly [behaviour: string, text: string, shown: string])[] = [
    ['a link that would run a command', 'HttpError: [more](command:workbench.action.quit) "x"', 'HttpError: [more] (command:workbench.action.quit) "x"'],
    ['a link to a page', '[a](https://example.com "b")', '[a] (https://example.com "b")'],
    ['a link whose label holds brackets', '[[a](command:b)](file:c)', '[[a] (command:b)] (file:c)'],
  ];
  for (const [behaviour, text, shown] of texts) {
    it(`leave nothing of ${behaviour}`, () => {
      assert.match(text, link);
      assert.equal(withoutLinks(text), shown);
      assert.doesNotMatch(shown, link);
    });
  }

  it('leave other brackets alone', () => assert.equal(withoutLinks('order.items[0] (of 3)'), 'order.items[0] (of 3)'));
});
