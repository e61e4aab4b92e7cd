/** Says of the changes that no test noticed which of them the compiler refuses, and which are left. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../../local/project-root.ts';

type Place = { readonly line: number; readonly column: number };
type Change = {
  readonly status: string;
  readonly replacement: string;
  readonly location: { readonly start: Place; readonly end: Place };
};
type Report = {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Change[] }>>;
};

/** Prints a line for each file of a report of Stryker, and one for each change that is left. */
export function printLeft(reportPath: string): void {
  const { files } = JSON.parse(readFileSync(reportPath, 'utf8')) as Report;
  const compiles = compiler();
  for (const [name, { source, mutants }] of Object.entries(files)) {
    const unnoticed = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
    const left = unnoticed.filter((change) => compiles(join(projectRoot, name), textsWith(change, source)));
    const counts = [mutants.length, mutants.length - unnoticed.length, unnoticed.length - left.length, left.length];
    process.stdout.write(
      `${name}: ${counts[0]} changes, ${counts[1]} noticed, ${counts[2]} refused, ${counts[3]} left\n`,
    );
    for (const { location, replacement } of left) {
      const { line } = location.start;
      process.stdout.write(`  line ${line}: ${source.split('\n')[line - 1]?.trim()}\n    becomes ${replacement}\n`);
    }
  }
}

/** Returns the text with a change in it: in brackets, which keep an expression together, and without. */
function textsWith({ location, replacement }: Change, source: string): readonly string[] {
  const starts = source
    .split('\n')
    .map((_, line, lines) => lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0));
  const [from, to] = [location.start, location.end].map(({ line, column }) => (starts[line - 1] ?? 0) + column - 1);
  return [`(${replacement})`, replacement].map((text) => source.slice(0, from) + text + source.slice(to));
}

/** Returns a function that says whether a file of the core compiles with the first of some texts that can be read. */
function compiler(): (path: string, texts: readonly string[]) => boolean {
  const config = ts.readConfigFile(join(projectRoot, 'tsconfig.json'), (path) => ts.sys.readFile(path))
    .config as object;
  const core = { ...config, include: ['shared/directory'] };
  const { options, fileNames } = ts.parseJsonConfigFileContent(core, ts.sys, projectRoot);
  let tried = { path: '', text: '', version: 0 };
  const service = ts.createLanguageService({
    getScriptFileNames: () => fileNames,
    getScriptVersion: (path) => (path === tried.path ? `${tried.version}` : ''),
    getScriptSnapshot: (path) => {
      const text = path === tried.path ? tried.text : ts.sys.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => projectRoot,
    getCompilationSettings: () => options,
    getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
    fileExists: (path) => ts.sys.fileExists(path),
    readFile: (path) => ts.sys.readFile(path),
  });
  const canBeRead = (path: string, text: string): boolean => {
    tried = { path, text, version: tried.version + 1 };
    return service.getSyntacticDiagnostics(path).length === 0;
  };
  return (path, texts) =>
    texts.some((text) => canBeRead(path, text)) && service.getSemanticDiagnostics(path).length === 0;
}
