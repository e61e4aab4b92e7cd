import { describe, expect, it } from 'vitest';
import type { Side, Situation } from '../../../../shared/views/report/situation.ts';
import { adviseOnConflict, nextSweepMark } from '../../../../shared/views/report/advise-on-conflict.ts';

const lee: Side = {
  objectType: 'User',
  sourceAnchor: 'lee',
  name: 'user "Lee"',
  forest: 'contoso.com',
  attribute: 'userPrincipalName',
};
const gu: Side = { ...lee, sourceAnchor: 'gu', name: 'user "Gu"', forest: 'fabrikam.com' };

const twoUsers: Situation = {
  propertyName: 'UserPrincipalName',
  propertyValue: 'lee@contoso.com',
  asker: gu,
  holder: lee,
  ahead: null,
  temporaryName: 'lee+4821@contoso.onmicrosoft.com',
};

const twoAddresses: Situation = {
  ...twoUsers,
  propertyName: 'ProxyAddresses',
  propertyValue: 'smtp:lee@contoso.com',
  asker: { ...gu, attribute: 'proxyAddresses' },
  holder: { ...lee, attribute: 'proxyAddresses' },
  temporaryName: null,
};

const group: Side = { ...lee, objectType: 'Group', name: 'group "Club"', attribute: 'proxyAddresses' };
const contact: Side = { ...lee, objectType: 'Contact', name: 'contact "Partner"', attribute: 'proxyAddresses' };

const textOf = (situation: Situation): string => {
  const { diagnosis, steps, afterwards } = adviseOnConflict(situation);
  return [diagnosis, ...steps, afterwards].join('\n');
};

describe('adviceOn', () => {
  it('asks of two users from two directories whether they are one person', () => {
    const { diagnosis, steps } = adviseOnConflict(twoUsers);
    expect(diagnosis).toBe(
      'Two users from two directories, contoso.com and fabrikam.com, ask for the same user principal name.',
    );
    expect(steps[0]).toContain('Find out whether both are one person with an account in each directory.');
    expect(steps[1]).toBe('If user "Lee" keeps it: give user "Gu" another user principal name in fabrikam.com.');
    expect(steps[2]).toBe('If user "Gu" should have it: give user "Lee" another user principal name in contoso.com.');
  });

  it('asks two users of one directory nothing but who should have it', () => {
    const { diagnosis, steps } = adviseOnConflict({ ...twoUsers, asker: { ...gu, forest: 'contoso.com' } });
    expect(diagnosis).toContain('Two users of one directory, contoso.com,');
    expect(steps[0]).toBe('Decide which of the two should have "lee@contoso.com".');
  });

  it('speaks of no directory if none is known', () => {
    const { diagnosis, steps } = adviseOnConflict({ ...twoUsers, asker: { ...gu, forest: null } });
    expect(diagnosis).toBe('Two users ask for the same user principal name.');
    expect(steps[1]).toContain('in its on-premises directory');
  });

  it('asks of a group and a user whom mail should reach', () => {
    for (const sides of [{ holder: group }, { asker: group, holder: twoAddresses.asker }]) {
      expect(textOf({ ...twoAddresses, ...sides })).toContain('Decide whom mail to this address should reach');
    }
  });

  it('asks of a contact whether it represents the other object, on either side', () => {
    const held = textOf({ ...twoAddresses, holder: contact });
    expect(held).toContain('Find out whether contact "Partner" represents user "Gu"');
    expect(held).toContain('delete the contact in contoso.com');
    const asked = textOf({ ...twoAddresses, asker: contact, holder: group });
    expect(asked).toContain('Find out whether contact "Partner" represents group "Club": a contact is often left over');
  });

  it('asks of two contacts whether they stand for one person', () => {
    expect(textOf({ ...twoAddresses, asker: contact, holder: contact })).toContain('both contacts stand for the same');
  });

  it('asks of two groups from two directories whether they are one group', () => {
    const other = { ...group, forest: 'fabrikam.com' };
    expect(textOf({ ...twoAddresses, asker: other, holder: group })).toContain('bring the members together');
  });

  it('says how each attribute is let go', () => {
    const stepFor = (attribute: Side['attribute'], propertyValue = 'smtp:lee@contoso.com'): string | undefined =>
      adviseOnConflict({ ...twoAddresses, propertyValue, asker: { ...gu, attribute } }).steps[1];
    expect(stepFor('proxyAddresses')).toContain('remove "lee@contoso.com" from the proxyAddresses of user "Gu"');
    expect(stepFor('proxyAddresses', 'SMTP:lee@contoso.com')).toContain('give user "Gu" another primary address');
    expect(stepFor('mail')).toContain('change the mail attribute of user "Gu"');
    expect(stepFor('calculated')).toContain('change the user principal name of user "Gu"');
  });

  it('explains an address that follows from a user principal name, on either side', () => {
    const held = adviseOnConflict({ ...twoAddresses, holder: { ...lee, attribute: 'calculated' } });
    expect(held.diagnosis).toContain('there is nothing to remove there');
    expect(held.steps[2]).toContain('or take its Exchange licence from it');
    const asked = adviseOnConflict({ ...twoAddresses, asker: { ...gu, attribute: 'calculated' } });
    expect(asked.diagnosis).toContain('The name itself is not in conflict');
  });

  it('sends to the conflict of the holder when that only has it as a temporary name', () => {
    const { diagnosis, steps } = adviseOnConflict({ ...twoUsers, holder: { ...lee, attribute: 'placeholder' } });
    expect(diagnosis).toContain('only for the time being');
    expect(steps[2]).toContain('resolve the conflict of user "Lee" over its own name');
  });

  it('has no steps for a value that no object has, and says who gets it', () => {
    const free = adviseOnConflict({ ...twoUsers, holder: null });
    expect(free.steps).toEqual([]);
    expect(free.afterwards).toBe(
      `There is nothing to do. The next sweep, ${nextSweepMark}, gives it to user "Gu", who has waited longest. Until then its user principal name is "lee+4821@contoso.onmicrosoft.com".`,
    );
    const behind = adviseOnConflict({ ...twoUsers, holder: null, ahead: { name: 'user "Ann"', count: 1 } });
    expect(behind.afterwards).toContain('gives it to user "Ann", who has waited longest; user "Gu" then waits behind');
  });

  it('names the time of the next sweep, and who is first', () => {
    const { afterwards } = adviseOnConflict({ ...twoUsers, ahead: { name: 'user "Ann"', count: 3 } });
    expect(afterwards).toContain(`the next sweep, ${nextSweepMark} if it is exported by then, gives it to user "Ann"`);
    expect(afterwards).toContain('the first of 3 who have waited longer than user "Gu"');
    expect(adviseOnConflict(twoUsers).afterwards).toContain(
      'The temporary name "lee+4821@contoso.onmicrosoft.com" goes',
    );
  });
});
