/** Why an operation fails on its own, or null: section 5 of the specification. */
export function checkOperation(operation: Readonly<Record<string, unknown>>): string | null {
  const { sourceAnchor, userPrincipalName, displayName, mail, proxyAddresses } = operation;
  if (typeof sourceAnchor !== 'string' || sourceAnchor.length < 1 || sourceAnchor.length > 59)
    return 'DataValidationFailed';
  if (typeof userPrincipalName === 'string' && !isUserPrincipalName(userPrincipalName))
    return 'IdentityDataValidationFailed';
  if (typeof displayName === 'string' && (displayName.trim() === '' || displayName.length > 256))
    return 'DataValidationFailed';
  if (typeof mail === 'string' && !isSmtpAddress(mail)) return 'DataValidationFailed';
  const addresses = Array.isArray(proxyAddresses) ? (proxyAddresses as string[]) : [];
  if (addresses.some((address) => !isAddress(address))) return 'DataValidationFailed';
  if (addresses.length > 400) return 'LargeObject';
  return null;
}

function isUserPrincipalName(text: string): boolean {
  const parts = text.split('@');
  const [local = '', domain = ''] = parts;
  return (
    parts.length === 2 &&
    local.length >= 1 &&
    local.length <= 64 &&
    domain.length <= 48 &&
    !local.endsWith('.') &&
    domain.includes('.') &&
    domain.split('.').every((label) => label !== '' && !label.startsWith('-') && !label.endsWith('-')) &&
    !hasUnseen(text) &&
    !/[\\%&*+/=?{}|<>();:,[\]"\s]/.test(text)
  );
}

function isAddress(address: string): boolean {
  const type = address.split(':')[0] ?? '';
  if (type.toLowerCase() === 'smtp') return isSmtpAddress(address.slice('smtp:'.length));
  return type !== '' && address.length > type.length + 1;
}

function isSmtpAddress(value: string): boolean {
  const [local = '', domain = '', ...more] = value.split('@');
  return (
    value.length <= 256 &&
    local !== '' &&
    domain.split('.').every((label) => label !== '') &&
    more.length === 0 &&
    !hasUnseen(value) &&
    !/[<>();,[\]":\s]/.test(value)
  );
}

/** Whether a text has a character that is not seen, or that changes the direction of the shown text. */
function hasUnseen(text: string): boolean {
  return /\p{Bidi_Control}|\p{Default_Ignorable_Code_Point}/u.test(text);
}
