/**
 * Characters that cannot be seen, or that turn about the order of the text around them.
 *
 * A name comes from whoever may write to a directory. With a right-to-left override in it, a page shows another name than
 * is stored, and another sentence than was written; so people are shown such a character by its number: `[U+202E]`.
 * Joiners, without which some scripts and signs are not written, are left unchanged. A text that has such a number
 * itself is shown as `[U+005B]U+202E]`, so that it is told apart.
 */
const unseen = /[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]|\[(?=U\+[0-9A-F]{4,6}\])/gu;
const joiner = /[\u200c\u200d\p{Variation_Selector}]/u;

/** Writes a text, be it plain or HTML, so that nothing in it is hidden or turns about the rest. */
export function showInvisible(text: string): string {
  return text.replace(unseen, (character) => (joiner.test(character) ? character : `[${nameOf(character)}]`));
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
