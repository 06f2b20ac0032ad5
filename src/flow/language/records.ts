import { recordFile, type RecordType } from '../../execution/recordFiles.ts';
import { parseResource } from '../../execution/resourceText.ts';
import { isFlow } from './flow.ts';
import { flowLimit } from './syntax.ts';

/** A record that a file of the workspace describes, as the engine finds it by its type and name. */
export interface NamedRecord {
  readonly type: RecordType;
  readonly name: string;
  /** The file that says what it is: of a flow its `.py`, where there is one. */
  readonly path: string;
  /** Of the record, where its file says one. */
  readonly description: string | undefined;
  readonly connectorType: string | undefined;
}

/** Types whose script stands in a `.py` file of the same name beside their metadata. */
const withScript: ReadonlySet<RecordType> = new Set(['flow', 'wrapper', 'scheduler']);

/** Where the script of a resource file is looked for; undefined where its type has none. */
export function scriptPath(path: string): string | undefined {
  const [folder, name] = split(path);
  const file = recordFile(name);
  return file && withScript.has(file.type) ? `${folder}${file.name}.py` : undefined;
}

/** Whether a file can describe records, by its name. */
export function mayHaveRecords(path: string): boolean {
  const [, name] = split(path);
  return name.endsWith('.py') || recordFile(name) !== undefined;
}

/** The records of the files of a workspace. Files that cannot be read as what their names say have none. */
export function recordsIn(files: readonly { readonly path: string; readonly text: string }[]): NamedRecord[] {
  const paths = new Set(files.map(({ path }) => path));
  const described = new Set(files.map(({ path }) => scriptPath(path)));
  return files.flatMap(({ path, text }): NamedRecord[] => {
    const [, name] = split(path);
    const file = recordFile(name);
    if (!file) {
      const isOne = !described.has(path) && text.length <= flowLimit && isFlow(text);
      return isOne ? [{ type: 'flow', name: name.slice(0, -'.py'.length), path, description: undefined, connectorType: undefined }] : [];
    }
    const script = scriptPath(path);
    return parseResource(text, path, file.type).documents.map((document, index): NamedRecord => {
      const fields = new Map(Object.entries(JSON.parse(document.fields) as object));
      const said = (key: string): string | undefined => (document.map && typeof fields.get(key) === 'string' ? (fields.get(key) as string) : undefined);
      const place = index === 0 && script !== undefined && paths.has(script) ? script : path;
      return { type: document.type, name: document.name ?? file.name, path: place, description: said('description'), connectorType: said('connector_type') };
    });
  });
}

function split(path: string): [string, string] {
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1;
  return [path.slice(0, end), path.slice(end)];
}
