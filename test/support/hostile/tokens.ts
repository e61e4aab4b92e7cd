/** Tokens as a caller makes them who has some, and no key: parts changed, cut, recombined. */
import fc from 'fast-check';

/** Signed tokens that a caller has obtained. */
export type Loot = {
  /** Of the tenant that is attacked from, its link to the report first, and page tokens of the other one. */
  readonly known: readonly string[];
  /** Links to the report of the other tenant: whole, they open it, as they should. */
  readonly foreignLinks: readonly string[];
};

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const headers = [
  { alg: 'none' },
  { alg: 'HS512' },
  { alg: 'HS256', crit: ['b64'], b64: false },
  { alg: 'HS256', zip: 'DEF' },
  { alg: 'RS256' },
  [],
];
const claims = [
  { sub: 'victim' },
  {},
  [],
  null,
  { iss: 'duplicate-attribute-resiliency', aud: 'report', sub: 'victim', exp: 9e9 },
];

/** Puts another part into a token; a sealed one has a single part, and gets more. */
function withPart(token: string, index: number, part: string): string {
  const parts = token.split('.');
  while (parts.length <= index) parts.push('');
  return parts.with(index, part).join('.');
}

/** Returns tokens for attempts: the known ones unchanged, and all that can be made of them and of the foreign ones. */
export function forgedToken({ known, foreignLinks }: Loot): fc.Arbitrary<string> {
  const any = fc.constantFrom(...known, ...foreignLinks);
  const part = fc.nat(2);
  const changed = fc
    .tuple(any, fc.nat(), fc.constantFrom('A', 'z', '_', '.', '=', '\u0000'))
    .map(([token, at, character]) => {
      // The last character of a signature has bits that say nothing.
      const place = at % Math.max(1, token.length - 1);
      return token.slice(0, place) + character + token.slice(place + 1);
    });
  const cut = fc.tuple(any, fc.nat()).map(([token, at]) => token.slice(0, at % token.length));
  const mixed = fc
    .tuple(any, any, part)
    .map(([one, other, index]) => withPart(one, index, other.split('.')[index] ?? ''));
  // Of a sealed token: the beginning of one, the rest of another.
  const spliced = fc.tuple(any, any, fc.nat()).map(([one, other, at]) => {
    const place = at % one.length;
    return one.slice(0, place) + other.slice(place);
  });
  const headed = fc
    .tuple(any, fc.constantFrom(...headers))
    .map(([token, header]) => withPart(token, 0, encode(header)));
  const claimed = fc.tuple(any, fc.constantFrom(...claims)).map(([token, claim]) => withPart(token, 1, encode(claim)));
  const forged = fc.oneof(changed, cut, mixed, spliced, headed, claimed);
  return fc
    .oneof({ weight: 2, arbitrary: fc.constantFrom(...known) }, { weight: 3, arbitrary: forged })
    .filter((token) => !foreignLinks.includes(token));
}
