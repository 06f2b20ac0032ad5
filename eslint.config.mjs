import js from '@eslint/js';
import ts from 'typescript-eslint';

/**
 * The floors of src/, lowest first. A file may import from its own floor and from lower ones (ARCHITECTURE.md).
 * `pure` floors also run in a browser: no Node modules, no VS Code.
 */
const floors = [
  { name: 'source', pure: true, packages: ['yaml'] },
  { name: 'execution', pure: true, packages: ['croner'] },
  { name: 'debuggee', pure: true, packages: [] },
  { name: 'schema', pure: true, packages: ['ajv', 'ajv-formats', 're2js'] },
  { name: 'workflow', pure: true, packages: [] },
  { name: 'machine', pure: true, packages: ['re2js', '@noble/hashes', '@scure/base'] },
  { name: 'flow' },
  { name: 'engine' },
  { name: 'server' },
  { name: 'service' },
  { name: 'debug' },
  { name: 'cli' },
  { name: 'editor', vscode: true },
];

const vscodeBan = { group: ['vscode'], message: 'Only src/editor and src/extension.ts import vscode.' };
const nodeBan = { regex: '^node:', message: 'This floor also runs in a browser: no Node modules.' };

const floorRules = floors.map((floor, index) => {
  const above = floors.slice(index + 1).map((higher) => higher.name);
  const patterns = [];
  if (above.length > 0) {
    patterns.push({ regex: `^(\\.\\./)+(${above.join('|')})/`, message: `src/${floor.name} is below ${above.join(', ')}: imports only point down.` });
  }
  patterns.push({ regex: '^(\\.\\./)+(extension|cli)', message: 'Nothing imports the entry points.' });
  if (floor.pure) {
    patterns.push(nodeBan);
    const allowed = floor.packages.map((name) => name.replace('/', '\\/')).join('|');
    patterns.push({ regex: allowed === '' ? '^(?!node:)[^.]' : `^(?!(${allowed})(/|$)|node:)[^.]`, message: `src/${floor.name} may import these packages only: ${floor.packages.join(', ') || 'none'}.` });
  }
  if (!floor.vscode) patterns.push(vscodeBan);
  // The rule for imports does not see those that are made when they are needed.
  const lazy = { selector: `ImportExpression[source.value=/^(\\.\\.\\x2F)+(${[...above, 'extension', 'cli'].join('|')})\\b/]`, message: 'Imports only point down, lazy ones too.' };
  return { files: [`src/${floor.name}/**/*.ts`], rules: { 'no-restricted-imports': ['error', { patterns }], 'no-restricted-syntax': ['error', lazy] } };
});

export default ts.config(
  { ignores: ['dist/**', 'node_modules/**', '.vscode-test/**'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked.map((config) => ({ ...config, files: ['src/**/*.ts', 'test/**/*.ts', 'scripts/**/*.ts'] })),
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'scripts/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      // An error of a workflow is a value on its way, not a fault of the program (src/machine/error.ts).
      '@typescript-eslint/only-throw-error': ['error', { allow: [{ from: 'file', name: ['Raised', 'Fatal', 'Failure'] }], allowThrowingAny: false, allowThrowingUnknown: false }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/unified-signatures': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off', '@typescript-eslint/no-floating-promises': 'error' },
  },
  { files: ['**/*.mjs'], languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', fetch: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly' } } },
  ...floorRules,
);
