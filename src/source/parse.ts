import { isAlias, isMap, isScalar, isSeq, visit, type Alias, type Document, type Node, type Scalar as YamlScalar, type YAMLError } from 'yaml';
import type { DataNode, MapEntry, Scalar, ScalarNode } from './data.ts';
import { findJsonFault } from './jsonSyntax.ts';
import type { Problem } from './problem.ts';
import { readYaml, type ReadText } from './readYaml.ts';
import { scalarOffsets } from './scalarOffsets.ts';
import { LineMap, type Range } from './text.ts';

export type SourceFormat = 'yaml' | 'json';

/** The outcome of reading a YAML or JSON text: always a tree as far as one can be made, plus the problems. */
export interface SourceDocument {
  readonly text: string;
  readonly lines: LineMap;
  /** Undefined where the text holds no value at all. */
  readonly root: DataNode | undefined;
  readonly problems: readonly Problem[];
}

/** Texts longer than this (UTF-16 units) are not read: nothing a person edits as a workflow or input is. */
export const maxTextLength = 2 * 1024 * 1024;
/** Nodes of one tree, aliases expanded: stops alias bombs while they are cheap. */
const maxNodes = 200_000;
/** Syntax errors that are told: whoever has more than these has one that made the others. */
const maxSyntaxErrors = 100;
/** Syntax errors that are told only where they are the first. */
const followingErrors: ReadonlySet<YAMLError['code']> = new Set(['UNEXPECTED_TOKEN', 'MISSING_CHAR', 'MULTILINE_IMPLICIT_KEY']);
/** Brackets in brackets: the YAML parser recurses, and nothing real nests this deep. */
export const maxDepth = 200;

export function formatOf(path: string): SourceFormat {
  return /\.json$/i.test(path) ? 'json' : 'yaml';
}

/** Reads a text. Never throws; a text that cannot be read at all has no root and a problem that says why. */
export function parseSource(text: string, format: SourceFormat): SourceDocument {
  const lines = new LineMap(text.length > maxTextLength ? '' : text);
  const refusal = unreadable(text);
  if (refusal) return { text, lines, root: undefined, problems: [refusal] };
  let read: ReadText;
  try {
    // A byte order mark would count as indentation. What takes its place has its length.
    const readable = text.startsWith('\ufeff') ? `\n${text.slice(1)}` : text;
    // YAML 1.2 reads JSON too.
    read = readYaml(readable);
  } catch (error) {
    // Only inputs built to exhaust the parser come here.
    const message = `The text could not be read: ${error instanceof Error ? error.message : String(error)}.`;
    return { text, lines, root: undefined, problems: [{ code: 'source/unreadable', severity: 'error', message, range: { start: 0, end: 0 } }] };
  }
  const { document } = read;
  const problems: Problem[] = [];
  // What does not fit or is missing after another error only follows from it, often by the thousand.
  const errors = document.errors.filter((error, i) => i === 0 || !followingErrors.has(error.code));
  for (const error of errors.slice(0, maxSyntaxErrors)) problems.push(syntaxProblem(error, 'error', text, lines));
  for (const warning of document.warnings) problems.push(syntaxProblem(warning, 'warning', text, lines));
  const root = new TreeBuilder(text, read, problems).build();
  const fault = format === 'json' && (root || errors.length > 0) ? findJsonFault(text) : undefined;
  // What YAML makes of a text that is not even JSON says less.
  const told = fault ? [{ code: 'json/syntax', severity: 'error', message: `This is not JSON: ${fault.message}.`, range: fault.range } as const] : problems;
  return { text, lines, root, problems: told };
}

function unreadable(text: string): Problem | undefined {
  const range = { start: 0, end: 0 };
  if (text.length > maxTextLength) {
    const megabytes = (text.length / 1024 / 1024).toFixed(1);
    return { code: 'source/too-large', severity: 'error', message: `The text has ${megabytes} MB; at most ${maxTextLength / 1024 / 1024} MB are read.`, range };
  }
  // Control characters other than tab and line breaks never stand in a YAML or JSON text.
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 && code !== 9 && code !== 10 && code !== 13) {
      const message = `This is not a text: it has the control character U+${code.toString(16).padStart(4, '0').toUpperCase()} at character ${i + 1}.`;
      return { code: 'source/binary', severity: 'error', message, range: { start: i, end: i + 1 } };
    }
  }
  const deep = tooDeep(text);
  if (deep !== undefined) {
    return tooDeepProblem({ start: deep, end: deep + 1 });
  }
  return undefined;
}

function tooDeepProblem(range: Range): Problem {
  return { code: 'source/too-deep', severity: 'error', message: `Values nest more than ${maxDepth} levels deep here.`, range };
}

/** A bound that may count brackets in strings too: real texts are far below it either way. */
function tooDeep(text: string): number | undefined {
  let brackets = 0;
  let dashes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 91 || code === 123) brackets++;
    else if ((code === 93 || code === 125) && brackets > 0) brackets--;
    else if (code === 10) dashes = 0;
    // "- - - -" opens a list per dash on one line.
    else if ((code === 45 || code === 63) && text.charCodeAt(i + 1) === 32) dashes++;
    if (brackets + dashes > maxDepth) return i;
  }
  return undefined;
}

const messages: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  TAB_AS_INDENT: 'A tab indents this line; YAML takes spaces only.',
  MULTIPLE_DOCS: 'A second document begins here (---); one file holds one document.',
  MULTILINE_IMPLICIT_KEY: 'A key stands on one line; this one goes on over several.',
  BLOCK_AS_IMPLICIT_KEY: 'A ": " inside an unquoted value starts a nested map.',
};

function syntaxProblem(error: YAMLError, severity: 'error' | 'warning', text: string, lines: LineMap): Problem {
  const start = Math.min(error.pos[0], text.length);
  const range = { start, end: Math.min(Math.max(error.pos[1], start), text.length) };
  let message = messages[error.code] ?? error.message.replace(/\.?$/, '.');
  const line = lines.lineRange(lines.position(start).line);
  if (error.code === 'BLOCK_AS_IMPLICIT_KEY' && text.slice(line.start, line.end).includes('${')) {
    message += " Put the whole expression in single quotes: '${…}'.";
  }
  return { code: `yaml/${error.code.toLowerCase().replaceAll('_', '-')}`, severity, message, range };
}

const styles: Readonly<Record<string, ScalarNode['style']>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

/** What each alias means: the last anchor of its name before it. All at once, because looking up one reads the whole tree. */
function aliasTargets(document: Document.Parsed): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target) targets.set(node, target);
      } else if (node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}

/** Copies the YAML tree into plain data nodes, aliases expanded. */
class TreeBuilder {
  readonly #text: string;
  readonly #document: Document.Parsed;
  readonly #covered: ReadText['covered'];
  /** Made when the first alias is met: most texts have none. */
  #targets: ReadonlyMap<Alias, Node> | undefined;
  readonly #problems: Problem[];
  #nodes = 0;
  /** Anchored nodes being expanded, to stop an alias inside its own anchor. */
  readonly #open = new Set<Node>();
  /** The outermost alias being expanded: what a text that grows too large is told at. */
  #expanded: Range | undefined;

  constructor(text: string, { document, covered }: ReadText, problems: Problem[]) {
    this.#text = text;
    this.#document = document;
    this.#covered = covered;
    this.#problems = problems;
  }

  build(): DataNode | undefined {
    const { contents } = this.#document;
    if (contents === null) return undefined;
    if (isScalar(contents) && contents.value === null && contents.range[0] === contents.range[1]) return undefined;
    return this.#node(contents, 0, contents.range[0]);
  }

  #node(node: Node | null | undefined, depth: number, fallback: number): DataNode {
    const range = this.#range(node, fallback);
    if (++this.#nodes > maxNodes || depth > maxDepth) {
      if (!this.#problems.some((problem) => problem.code === 'source/too-many-values' || problem.code === 'source/too-deep')) {
        this.#problems.push(
          depth > maxDepth
            ? tooDeepProblem(this.#expanded ?? range)
            : { code: 'source/too-many-values', severity: 'error', message: `The text has more than ${maxNodes.toLocaleString('en')} values with its aliases expanded.`, range: this.#expanded ?? range },
        );
      }
      return { kind: 'scalar', range, value: null, style: 'missing' };
    }
    if (isAlias(node)) return this.#alias(node, range, depth);
    if (isMap(node)) {
      const entries: MapEntry[] = [];
      const seen = new Set<string>();
      for (const pair of node.items) {
        const built = this.#entry(pair.key as Node | null, pair.value as Node | null, depth, range);
        if (!built) continue;
        if (seen.has(built.key)) {
          this.#problems.push({ code: 'yaml/duplicate-key', severity: 'error', message: `The key "${built.key}" stands twice in this map; each key may stand once.`, range: built.keyNode.range });
          continue;
        }
        seen.add(built.key);
        entries.push(built);
      }
      const end = Math.max(range.start, ...entries.slice(-1).map((last) => last.range.end));
      return { kind: 'map', range: node.flow === true ? range : { start: range.start, end }, entries, flow: node.flow === true };
    }
    if (isSeq(node)) {
      let end = range.start;
      const items: DataNode[] = [];
      for (const item of node.items as (Node | null)[]) {
        const built = this.#node(item, depth + 1, end);
        end = this.#end(item, built);
        items.push(built);
      }
      return { kind: 'list', range: node.flow === true ? range : { start: range.start, end }, items, flow: node.flow === true };
    }
    return this.#scalar(isScalar(node) ? node : undefined, range);
  }

  #entry(key: Node | null, value: Node | null, depth: number, parent: Range): MapEntry | undefined {
    const resolved = isAlias(key) ? this.#target(key) : key;
    if (isAlias(key) && !resolved) this.#alias(key, this.#range(key, parent.start), depth);
    if (resolved !== null && resolved !== undefined && !isScalar(resolved)) {
      // Behind a syntax error it is only what the YAML parser made of the rest.
      if (this.#document.errors.length === 0) {
        this.#problems.push({ code: 'yaml/complex-key', severity: 'error', message: 'A list or map stands as a key; keys are strings.', range: this.#range(key, parent.start) });
      }
      return undefined;
    }
    const keyNode = this.#scalar(resolved ?? undefined, this.#range(key, parent.start));
    const valueNode = this.#node(value, depth + 1, keyNode.range.end);
    const spelled = this.#range(resolved ?? key, parent.start);
    const name = typeof keyNode.value === 'string' ? keyNode.value : this.#text.slice(spelled.start, spelled.end);
    return { key: name, keyNode, value: valueNode, range: { start: keyNode.range.start, end: Math.max(this.#end(value, valueNode), keyNode.range.end) } };
  }

  /** Where a value ends: an alias at its own place. The YAML parser lets blocks end behind the line breaks and comments after them. */
  #end(node: Node | null, built: DataNode): number {
    return isAlias(node) ? this.#range(node, built.range.end).end : built.range.end;
  }

  #target(alias: Alias): Node | undefined {
    this.#targets ??= aliasTargets(this.#document);
    return this.#targets.get(alias);
  }

  #alias(node: Alias, range: Range, depth: number): DataNode {
    const target = this.#target(node);
    if (!target || this.#open.has(target)) {
      this.#problems.push(
        target
          ? { code: 'yaml/recursive-alias', severity: 'error', message: 'This alias stands inside its own anchor: the value would never end.', range }
          : { code: 'yaml/unknown-alias', severity: 'error', message: `No anchor &${node.source} stands before this alias.`, range },
      );
      return { kind: 'scalar', range, value: null, style: 'missing' };
    }
    this.#open.add(target);
    if (this.#open.size === 1) this.#expanded = range;
    const copy = this.#node(target, depth + 1, range.start);
    this.#open.delete(target);
    if (this.#open.size === 0) this.#expanded = undefined;
    return copy;
  }

  #scalar(node: YamlScalar | undefined, range: Range): ScalarNode {
    const value = ((node && this.#covered.get(node)) ?? node?.value ?? null) as Scalar;
    const style = range.start === range.end && node?.type !== 'QUOTE_DOUBLE' ? 'missing' : (styles[node?.type ?? ''] ?? 'plain');
    if (typeof value !== 'string') return { kind: 'scalar', range, value, style };
    const oneToOne = style === 'plain' && value.length === range.end - range.start;
    return { kind: 'scalar', range, value, style, offsets: oneToOne ? undefined : scalarOffsets(this.#text, range.start, range.end, style, value) };
  }

  #range(node: Node | null | undefined, fallback: number): Range {
    const range = node?.range;
    return range ? { start: range[0], end: range[1] } : { start: fallback, end: fallback };
  }
}
