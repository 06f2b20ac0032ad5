import type { SourceDocument } from '../source/parse.ts';
import type { Range } from '../source/text.ts';
import type { Scope } from '../workflow/scopes.ts';
import type { Routine, Step } from '../workflow/syntax.ts';
import type { WorkflowDocument } from '../workflow/parse.ts';
import type { EntryPoint } from './stepObserver.ts';
import type { Frame } from './state.ts';
import type { Machine } from './machine.ts';

/**
 * A compiled workflow. Each routine is one flat array of instructions; loops, branches, tries and switches are jumps
 * in it, and their state lives in hidden slots of the frame. So a frame is plain data: slots and a position.
 */
export interface Program {
  readonly document: WorkflowDocument;
  readonly source: SourceDocument;
  readonly routines: ReadonlyMap<string, RoutineCode>;
  /** Every place where execution can stop, in the order of the text of each routine; `id` is the index. */
  readonly locations: readonly Location[];
  /** By location id: 1 for those that count as a step. */
  readonly isStep: Uint8Array;
  /** What the history of steps has entries for; `id` is the index. */
  readonly entryPoints: readonly EntryPoint[];
  /** By location id: the entry point of the step, else -1. */
  readonly entryPointAt: Int32Array;
}

export interface RoutineCode {
  readonly source: SourceDocument;
  readonly routine: Routine;
  readonly scope: Scope;
  readonly instructions: readonly Instruction[];
  /** Location id of the instruction that begins a step or a part of one, else -1. */
  readonly locationAt: Int32Array;
  /** Index into `handlers`, else -1. */
  readonly handlerAt: Int32Array;
  /** Index into `places`. */
  readonly placeAt: Int32Array;
  readonly handlers: readonly Handler[];
  readonly places: readonly Place[];
  /** Loops and tries with a retry, outer ones first. */
  readonly blocks: readonly Block[];
  /** Slots of a routine's frame: variables, then hidden ones. */
  readonly slots: number;
}

/**
 * Runs one instruction on a frame and gives the next position, or one of `signals`. Raises `Raised`.
 * Between two instructions all state is in frames and threads.
 */
export type Instruction = (frame: Frame, machine: Machine) => number;

export const signals = {
  /** The thread's innermost frame is another one now. */
  frameChanged: -1,
  /** The thread waits for an effect or for its branches. */
  blocked: -2,
  /** The routine, or the branch, has ended; its value is in `machine.returned`. */
  returned: -3,
} as const;

export interface Location {
  readonly id: number;
  /** `step` is one of a list; `item` is an assignment, a condition or an iteration inside one. */
  readonly kind: 'step' | 'item';
  readonly step: Step;
  readonly routine: Routine;
  /** Where to show it: the step's name, or the item. */
  readonly range: Range;
  /** What belongs to it: the whole step, or the item. */
  readonly extent: Range;
  /** The entry point of a step; -1 for items, and for groups, which the history does not tell. */
  readonly entryPoint: number;
}

/** Where an error in the instruction is reported: the service points at the body's first key (google-workflows 4.6). */
export interface Place {
  readonly step: Step;
  readonly range: Range;
  readonly scope: Scope;
}

/** Where an error goes: the error is put into a hidden slot. */
export interface Handler {
  readonly position: Label;
  readonly errorSlot: number;
  /** The step whose `try` it is, and the entry point of what it guards. */
  readonly step: Step;
  readonly entryPoint: number;
}

/** Instructions that may run several times, and the hidden slot that counts how often: from 0. */
export interface Block {
  readonly kind: 'loop' | 'try';
  readonly step: Step;
  /** First instruction, and the one after the last. */
  readonly start: Label;
  readonly end: Label;
  readonly counterSlot: number;
  /** Holds the number of iterations of a loop. */
  readonly totalSlot: number | undefined;
}

/** What a parallel step starts. A loop has one branch, started once per item. */
export interface ForkPlan {
  readonly step: string;
  readonly branches: readonly { readonly name: string; readonly start: Label; readonly slots: () => number }[];
  /** Of a loop: the hidden slots in which an iteration finds the items and its number among them. */
  readonly iteration: { readonly items: number; readonly at: number } | undefined;
}

/** A position in the instructions; `pc` is known once the label is bound. */
export class Label {
  pc = -1;
}
