/**
 * The only door from schemas to files, so that the engine (Node) and the editor (VS Code's file systems and unsaved
 * texts) use the same code. Paths are absolute, with `/` or, on Windows, `\`.
 */
export interface Files {
  /** The text of a file, or undefined where there is none or it cannot be read. */
  readText(path: string): Promise<string | undefined>;
  /** The file names in a folder; empty where there is none. */
  list(folder: string): Promise<readonly string[]>;
}

/** The same files, where each folder is listed once: for one who looks several times at one moment. */
export function listedOnce(files: Files): Files {
  const lists = new Map<string, Promise<readonly string[]>>();
  return {
    readText: (path) => files.readText(path),
    list: (folder) => {
      const list = lists.get(folder) ?? files.list(folder);
      lists.set(folder, list);
      return list;
    },
  };
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(lastSeparator(path), 0)) || '/';
}

export function nameOf(path: string): string {
  return path.slice(lastSeparator(path) + 1);
}

export function inFolder(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : folder + (isWindows(folder) ? '\\' : '/') + name;
}

/** References are resolved as URLs, which JSON Schema asks for; the host part is always empty. */
export function pathToUrl(path: string): string {
  const slashed = isWindows(path) ? `/${path.replaceAll('\\', '/')}` : path;
  return `file://${slashed.split('/').map(encodeURIComponent).join('/')}`;
}

/** The path of a `file:` URL, or undefined for any other. */
export function urlToPath(url: string): string | undefined {
  if (!url.startsWith('file:///')) return undefined;
  try {
    const path = decodeURIComponent(url.slice('file://'.length));
    return /^\/[A-Za-z]:\//.test(path) ? path.slice(1).replaceAll('/', '\\') : path;
  } catch {
    return undefined; // A stray "%".
  }
}

/** The path a relative reference in a file points to; undefined for anything that is not a relative local path. */
export function relativePath(fromFile: string, reference: string): string | undefined {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(reference) || /^[/\\]/.test(reference) || reference === '') return undefined;
  try {
    const encoded = reference.replaceAll('\\', '/').split('/').map((part) => encodeURIComponent(part)).join('/');
    return urlToPath(new URL(encoded, pathToUrl(fromFile)).href);
  } catch {
    return undefined;
  }
}

function isWindows(path: string): boolean {
  return /^([A-Za-z]:[\\/]|\\\\)/.test(path);
}

function lastSeparator(path: string): number {
  return isWindows(path) ? Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) : path.lastIndexOf('/');
}
