import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

interface Grammar {
  readonly patterns: readonly [{ readonly begin: string }];
  readonly repository: { readonly expression: { readonly patterns: readonly { readonly name?: string; readonly match?: string; readonly begin?: string }[] } };
}

const grammar = JSON.parse(readFileSync(new URL('../../../syntaxes/expressions.tmLanguage.json', import.meta.url), 'utf8')) as Grammar;

describe('the grammar of expressions', () => {
  const begin = new RegExp(grammar.patterns[0].begin);
  const expressions = ['${name}', '${a.b[0] + 1}', '${"Hello, " + who}', '${len(list) > 0}', '${not(a in b)}', '${ x }', '${Total + 1}', '${[1, 2]}'];
  for (const text of expressions) it(`colours ${text}`, () => assert.match(text, begin));

  const others = ['${{ github.ref }}', '${IMAGE}', '${PORT:-8080}', '${HOME+x}', '$${escaped}', '${env:HOME}', '${self:custom.stage}', '${}', '$name', 'a${b}'];
  for (const text of others) it(`leaves ${text} alone, which is another language’s`, () => assert.doesNotMatch(text, begin));

  it('has only patterns that are valid', () => {
    for (const { match, begin: opening } of grammar.repository.expression.patterns) assert.doesNotThrow(() => new RegExp(match ?? opening!));
  });
});
