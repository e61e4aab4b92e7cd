/**
 * Provisioning errors as CSV (RFC 4180), for spreadsheets.
 *
 * UTF-8 with a byte order mark, without which Excel reads another encoding. A cell that a spreadsheet would take for a
 * formula gets an apostrophe before it: display names come from whoever may write to a directory.
 */
import type { ProvisioningError } from '../directory/provisioning-errors.ts';

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
  message: (error) => error.message,
};

const byteOrderMark = '\uFEFF';

/** Writes errors as CSV, a text for each batch; the header comes with the first, or alone where there is none. */
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
 * What a spreadsheet takes for the start of a formula, also in the full width of East Asian ones. Where a spreadsheet
 * separates cells by semicolons, as it does in half of Europe, quotes in the middle of a line hold nothing together.
 */
const startsFormula = /^[=+\-@\t\r\n＝＋－＠]|(?<=\S[;|\t\r\n]+ *)[=+\-@＝＋－＠]/g;
const needsQuotes = /[",;\r\n\t]|^\s|\s$/;

function cellOf(text: string): string {
  const harmless = text.replace(startsFormula, (start) => `'${start}`);
  return needsQuotes.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
