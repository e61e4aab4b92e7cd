import { describe, expect, it } from 'vitest';
import { readSettings } from '../../shared/settings.ts';
import { settings } from '../support/storage.ts';

const whole = { ...settings, AzureWebJobsStorage: 'UseDevelopmentStorage=true' };

describe('readSettings, for mail', () => {
  it.each([
    'endpoint=https://contoso.communication.azure.com/;accesskey=a2V5',
    'AccessKey=a2V5==;Endpoint=http://127.0.0.1:8025',
  ])('takes the connection string %s', (connection) => {
    const environment = { ...whole, COMMUNICATION_SERVICES_CONNECTION_STRING: connection };
    expect(readSettings(environment).mailConnectionString).toBe(connection);
  });

  it.each([
    ['no connection string', { COMMUNICATION_SERVICES_CONNECTION_STRING: undefined }],
    ['one without a key', { COMMUNICATION_SERVICES_CONNECTION_STRING: 'endpoint=https://contoso.azure.com/' }],
    ['one without an endpoint', { COMMUNICATION_SERVICES_CONNECTION_STRING: 'accesskey=a2V5' }],
    ['one whose endpoint is no URL', { COMMUNICATION_SERVICES_CONNECTION_STRING: 'endpoint=contoso;accesskey=a2V5' }],
    ['no sender', { MAIL_SENDER_ADDRESS: '' }],
    ['a sender that is no address', { MAIL_SENDER_ADDRESS: 'Contoso' }],
    ['no schedule', { MONDAY_MAIL_SCHEDULE: undefined }],
    ['a schedule of five fields', { MONDAY_MAIL_SCHEDULE: '0 8 * * 1' }],
  ])('names the setting where there is %s', (_, wrong) => {
    expect(() => readSettings({ ...whole, ...wrong })).toThrow(Object.keys(wrong)[0]);
  });

  it('does not show the key of a connection string that it refuses', () => {
    const environment = { ...whole, COMMUNICATION_SERVICES_CONNECTION_STRING: 'accesskey=c2VjcmV0' };
    expect(() => readSettings(environment)).toThrow(/^(?!.*c2VjcmV0)/);
  });
});
