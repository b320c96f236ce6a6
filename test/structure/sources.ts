import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** The top of the checkout. */
export const ROOT = join(__dirname, '..', '..');

const LEFT_OUT = ['.git', 'node_modules', 'dist', 'build', 'coverage', 'tree'];

/** What `millwright bootstrap` writes by default; a folder of that name further below is of the house. */
const WRITTEN = join(ROOT, 'bootstrap');

/** A file of the house. */
export interface SourceFile {
  /** Path from the top, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Files below folders of the house, or of the top itself, whose names end in one of these. */
export function files(folders: readonly string[], endings: readonly string[]): SourceFile[] {
  const walk = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (LEFT_OUT.includes(entry.name) || path === WRITTEN) return [];
      if (entry.isDirectory()) return walk(path);
      return entry.isFile() && endings.some((ending) => path.endsWith(ending)) ? [path] : [];
    });
  return folders
    .flatMap((folder) => walk(join(ROOT, folder)))
    .map((path) => ({ path: relative(ROOT, path).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }));
}

const parsed = ({ path, text }: SourceFile) => ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);

/** Names that a file exports and tells nothing of. An overloaded function needs one docstring. */
export function undocumented(file: SourceFile): string[] {
  const told = new Set<string>();
  const names: string[] = [];
  for (const statement of parsed(file).statements) {
    if (!ts.canHaveModifiers(statement) || !ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
    const declared = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement as ts.DeclarationStatement];
    for (const { name } of declared) {
      const text = name?.getText() ?? 'default';
      names.push(text);
      if (ts.getJSDocCommentsAndTags(statement).length > 0) told.add(text);
    }
  }
  return [...new Set(names.filter((name) => !told.has(name)))].map((name) => `${file.path} ${name}`);
}

/** What makes an output depend on the process, the clock, chance or the language of the machine: only the command line may look there. */
export function impurities(file: SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      const text = `${node.expression.getText()}.${node.name.text}`;
      if (/^(globalThis\.)?(process|console)\./.test(text)) found.push(text);
      if (['Date.now', 'Math.random', 'performance.now', 'crypto.randomUUID', 'crypto.getRandomValues'].includes(text)) found.push(text);
      if (/^(localeCompare|toLocale[A-Z]\w*)$/.test(node.name.text)) found.push(node.name.text);
    }
    if (ts.isIdentifier(node) && ['__dirname', '__filename', 'Intl', 'setTimeout', 'setInterval'].includes(node.text))
      found.push(node.text);
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'Date' && !node.arguments?.length) {
      found.push('new Date()');
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed(file));
  return found.map((what) => `${file.path} uses ${what}`);
}

/** Snapshots by the test that wrote them, with their lines. */
export function snapshots({ path, text }: SourceFile): { name: string; lines: number }[] {
  const written = text.matchAll(/exports\[`((?:[^`\\]|\\.)*)`\] = `((?:[^`\\]|\\.)*)`/g);
  return [...written].map(([, name, content]) => ({ name: `${path} ${name}`, lines: (content ?? '').trim().split('\n').length }));
}
