/**
 * Provisioning errors as CSV (RFC 4180), for spreadsheets.
 *
 * UTF-8 with a byte order mark, without which Excel reads another encoding. Display names come from whoever may write to
 * a directory, so no cell of theirs is a formula, and no character of theirs hides or turns the others.
 */
import type { ProvisioningError } from '../directory/provisioning-error.ts';
import { quarantineMessage } from '../messages/provisioning-errors.ts';
import { showInvisible } from './show-invisible.ts';

const columns: Readonly<Record<string, (error: ProvisioningError) => string | null | undefined>> = {
  errorCategory: (error) => error.errorCategory,
  propertyName: (error) => error.propertyName,
  propertyValue: (error) => error.propertyValue,
  whenStarted: (error) => error.whenStarted,
  displayName: (error) => error.object.displayName,
  userPrincipalName: (error) => error.object.userPrincipalName,
  objectType: (error) => error.object.objectType,
  sourceAnchor: (error) => error.object.sourceAnchor,
  objectId: (error) => error.object.objectId,
  heldByDisplayName: (error) => error.heldBy?.displayName,
  heldByUserPrincipalName: (error) => error.heldBy?.userPrincipalName,
  heldByObjectType: (error) => error.heldBy?.objectType,
  heldBySourceAnchor: (error) => error.heldBy?.sourceAnchor,
  heldByObjectId: (error) => error.heldBy?.objectId,
  heldByAttribute: (error) => error.heldBy?.attribute,
  message: quarantineMessage,
};

const byteOrderMark = '\uFEFF';

/** Writes errors as CSV, a text for each batch; the header comes with the first, or alone if there is none. */
export async function* errorsToCsv(batches: AsyncIterable<readonly ProvisioningError[]>): AsyncGenerator<string> {
  let start = byteOrderMark + line(Object.keys(columns));
  for await (const batch of batches) {
    yield start + batch.map((error) => line(Object.values(columns).map((cell) => cell(error) ?? ''))).join('');
    start = '';
  }
  if (start) yield start;
}

function line(texts: readonly string[]): string {
  return `${texts.map(cellOf).join(',')}\r\n`;
}

/**
 * Characters that begin a formula if a cell begins with them; East Asian spreadsheets take the wide and small forms, too.
 *
 * Readers differ in where a cell begins. Half of Europe separates cells by semicolons, others by tabs or bars, and all
 * of them take quotes in the middle of such a cell for text. So a cell may begin after any separator and any line break;
 * a reader may drop the blanks and quotes before its text, and the apostrophes count as part of the guard.
 */
const startsFormula =
  /(?<=(?:^|[,;|\t\n\v\f\r\u0085])[\s\p{Cc}"\u200c\u200d\p{Variation_Selector}]*'*)[=+\-@＝＋－＠﹦﹢﹣﹫]/gu;
const needsQuotes = /[",;|\p{Cc}]|^\s|\s$/u;

/** Writes a text as a cell: what cannot be seen is shown, and an apostrophe is put before each possible formula. */
function cellOf(text: string): string {
  const harmless = showInvisible(text).replace(startsFormula, "'$&");
  return needsQuotes.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
