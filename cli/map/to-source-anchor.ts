/** Makes source anchors like Microsoft Entra Connect: the sixteen bytes of a GUID in base64. */
import type { Value } from '../read/reading.ts';

/** The attributes that hold a GUID as bytes. */
const guidAttributes = new Set(['ms-ds-consistencyguid', 'objectguid']);

/** Makes a source anchor from a value of an attribute, or returns why it cannot. */
export function toSourceAnchor(
  attribute: string,
  value: Value,
): { readonly sourceAnchor: string } | { readonly problem: string } {
  const name = attribute.toLowerCase();
  if (guidAttributes.has(name)) {
    const bytes = guidBytes(value);
    return bytes ? { sourceAnchor: Buffer.from(bytes).toString('base64') } : { problem: notGuid(attribute, value) };
  }
  if (value instanceof Uint8Array) return { sourceAnchor: Buffer.from(value).toString('base64') };
  if (typeof value !== 'string') return { problem: `${attribute} is only a URL, which is not fetched` };
  // Letter case makes no difference to a UUID, but it does to a source anchor.
  return { sourceAnchor: name === 'entryuuid' ? value.toLowerCase() : value };
}

const guidText = /^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i;
const guidBase64 = /^[a-z0-9+/]{22}==$/i;

function guidBytes(value: Value): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value.length === 16 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const [, first, second, third, ...rest] = guidText.exec(value) ?? [];
  if (first && second && third) {
    // .NET and Active Directory store the first three numbers with the lowest byte first.
    const numbers = [first, second, third].map((hex) => Buffer.from(hex, 'hex').reverse());
    return Buffer.concat([...numbers, Buffer.from(rest.join(''), 'hex')]);
  }
  if (guidBase64.test(value)) return Buffer.from(value, 'base64');
  // The sixteen bytes of a GUID may happen to be valid text.
  const bytes = Buffer.from(value, 'utf8');
  return bytes.length === 16 ? bytes : undefined;
}

function notGuid(attribute: string, value: Value): string {
  const problem = typeof value === 'string' ? `"${value.slice(0, 80)}" is not a GUID` : 'its value is not a GUID';
  const advice =
    value === 'System.Byte[]' ? ': Export-Csv wrote the type instead of the value. Select it in base64' : '';
  return `${attribute}: ${problem}${advice}`;
}
