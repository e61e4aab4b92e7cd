/**
 * The headers of every answer that a link to the report can open, pages and files alike.
 *
 * The address is the key: it must not go along to anywhere, nor stay in a cache; and what is answered is what it says.
 */
export const guards: Readonly<Record<string, string>> = {
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex, nofollow',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};
