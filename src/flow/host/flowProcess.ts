import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { FromFlow, ToFlow } from '../protocol.ts';
import { encodeFrame, FrameFault, FrameReader } from './frames.ts';

export interface FlowProcessOptions {
  /** The Python executable. */
  readonly command: string;
  /** The folder of the package `stepthrough_flow`. */
  readonly program: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Where it runs; undefined: where this process runs. */
  readonly folder: string | undefined;
}

export interface FlowProcessListener {
  frame(frame: FromFlow): void;
  /** What came on its standard error, as from subprocesses. */
  stderr(text: string): void;
  /** Told once, after everything else. */
  gone(end: ProcessEnd): void;
}

export type ProcessEnd =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** It could not be started, or does not keep to the protocol and was killed; the reason is a clause. */
  | { readonly kind: 'fault'; readonly reason: string };

/** Milliseconds for what a process that has ended still has in its pipes, which a subprocess may keep open for ever. */
const drainTime = 300;

/**
 * The process of a flow: its frames, what it prints on standard error, and its end. It leads a process group, so that
 * its subprocesses end with it. It ends by itself when this process is gone, since its standard input closes then.
 */
export class FlowProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #listener: FlowProcessListener;
  readonly #reader = new FrameReader();
  #fault: string | undefined;
  #gone = false;

  constructor(options: FlowProcessOptions, listener: FlowProcessListener) {
    this.#listener = listener;
    this.#child = spawn(options.command, [options.program], {
      env: options.environment,
      cwd: options.folder,
      stdio: ['pipe', 'pipe', 'pipe'],
      // On Windows a process of its own group would get a console window.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.#child.stdout.on('data', (bytes: Buffer) => this.#read(bytes));
    const decoder = new TextDecoder('utf-8');
    this.#child.stderr.on('data', (bytes: Buffer) => {
      if (!this.#gone) this.#listener.stderr(decoder.decode(bytes, { stream: true }));
    });
    // A process that has ended takes no more; its end is told by itself.
    this.#child.stdin.on('error', () => undefined);
    this.#child.on('error', (error) => this.#end({ kind: 'fault', reason: `it could not be started: ${error.message}` }));
    this.#child.on('exit', (code, signal) => this.#exited(signal === null ? { kind: 'exit', code: code ?? 0 } : { kind: 'signal', signal }));
  }

  /** Undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Throws `FrameFault` for a frame that is too large. */
  send(frame: ToFlow): void {
    const bytes = encodeFrame(frame);
    if (!this.#gone && this.#child.stdin.writable) this.#child.stdin.write(bytes);
  }

  /** Ends it and its subprocesses at once. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    if (process.platform === 'win32') {
      spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true }).on('error', () => this.#child.kill('SIGKILL'));
      return;
    }
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The whole group has ended.
    }
  }

  #read(bytes: Buffer): void {
    if (this.#gone || this.#fault !== undefined) return;
    try {
      for (const frame of this.#reader.read(bytes)) {
        this.#listener.frame(frame);
        if (this.#isGone()) return;
      }
    } catch (error) {
      if (!(error instanceof FrameFault)) throw error;
      this.#fault = error.message;
      this.kill();
    }
  }

  /** A listener may have ended it. */
  #isGone(): boolean {
    return this.#gone;
  }

  #exited(end: ProcessEnd): void {
    const finish = (): void => this.#end(this.#fault === undefined ? end : { kind: 'fault', reason: this.#fault });
    // Subprocesses that it left behind.
    if (process.platform !== 'win32') this.kill();
    if (this.#child.stdout.readableEnded && this.#child.stderr.readableEnded) {
      finish();
      return;
    }
    const timer = setTimeout(finish, drainTime);
    this.#child.on('close', () => {
      clearTimeout(timer);
      finish();
    });
  }

  #end(end: ProcessEnd): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#child.stdin.destroy();
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
    this.#listener.gone(end);
  }
}
