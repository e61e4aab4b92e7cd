/** Apart from `access-tokens.ts`, so that catching the error does not load the library for tokens. */

/** The keys of the issuer could not be read: it is unknown whether a token is valid. */
export class IssuerUnavailable extends Error {
  constructor(url: URL, cause: unknown) {
    super(`Cannot read the keys of the issuer at ${url.href}: ${(cause as Error).message}`, { cause });
    this.name = 'IssuerUnavailable';
  }
}
