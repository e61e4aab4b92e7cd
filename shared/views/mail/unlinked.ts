/**
 * Names and addresses as a mail shows them, so that no mail program makes a link of them.
 *
 * Mail programs look for addresses and URLs in texts and in HTML, and make links of what they find. A name comes from
 * whoever may write to a directory: "Verify at https://evil.example/login" would be a link in a mail of ours. So behind
 * each mark that an address or a URL is made of comes a character of no width, which breaks it and is not seen.
 *
 * The character is the zero-width non-joiner. In a host name browsers refuse it; a word joiner or a zero-width space they
 * drop (UTS 46), so that a link which is made in spite of it would lead to the host after all.
 */
const nonJoiner = '\u200c';

/** What separates the parts of addresses and URLs, before more of them; also the wide forms, which host names may have. */
const separators = /[.:@/\\\u3002\uff0e\uff61\uff1a\uff20\uff0f\uff3c](?=\S)/gu;

/** In front of an `@` too: behind it, some programs take the character for a letter of the host name. */
const atSigns = /(?<=\S)[@\uff20]/gu;

/** Returns a text, such as the name of an object, so that nothing in it becomes a link. */
export function unlinked(text: string): string {
  return text.replace(separators, `$&${nonJoiner}`).replace(atSigns, `${nonJoiner}$&`);
}

/** An address that can only be taken for itself: no path, no second host name in it, and no name of a server before the `@`. */
const plainAddress = /^(?:smtp:)?(?!www\.)[\p{L}\p{M}\p{N}.!#$&'*+=^_`{|}~-]+@[\p{L}\p{M}\p{N}.-]+$/iu;

/**
 * Returns a value that is in question. An ordinary address stays unchanged, to be copied: as a link it would write a mail to
 * the address that the mail is about. What looks like more than an address does not become a link.
 */
export function unlinkedValue(value: string): string {
  return plainAddress.test(value) ? value : unlinked(value);
}
