const setting = 'REPORT_BASE_URL';
const sampleUrl = 'http://localhost:7071';

/** The settings, with links to the report that lead to the port of the functions host, unless they lead elsewhere. */
export function withReportUrl(settings: NodeJS.ProcessEnv, port: number): NodeJS.ProcessEnv {
  return settings[setting] === sampleUrl ? { ...settings, [setting]: `http://localhost:${port}` } : settings;
}
