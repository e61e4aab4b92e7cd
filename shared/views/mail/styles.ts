/** The colours and letters of the mail: those of the report, written out, because mail programs know no variables. */
export const colors = {
  desk: '#f3f5f8',
  paper: '#ffffff',
  ink: '#18202a',
  faint: '#566070',
  line: '#dde2e9',
  soft: '#f3f5f8',
  accent: '#17568c',
  onAccent: '#ffffff',
};

const family = `font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif;`;

/** Styles of text, each to be followed by more. */
export const font = {
  title: `${family}font-size:23px;line-height:30px;font-weight:bold;color:${colors.ink};`,
  heading: `${family}font-size:16px;line-height:22px;font-weight:bold;color:${colors.ink};`,
  figure: `${family}font-size:22px;line-height:28px;font-weight:bold;color:${colors.ink};`,
  text: `${family}font-size:15px;line-height:22px;color:${colors.ink};`,
  small: `${family}font-size:13px;line-height:19px;color:${colors.faint};`,
};

/** Dark colours, for programs that show mails dark and leave it to the mail how; room, for narrow screens. */
export const sheet = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
td, p, h1, h2 { overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) {
  .desk { background-color: #0f1216 !important; }
  .paper { background-color: #171b21 !important; border-color: #2c333d !important; }
  .soft { background-color: #1f252d !important; }
  .line { border-color: #2c333d !important; }
  .ink { color: #e6eaf0 !important; }
  .faint { color: #a0abba !important; }
  .button { background-color: #86bdf2 !important; color: #0f1216 !important; }
}
@media (max-width: 480px) {
  .figure { display: block !important; width: auto !important; border-left: 0 !important; }
}
`;
