/** The file that says what runs by itself in a workspace, and how much is kept. By itself, since many ask for nothing else. */
export const workspaceFileNames = ['stepthrough.yaml', 'stepthrough.yml'] as const;
