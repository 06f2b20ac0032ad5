import type { DebugFrame, DebugScope, DebugValue, DebugVariable } from '../../debuggee/debuggee.ts';
import type { Execution } from '../../execution/record.ts';
import type { FlowFrame, FlowScope, FlowValue } from '../debugProtocol.ts';
import type { FlowSources } from './flowSources.ts';

export function frameOf({ id, name, path, subtle, line, column, endLine, endColumn }: FlowFrame, sources: FlowSources): DebugFrame {
  return { id, name, source: sources.of(path), location: { line, column, endLine, endColumn }, presentation: subtle ? 'subtle' : 'normal' };
}

export function scopeOf({ name, hint, reference, expensive }: FlowScope): DebugScope {
  return { name, hint: hint ?? undefined, reference, expensive };
}

export function valueOf({ display, full, type, reference, named, indexed }: FlowValue): DebugValue {
  return { display, full: () => full ?? display, type, reference, namedChildren: named, indexedChildren: indexed };
}

export function variableOf(value: FlowValue): DebugVariable {
  return { name: value.name, evaluateName: value.expression ?? undefined, readOnly: value.readOnly, ...valueOf(value) };
}

/** Reference of the scope that the process knows nothing of; its own count up from 1. */
export const executionReference = 0x7fff_0000;

export const executionScope: DebugScope = { name: 'Execution', hint: undefined, reference: executionReference, expensive: false };

/** What the record says of a flow while it runs. */
export function executionNotes({ id, name, type, state, create_time, input_value, labels }: Execution): DebugVariable[] {
  const notes = [['id', id], ['name', name], ['type', type], ['state', state], ['create_time', create_time], ['input_value', input_value], ...Object.entries(labels).map(([key, value]) => [`label ${key}`, value])];
  return notes.map(([noted = '', text = '']) => ({ name: noted, evaluateName: undefined, readOnly: true, display: text, full: () => text, type: 'str', reference: 0, namedChildren: 0, indexedChildren: 0 }));
}
