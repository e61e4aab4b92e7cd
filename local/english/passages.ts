import ts from 'typescript';

export const kindsOfText = ['comments', 'messages and titles', 'documents'] as const;

/** A piece of text that people read, and where it begins. */
export type Passage = {
  readonly kind: (typeof kindsOfText)[number];
  readonly file: string;
  readonly line: number;
  readonly text: string;
};

/** Returns the texts of a file that people read: comments and literals of several words, or a whole document. */
export function passagesOf(file: string, text: string): readonly Passage[] {
  if (file.endsWith('.md')) return [{ kind: 'documents', file, line: 1, text: withoutCode(text) }];
  if (file.endsWith('.bicep')) return bicepComments(file, text);
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1;
  const passages = new Map<number, Passage>();
  const visit = (node: ts.Node): void => {
    if (!ts.isJsxText(node)) {
      for (const { pos, end } of ts.getLeadingCommentRanges(text, node.pos) ?? []) {
        passages.set(pos, { kind: 'comments', file, line: lineOf(pos), text: withoutMarks(text.slice(pos, end)) });
      }
    }
    if (isText(node)) {
      const start = node.getStart(source);
      const literal = node.getText(source);
      if (/[a-z,] \w/.test(literal)) {
        passages.set(start, { kind: 'messages and titles', file, line: lineOf(start), text: literal });
      }
    }
    for (const child of node.getChildren(source)) visit(child);
  };
  visit(source);
  return [...passages.values()];
}

function isText(node: ts.Node): boolean {
  return (
    ts.isStringLiteral(node) ||
    ts.isNoSubstitutionTemplateLiteral(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node) ||
    ts.isJsxText(node)
  );
}

/** Takes the marks of comments from each line, but leaves the lines. */
function withoutMarks(comment: string): string {
  return comment.replaceAll(/\*\/$|^[ \t]*(?:\/\*\*?|\*|\/\/)/gm, '');
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, (code) => code.replaceAll(/[^\n]/g, ' '));
}

function bicepComments(file: string, text: string): readonly Passage[] {
  return text.split('\n').flatMap((line, index): readonly Passage[] => {
    const comment = /^\s*\/\/(.*)/.exec(line)?.[1] ?? /^@description\('(.*)'\)/.exec(line)?.[1];
    return comment ? [{ kind: 'comments', file, line: index + 1, text: comment }] : [];
  });
}
