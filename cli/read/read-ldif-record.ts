/** Reads the records of LDIF, by the grammar of RFC 2849. */
import type { LdifLine } from './create-ldif-splitter.ts';
import { attributeName, type Modification, type Reading, toValue, type Value, undecodable } from './reading.ts';

/** Why a record cannot be read: a sentence without its full stop, and the line. */
export class LdifError extends Error {
  readonly line: number;

  constructor(line: number, reason: string) {
    super(reason);
    this.name = 'LdifError';
    this.line = line;
  }
}

/** Reads one record: an entry or a change. Throws {@link LdifError}. */
export function readLdifRecord(lines: readonly LdifLine[]): Reading {
  const [first, ...rest] = lines as readonly [LdifLine, ...LdifLine[]];
  const spec = readSpec(first);
  if (spec.name !== 'dn') {
    throw new LdifError(first.line, `an entry must begin with "dn:", but this one begins with "${shown(first.text)}"`);
  }
  const dn = textIn(spec);
  const { line } = first;
  const afterControls = rest.findIndex(({ text }) => !/^control:/i.test(text));
  const controls = afterControls === -1 ? rest : rest.slice(0, afterControls);
  const body = rest.slice(controls.length);
  for (const control of controls) checkControl(control);
  const change = body[0] && /^changetype:/i.test(body[0].text) ? readSpec(body[0]) : undefined;
  if (!change) {
    if (controls[0]) throw new LdifError(controls[0].line, 'a record without "changetype:" has a "control:"');
    if (body.length === 0) throw new LdifError(line, 'it has no attributes');
    return { line, kind: 'entry', entry: { dn, attributes: collect(body.map(readSpec)) } };
  }
  const content = body.slice(1);
  const kind = textIn(change).toLowerCase();
  switch (kind) {
    case 'add':
      if (content.length === 0) throw new LdifError(line, 'it adds an entry without attributes');
      return { line, kind: 'entry', entry: { dn, attributes: collect(content.map(readSpec)) } };
    case 'delete':
      if (content[0]) throw new LdifError(content[0].line, 'a delete has nothing after its "changetype:"');
      return { line, kind: 'delete', dn };
    case 'modify':
      return { line, kind: 'modify', dn, modifications: readModifications(content) };
    case 'modrdn':
    case 'moddn':
      return { line, ...readRename(content, line), dn };
    default:
      throw new LdifError(
        change.line,
        `the changetype "${shown(kind)}" is not one of add, delete, modify, modrdn, moddn`,
      );
  }
}

/** The attribute and the value of one line. `name` is in lower case, as in an entry. */
type Spec = { readonly name: string; readonly value: Value; readonly line: number };

// attrtype: a name or an OID, with options. "=" and "*" are for the ";range=0-1499" and "0-*" of Active Directory.
const attrval = /^([a-z][a-z0-9_-]*|\d+(?:\.\d+)*)((?:;[a-z0-9=*-]+)*):/i;
const base64 = /^(?:[a-z0-9+/]{4})*(?:[a-z0-9+/]{2}==|[a-z0-9+/]{3}=)?$/i;

function readSpec({ text, line }: LdifLine): Spec {
  const lost = undecodable(text);
  if (lost) throw new LdifError(line, lost);
  const match = attrval.exec(text);
  if (!match) throw new LdifError(line, `"${shown(text)}" is not of the form "attribute: value"`);
  const name = attributeName(match[0].slice(0, -1));
  return { name, value: readValue(text.slice(match[0].length), line), line };
}

function readValue(text: string, line: number): Value {
  if (text.startsWith(':')) return readBase64(withoutFill(text.slice(1)), line);
  if (!text.startsWith('<')) return withoutFill(text);
  const url = withoutFill(text.slice(1));
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) throw new LdifError(line, `"${shown(url)}" after ":<" is not a URL`);
  return { url };
}

function readBase64(text: string, line: number): string | Uint8Array {
  if (!base64.test(text)) throw new LdifError(line, `"${shown(text)}" after "::" is not base64`);
  return toValue(Buffer.from(text, 'base64'));
}

function withoutFill(text: string): string {
  return text.replace(/^ +/, '');
}

function textIn({ name, value, line }: Spec): string {
  if (typeof value === 'string') return value;
  throw new LdifError(line, `"${name}" is not text in UTF-8`);
}

function collect(specs: readonly Spec[]): ReadonlyMap<string, readonly Value[]> {
  const attributes = new Map<string, Value[]>();
  for (const { name, value } of specs) {
    const values = attributes.get(name);
    if (values) values.push(value);
    else attributes.set(name, [value]);
  }
  return attributes;
}

const control = /^control: *\d+(?:\.\d+)*(?: +(?:true|false))?(:.*)?$/i;

/** Controls tell a server how to apply a change. They are checked, and ignored. */
function checkControl({ text, line }: LdifLine): void {
  const match = control.exec(text);
  if (!match) throw new LdifError(line, `"${shown(text)}" is not of the form "control: OID true: value"`);
  if (match[1]) readValue(match[1].slice(1), line);
}

const modificationKinds = ['add', 'delete', 'replace'] as const;

function readModifications(lines: readonly LdifLine[]): readonly Modification[] {
  const modifications: Modification[] = [];
  let open: { kind: Modification['kind']; attribute: string; values: Value[] } | undefined;
  for (const line of lines) {
    if (/^- *$/.test(line.text)) {
      if (!open) throw new LdifError(line.line, 'a "-" ends a modification, but none has begun');
      modifications.push(open);
      open = undefined;
      continue;
    }
    const spec = readSpec(line);
    if (!open) {
      const kind = modificationKinds.find((candidate) => candidate === spec.name);
      if (!kind)
        throw new LdifError(line.line, `a modification begins with add, delete or replace, not "${spec.name}"`);
      open = { kind, attribute: attributeName(textIn(spec)), values: [] };
    } else if (spec.name === open.attribute) open.values.push(spec.value);
    else throw new LdifError(line.line, `a modification of "${open.attribute}" has a line for "${spec.name}"`);
  }
  // The grammar ends each modification with "-", but servers accept the last one without it.
  return open ? [...modifications, open] : modifications;
}

function readRename(lines: readonly LdifLine[], line: number) {
  const [newRdn, deleteOldRdn, newSuperior, more] = lines.map(readSpec);
  if (newRdn?.name !== 'newrdn') throw new LdifError(newRdn?.line ?? line, 'a rename needs "newrdn:" first');
  const flag = deleteOldRdn?.name === 'deleteoldrdn' ? textIn(deleteOldRdn) : '';
  if (flag !== '0' && flag !== '1') {
    throw new LdifError(
      deleteOldRdn?.line ?? line,
      'a rename needs "deleteoldrdn: 0" or "deleteoldrdn: 1" after "newrdn:"',
    );
  }
  if ((newSuperior && newSuperior.name !== 'newsuperior') || more) {
    throw new LdifError((more ?? newSuperior)?.line ?? line, 'a rename has only "newsuperior:" after "deleteoldrdn:"');
  }
  return {
    kind: 'rename' as const,
    newRdn: textIn(newRdn),
    deleteOldRdn: flag === '1',
    newSuperior: newSuperior ? textIn(newSuperior) : null,
  };
}

/** Cuts a bad line to the length that is shown. */
function shown(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
