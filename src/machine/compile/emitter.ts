import type { SourceDocument } from '../../source/parse.ts';
import type { Range } from '../../source/text.ts';
import type { Scope } from '../../workflow/scopes.ts';
import type { Routine, Step } from '../../workflow/syntax.ts';
import { Label, type Block, type Handler, type Instruction, type Location, type Place, type RoutineCode } from '../program.ts';
import type { EntryPoint } from '../stepObserver.ts';

/** Collects the instructions of one routine. */
export class Emitter {
  readonly #instructions: Instruction[] = [];
  readonly #locationAt: number[] = [];
  readonly #handlerAt: number[] = [];
  readonly #placeAt: number[] = [];
  readonly #handlers: Handler[] = [];
  readonly #places: Place[] = [];
  readonly #blocks: Block[] = [];
  readonly #locations: Location[];
  readonly #entryPoints: EntryPoint[];
  readonly #slots = new Map<Scope, number>();
  /** The labels that `emit` gave out, and the instructions that only jump. */
  readonly #nexts: Label[] = [];
  readonly #jumps = new Map<number, Label>();
  #pendingLocation = -1;
  #handler = -1;
  #place = -1;
  #within = -1;

  constructor(locations: Location[], entryPoints: EntryPoint[]) {
    this.#locations = locations;
    this.#entryPoints = entryPoints;
  }

  /** The label means the next instruction. */
  bind(label: Label): void {
    label.pc = this.#instructions.length;
  }

  /** Adds an instruction; it gets the label of the one after it. */
  emit(make: (next: Label) => Instruction): void {
    const next = new Label();
    const instruction = make(next);
    this.#instructions.push(instruction);
    this.#locationAt.push(this.#pendingLocation);
    this.#handlerAt.push(this.#handler);
    this.#placeAt.push(this.#place);
    this.#pendingLocation = -1;
    this.bind(next);
    this.#nexts.push(next);
  }

  jump(target: Label): void {
    this.#jumps.set(this.#instructions.length, target);
    this.emit(() => () => target.pc);
  }

  /** The next instruction is where execution can stop for this step or part of one. */
  locate(kind: Location['kind'], step: Step, routine: Routine, range: Range, extent: Range, entryPoint = -1): void {
    // Two places at one instruction: a step keeps its own, its first item needs none.
    if (this.#pendingLocation >= 0) {
      if (kind === 'item') return;
      this.emit((next) => () => next.pc);
    }
    const id = this.#locations.length;
    this.#locations.push({ id, kind, step, routine, range, extent, entryPoint });
    this.#pendingLocation = id;
  }

  /** Instructions from here on report errors at this place. */
  place(place: Place): void {
    this.#place = this.#places.push(place) - 1;
  }

  get currentPlace(): Place {
    return this.#places[this.#place]!;
  }

  /** A new entry point inside of the present one; gives its id. */
  entryPoint(point: Omit<EntryPoint, 'id' | 'within'>): number {
    const id = this.#entryPoints.length;
    this.#entryPoints.push({ ...point, id, within: this.#within });
    return id;
  }

  /** Entry points that `body` makes are inside of this one. */
  inside<T>(entryPoint: number, body: () => T): T {
    const outer = this.#within;
    this.#within = entryPoint;
    const result = body();
    this.#within = outer;
    return result;
  }

  get within(): number {
    return this.#within;
  }

  block(block: Block): void {
    this.#blocks.push(block);
  }

  /** Errors of the instructions that `body` emits go to the handler. */
  guard(handler: Handler, body: () => void): void {
    const outer = this.#handler;
    this.#handler = this.#handlers.push(handler) - 1;
    body();
    this.#handler = outer;
  }

  /** Errors of the instructions that `body` emits leave the thread: a branch has none of the handlers around it. */
  unguarded(body: () => void): void {
    const outer = this.#handler;
    this.#handler = -1;
    body();
    this.#handler = outer;
  }

  /** A hidden slot in the frames of a routine or branch scope. */
  slot(owner: Scope): number {
    const slot = this.#slots.get(owner) ?? owner.slots;
    this.#slots.set(owner, slot + 1);
    return slot;
  }

  /** How many slots a frame of this scope has. To be asked once all its instructions are there. */
  slots(owner: Scope): number {
    return this.#slots.get(owner) ?? owner.slots;
  }

  /** An instruction that goes on at a mere jump goes where that jump goes, which saves a turn in every loop. */
  #skipJumps(): void {
    for (const next of this.#nexts) {
      for (let hops = 0; hops < this.#jumps.size && this.#locationAt[next.pc] === -1; hops++) {
        const target = this.#jumps.get(next.pc);
        if (!target) break;
        next.pc = target.pc;
      }
    }
  }

  finish(routine: Routine, scope: Scope, source: SourceDocument): RoutineCode {
    this.#skipJumps();
    return {
      routine,
      scope,
      source,
      instructions: this.#instructions,
      locationAt: Int32Array.from(this.#locationAt),
      handlerAt: Int32Array.from(this.#handlerAt),
      placeAt: Int32Array.from(this.#placeAt),
      handlers: this.#handlers,
      places: this.#places,
      blocks: this.#blocks,
      slots: this.slots(scope),
    };
  }
}
