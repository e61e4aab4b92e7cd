/** What stands apart from the reading of tokens, whose library is loaded with the first of them. */

/** The issuer's keys could not be read: whether a token is good is not known. */
export class IssuerUnavailable extends Error {
  constructor(url: URL, cause: unknown) {
    super(`Cannot read the keys of the issuer at ${url.href}: ${(cause as Error).message}`, { cause });
    this.name = 'IssuerUnavailable';
  }
}
