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
    domain.includes('.') &&
    !text.endsWith('.') &&
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
  return value.length <= 256 && local !== '' && domain !== '' && more.length === 0 && !/[<>();,[\]":\s]/.test(value);
}
