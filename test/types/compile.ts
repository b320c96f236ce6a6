import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '..', '..');

/** An error of the compiler: its line, from 1, and the lines of its message. */
export interface CompilerError {
  readonly line: number;
  readonly message: readonly string[];
}

/**
 * Compiles texts as if they were modules in infra/sites, with the options of the project, in one program.
 *
 * @param modules text by name of the module
 * @returns the errors of each
 */
export function compile(modules: Readonly<Record<string, string>>): Record<string, CompilerError[]> {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['none.ts'] }, ts.sys, ROOT);
  const files = new Map(Object.entries(modules).map(([name, text]) => [join(ROOT, 'infra', 'sites', `trial-${name}.ts`), { name, text }]));
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path)?.text ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const file = files.get(path);
    return file ? ts.createSourceFile(path, file.text, version, true) : getSourceFile(path, version, ...rest);
  };
  const program = ts.createProgram([...files.keys()], { ...options, types: ['node'] }, host);
  return Object.fromEntries(
    [...files].map(([path, { name }]) => {
      const source = program.getSourceFile(path);
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return [
        name,
        found.map((diagnostic) => ({
          line: (source?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0) + 1,
          message: ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n').split('\n'),
        })),
      ];
    }),
  );
}
