const setting = 'REPORT_BASE_URL';
const sampleUrl = 'http://localhost:7071';

/** Returns the settings with the port of the functions host in links to the report, unless the links have another address. */
export function withReportUrl(settings: NodeJS.ProcessEnv, port: number): NodeJS.ProcessEnv {
  return settings[setting] === sampleUrl ? { ...settings, [setting]: `http://localhost:${port}` } : settings;
}
