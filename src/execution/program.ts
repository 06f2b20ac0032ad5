/**
 * What begins the names of programs that no file has: workflows made through the API, which only the store keeps. After
 * it stand a slash and a file's name, which says the format.
 */
export const storedScheme = 'stepthrough-workflow';

/** How executions of a workflow name it that only the store has. */
export function storedProgram(id: string): string {
  return `${storedScheme}:/${id}.workflows.yaml`;
}

export function isStoredProgram(program: string): boolean {
  return program.startsWith(`${storedScheme}:/`);
}
