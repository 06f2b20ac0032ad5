/** The variables of this process without those that change how Python finds modules, writes files or prints. */
export function pythonEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(own).filter(([name]) => !/^(PYTHON|__PYVENV)/i.test(name));
  return { ...Object.fromEntries(kept), PYTHONUTF8: '1' };
}

export interface FlowEnvironment {
  /** Folder for compiled modules, which nobody else may write to; without one nothing is kept. */
  readonly cache: string | undefined;
  /** Any number from 0 to 2^32 - 1; the same one gives sets and hashes of texts in the same order. */
  readonly hashSeed: number;
}

/** The variables of a flow's process. */
export function flowEnvironment(own: NodeJS.ProcessEnv, { cache, hashSeed }: FlowEnvironment): NodeJS.ProcessEnv {
  return {
    ...pythonEnvironment(own),
    PYTHONHASHSEED: String(hashSeed),
    ...(cache === undefined ? { PYTHONDONTWRITEBYTECODE: '1' } : { PYTHONPYCACHEPREFIX: cache }),
  };
}
