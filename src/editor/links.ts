/**
 * Text for a message of VS Code, which makes a link of `[label](target)`, also of one that runs a command. Messages
 * quote what workflows, files and servers say; nobody but us may put links there.
 */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
